"""Who may know whom: the contracts of ``.importlinter``, and what the pure layers may use of the outside."""

import ast
import sys
from pathlib import Path

import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

from tests.architecture.source import PACKAGE, ROOT, imports, modules, name

VALUES = {
    "collections.abc",
    "dataclasses",
    "datetime",
    "enum",
    "functools",
    "itertools",
    "re",
    "types",
    "typing",
    "unicodedata",
}
# what a pure layer may import besides: nothing here reads a clock, a file, a socket or chance
OUTSIDE = {
    "codecs": VALUES
    | {"base64", "codecs", "ctypes", "lxml", "struct", "threading"},  # libxml2 keeps a parser per thread
    "core": VALUES
    | {"array", "bisect", "hashlib", "ipaddress", "math", "orjson", "phonenumbers", "urllib.parse", "zlib", "zoneinfo"},
    # python_multipart: bytes in, parts out; json reads numbers of any length, orjson does not
    "dialects": VALUES
    | {"json", "lxml", "orjson", "python_multipart.exceptions", "python_multipart.multipart", "urllib.parse"},
    "providers": VALUES | {"json", "lxml", "orjson", "urllib.parse"},
    "wire": VALUES,
}
CLOCKS = {"now", "utcnow", "today"}
PURE = [module for module in modules() if name(module).split("/")[0] in OUTSIDE]


def test_contracts_are_kept(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", list(sys.path))  # the linter adds to it
    monkeypatch.chdir(ROOT)
    status = lint_imports(config_filename=str(ROOT / ".importlinter"), no_cache=True, no_logo=True)
    assert status == EXIT_STATUS_SUCCESS, capsys.readouterr().out


@pytest.mark.parametrize("module", PURE, ids=name)
def test_a_pure_module_imports_only_what_does_nothing(module: Path) -> None:
    allowed = OUTSIDE[name(module).split("/")[0]]
    assert {used for used in imports(module) if not used.startswith("tolmach")} <= allowed


@pytest.mark.parametrize("module", PURE, ids=name)
def test_a_pure_module_is_told_the_time(module: Path) -> None:
    calls = (node.func for node in ast.walk(ast.parse(module.read_text("utf-8"))) if isinstance(node, ast.Call))
    assert {call.attr for call in calls if isinstance(call, ast.Attribute)}.isdisjoint(CLOCKS)


def test_only_the_store_speaks_sql_and_only_the_root_knows_which_store() -> None:
    speakers = {name(module).split("/")[0] for module in modules() if "sqlalchemy" in imports(module)}
    assert speakers <= {"store", "sandbox"}
    assert (PACKAGE / "app.py").exists()
