"""Small files. (Statements, arguments and complexity of functions are ruff's to count.)"""

from pathlib import Path

import pytest

from tests.architecture.source import PACKAGE, TESTS, modules, name

LONGEST_MODULE = 500
LONGEST_ENDPOINT = 250
DATA_TABLES: dict[str, str] = {}  # module -> why it is nothing but data


def lines(module: Path) -> int:
    return len(module.read_text("utf-8").splitlines())


def test_modules_are_short() -> None:
    long = {name(module): lines(module) for module in modules() if lines(module) > LONGEST_MODULE}
    assert long.keys() == DATA_TABLES.keys(), long


def test_modules_of_dialects_are_shorter() -> None:
    endpoints = modules(PACKAGE / "dialects")
    assert len(endpoints) > 20
    assert {name(module): lines(module) for module in endpoints if lines(module) > LONGEST_ENDPOINT} == {}


@pytest.mark.parametrize("folder", ["core", "store", "services", "architecture"])
def test_modules_of_tests_are_short_too(folder: str) -> None:
    found = modules(TESTS / folder)
    assert {module.name: lines(module) for module in found if lines(module) > LONGEST_MODULE} == {}
