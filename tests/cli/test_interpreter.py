"""Which Python is a quick one, and which of them an installation takes."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tolmach.cli.interpreter import QUICK, SLOW, TOO_OLD, here, is_optimised

ROOT = Path(__file__).parents[2]
FILE = ROOT / "src/tolmach/cli/interpreter.py"
PLAIN = "'--prefix=/opt/python' '--enable-shared'"


@pytest.mark.parametrize(
    ("configured", "executable", "expected"),
    [
        (PLAIN, "/opt/python/bin/python3.11", False),
        (f"{PLAIN} '--enable-optimizations' '--with-lto'", "/opt/python/bin/python3.11", True),
        (PLAIN, "/usr/bin/python3.11", True),
        (PLAIN, "/usr/local/bin/python3.11", False),
        ("", "/opt/python/bin/python3.11", False),
        (None, r"C:\Python311\python.exe", True),
    ],
)
def test_what_is_compiled_by_a_profile(configured: str | None, executable: str, expected: bool) -> None:
    assert is_optimised(configured, executable) is expected


def pretender(folder: Path, name: str, says: int = QUICK) -> str:
    """Make a program that answers as a Python would when it is asked for its age and how it was compiled, and once."""
    folder.mkdir(exist_ok=True)
    program = folder / name
    program.write_text(f'#!/bin/sh\necho "$*" >> "$0.asked"\nexit {says}\n')
    program.chmod(0o755)
    return str(program)


def offered(path: Path, distribution: Path, **environment: str) -> list[str]:
    known = {
        **os.environ,
        "PATH": f"{path}:/usr/bin:/bin",
        "DISTRIBUTION": str(distribution),
        "PYTHON": "",
        **environment,
    }
    done = subprocess.run([ROOT / "scripts/pythons"], env=known, check=True, capture_output=True, text=True)
    return [line for line in done.stdout.splitlines() if not line.startswith(("/usr/bin/", "/bin/"))]


def test_a_quick_one_goes_first_wherever_it_stands(tmp_path: Path) -> None:
    slow = pretender(tmp_path / "mine", "python3.11", SLOW)
    pretender(tmp_path / "mine", "python3.12", TOO_OLD)
    pretender(tmp_path / "mine", "python3.13", 127)  # a shim of what is not installed
    quick = pretender(tmp_path / "distribution", "python3.11")
    assert offered(tmp_path / "mine", tmp_path / "distribution") == [quick, slow]
    assert Path(f"{slow}.asked").read_text() == "-I src/tolmach/cli/interpreter.py\n"


def test_of_quick_ones_the_one_in_the_path_goes_first(tmp_path: Path) -> None:
    mine = pretender(tmp_path / "mine", "python3.13")
    other = pretender(tmp_path / "distribution", "python3.13")
    assert offered(tmp_path / "mine", tmp_path / "distribution") == [mine, other]


def test_who_names_one_gets_it(tmp_path: Path) -> None:
    pretender(tmp_path / "mine", "python3.11")
    pretender(tmp_path / "mine", "python3.12", SLOW)
    assert offered(tmp_path / "mine", tmp_path / "mine", PYTHON="python3.12") == ["python3.12"]


def test_the_file_runs_by_itself() -> None:
    done = subprocess.run([sys.executable, "-I", FILE], check=False)
    assert done.returncode == (QUICK if here() else SLOW)


def test_an_old_one_says_so(tmp_path: Path) -> None:
    """What cannot be read by Python 3.6 would fail, and its exit status be that of a slow one."""
    ast.parse(FILE.read_text(), feature_version=(3, 6))
    aged = tmp_path / "aged.py"
    aged.write_text(
        f"import runpy, sys\nsys.version_info = (3, 6, 0)\nrunpy.run_path({str(FILE)!r}, None, '__main__')\n"
    )
    assert subprocess.run([sys.executable, "-I", aged], check=False).returncode == TOO_OLD
    for function in (node for node in ast.walk(ast.parse(FILE.read_text())) if isinstance(node, ast.FunctionDef)):
        assert not any(isinstance(each, ast.BinOp) for each in ast.walk(function.args))  # 3.6 to 3.9 would evaluate it
