"""The source tree as the tests of its shape see it."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "tolmach"
TESTS = ROOT / "tests"


def modules(folder: Path = PACKAGE) -> list[Path]:
    """Return every module, by path."""
    return sorted(path for path in folder.rglob("*.py") if "__pycache__" not in path.parts)


def name(module: Path) -> str:
    """Return how a module is called below the package: ``core/phone``."""
    return module.relative_to(PACKAGE).with_suffix("").as_posix()


def imports(module: Path) -> Iterator[str]:
    """Return what a module imports, in full."""
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""
