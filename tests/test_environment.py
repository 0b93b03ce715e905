"""A misspelt name of the environment is found, and none that something reads."""

import re
from pathlib import Path

import pytest

from tolmach import environment

ROOT = Path(__file__).parents[1]
PLACES = ("src", "scripts", "tests", "bench", "docs", "deploy")
TEXTS = {"", ".md", ".py", ".sh", ".service", ".toml", ".yaml", ".yml"}
NAME = re.compile(r"TOLMACH_[A-Z_]*[A-Z]")


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("TOLMACH_DATABASEURL", "TOLMACH_DATABASE_URL"),
        ("TOLMACH_PROT", "TOLMACH_PORT"),
        ("TOLMACH_LIMTS__RATE", "TOLMACH_LIMITS__RATE"),
        ("TOLMACH_LIMITS_RATE", "TOLMACH_LIMITS__RATE"),
        ("TOLMACH_LIMITS__RATEE", "TOLMACH_LIMITS__RATE"),
        ("tolmach_hots", "TOLMACH_HOST"),
        ("TOLMACH_CONFG", "TOLMACH_CONFIG"),
    ],
)
def test_a_misspelt_name_is_told_with_the_nearest(name: str, nearest: str) -> None:
    assert environment.unknown(["PATH", name]) == [f"{name} is no setting; the nearest is {nearest}"]


@pytest.mark.parametrize("name", ["TOLMACH_", "TOLMACH_ЫЫ"])
def test_a_name_like_none_has_a_nearest_all_the_same(name: str) -> None:
    assert environment.unknown([name])[0].startswith(f"{name} is no setting; the nearest is TOLMACH_")


@pytest.mark.parametrize(
    "name",
    [
        "TOLMACH_PORT",
        "tolmach_port",
        "TOLMACH_SANDBOX",
        "TOLMACH_SANDBOX__SMPP_PORT",
        "TOLMACH_TORTURE_KILLS",
        "TOLMAC",
    ],
)
def test_what_means_something_is_not_unknown(name: str) -> None:
    assert environment.unknown([name]) == []


def test_every_name_that_stands_in_the_repository_is_known() -> None:
    own = {"test_environment.py", "test_opening.py", "environment.py"}  # with wrong ones
    files = [
        file
        for place in PLACES
        for file in (ROOT / place).rglob("*")
        if file.suffix in TEXTS and file.name not in own and "node_modules" not in file.parts and file.is_file()
    ]
    found = {name for file in files for name in NAME.findall(file.read_text("utf-8", errors="replace"))}
    assert "TOLMACH_SANDBOX__SMPP_PORT" in found
    assert environment.unknown(found) == []
