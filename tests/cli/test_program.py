"""Laws that hold for every command."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main

from tests.cli.stage import complaint, run
from tolmach import __version__
from tolmach.cli.program import app

DOCS = Path(__file__).parents[2] / "docs" / "cli.md"


def commands(command: Any, *path: str) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield every command below ``command`` with the words that call it."""
    for name, inner in getattr(command, "commands", {}).items():
        if hasattr(inner, "commands"):
            yield from commands(inner, *path, name)
        else:
            yield (*path, name), inner


EVERY = dict(commands(typer.main.get_command(app)))
NAMES = sorted(EVERY)


def test_all_the_commands_are_there() -> None:
    assert {" ".join(path) for path in NAMES} == {
        *(
            "demo",
            "serve",
            "sandbox",
            "migrate",
            "settings",
            "doctor",
            "backup",
            "restore",
            "processes",
            "db copy",
            "db partitions",
        ),
        *(f"retention {verb}" for verb in ("list", "set", "run")),
        *(f"account {verb}" for verb in ("add", "list", "show", "block", "unblock", "password", "top-up", "set")),
        *(f"token {verb}" for verb in ("add", "list", "revoke")),
        *(f"base {verb}" for verb in ("add", "list", "show", "set", "remove", "import", "export", "greetings")),
        *(f"sender {verb}" for verb in ("add", "list", "queue", "show", "set", "approve", "reject")),
        *(f"route {verb}" for verb in ("add", "list", "move", "remove", "explain")),
        *(f"sender registry {verb}" for verb in ("list", "set")),
        *(f"file {verb}" for verb in ("list", "show", "export", "approve", "reject")),
        *(f"moderation {verb}" for verb in ("list", "show", "approve", "reject")),
        *(f"moderation words {verb}" for verb in ("add", "remove", "list")),
        *(f"pattern {verb}" for verb in ("list", "approve", "reject")),
        *(f"tariff {verb}" for verb in ("import", "list", "show")),
        *(f"direction {verb}" for verb in ("list", "open", "close")),
        *(f"stop {verb}" for verb in ("add", "remove", "list")),
        *(f"number {verb}" for verb in ("add", "remove", "list")),
        *(f"inbox {verb}" for verb in ("list", "show", "assign")),
        *(f"link {verb}" for verb in ("add", "remove", "list", "show", "pause", "resume", "test")),
        *(f"receipt {verb}" for verb in ("list", "rematch")),
        *(f"message {verb}" for verb in ("quote", "send", "list", "show")),
        *(f"user {verb}" for verb in ("add", "list", "block", "unblock", "password", "reset-totp")),
        *(f"day {verb}" for verb in ("close", "list", "show")),
        *(f"numbering {verb}" for verb in ("import", "ported", "show", "status")),
    }


@pytest.mark.parametrize("path", NAMES, ids=" ".join)
def test_help_has_an_example_of_the_command(path: tuple[str, ...]) -> None:
    ran = run(*path, "--help", env={"COLUMNS": "300", "TERMINAL_WIDTH": "300"})
    assert (ran.code, ran.err) == (0, "")
    example = ran.out.partition("Example: ")[2].split()
    assert example[0] == "tolmach"
    start = 3 if example[1] == "--config" else 1
    assert tuple(example[start : start + len(path)]) == path


@pytest.mark.parametrize("path", NAMES, ids=" ".join)
def test_every_option_has_help(path: tuple[str, ...]) -> None:
    assert EVERY[path].help
    assert [parameter.name for parameter in EVERY[path].params if not getattr(parameter, "help", "")] == []


@pytest.mark.parametrize("path", NAMES, ids=" ".join)
def test_the_command_and_its_options_are_documented(path: tuple[str, ...]) -> None:
    section = DOCS.read_text(encoding="utf-8").partition(f"### tolmach {' '.join(path)}\n")[2].partition("\n##")[0]
    assert f"tolmach {' '.join(path)}" in section
    options = [flag for p in EVERY[path].params for flag in [*p.opts, *p.secondary_opts] if flag.startswith("--")]
    assert [flag for flag in options if f"`{flag}`" not in section and flag not in ("--help", "--data", "--json")] == []


@pytest.mark.parametrize("path", NAMES, ids=" ".join)
def test_an_unknown_option_is_one_line(path: tuple[str, ...]) -> None:
    said = complaint(run(*path, "--nonsense"), 2)
    assert f"see tolmach {' '.join(path)} --help" in said


def test_no_command_shows_help() -> None:
    for words in ((), ("account",)):
        ran = run(*words)
        assert (ran.code, ran.err) == (2, "")
        assert "Usage: " in ran.out


def test_an_unknown_command_is_one_line() -> None:
    assert "No such command 'frobnicate'" in complaint(run("frobnicate"), 2)


def test_version() -> None:
    assert run("--version").out == f"tolmach {__version__}\n"
