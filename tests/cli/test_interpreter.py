"""Which Python is a quick one, and which of them an installation takes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tolmach.cli.interpreter import is_optimised

ROOT = Path(__file__).parents[2]
SLOW = "'--prefix=/opt/python' '--enable-shared'"


@pytest.mark.parametrize(
    ("configured", "executable", "expected"),
    [
        (SLOW, "/opt/python/bin/python3.11", False),
        (f"{SLOW} '--enable-optimizations' '--with-lto'", "/opt/python/bin/python3.11", True),
        (SLOW, "/usr/bin/python3.11", True),
        (SLOW, "/usr/local/bin/python3.11", False),
        ("", "/opt/python/bin/python3.11", False),
        (None, r"C:\Python311\python.exe", True),
    ],
)
def test_what_is_compiled_by_a_profile(configured: str | None, executable: str, expected: bool) -> None:
    assert is_optimised(configured, executable) is expected


def pretender(folder: Path, name: str, *, new: bool = True, quick: bool = True) -> str:
    """Make a program that answers as a Python would when it is asked for its age and how it was compiled."""
    folder.mkdir(exist_ok=True)
    program = folder / name
    asked = f"case $1 in -c) exit {0 if new else 1};; -I) exit {0 if quick else 1};; *) exit 9;; esac"
    program.write_text(f"#!/bin/sh\n{asked}\n")
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
    slow = pretender(tmp_path / "mine", "python3.11", quick=False)
    pretender(tmp_path / "mine", "python3.12", new=False)
    quick = pretender(tmp_path / "distribution", "python3.11")
    assert offered(tmp_path / "mine", tmp_path / "distribution") == [quick, slow]


def test_of_quick_ones_the_one_in_the_path_goes_first(tmp_path: Path) -> None:
    mine = pretender(tmp_path / "mine", "python3.13")
    other = pretender(tmp_path / "distribution", "python3.13")
    assert offered(tmp_path / "mine", tmp_path / "distribution") == [mine, other]


def test_who_names_one_gets_it(tmp_path: Path) -> None:
    pretender(tmp_path / "mine", "python3.11")
    assert offered(tmp_path / "mine", tmp_path / "mine", PYTHON="python3.12") == ["python3.12"]


def test_the_file_runs_by_itself() -> None:
    done = subprocess.run([sys.executable, "-I", ROOT / "src/tolmach/cli/interpreter.py"], check=False)
    assert done.returncode in (0, 1)
