"""What commands print."""

import json

import pytest

from tolmach.cli import console


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", ""),
        ("Привет [b]", "Привет [b]"),
        ("a\nb", "a⏎b"),
        ("\x1b[2J", "�[2J"),
        ("a\u202eb", "a�b"),
        ("a\tb", "a�b"),
    ],
)
def test_control_characters_are_made_harmless(text: str, shown: str) -> None:
    assert console.clean(text) == shown


def test_lines_are_never_folded(capsys: pytest.CaptureFixture[str]) -> None:
    console.say("x" * 5_000)
    assert capsys.readouterr().out == "x" * 5_000 + "\n"


def test_warnings_go_to_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    console.warn("beware\x07")
    assert capsys.readouterr() == ("", "tolmach: beware�\n")


def test_a_table_keeps_long_and_bracketed_cells(capsys: pytest.CaptureFixture[str]) -> None:
    console.table(("name", "sum"), [["[bold]" + "x" * 300, "1.00"], ["", "20.00"]], right=("sum",))
    lines = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    assert lines[2] == "[bold]" + "x" * 300 + "    1.00"
    assert lines[3].split() == ["-", "20.00"]


def test_data_is_json(capsys: pytest.CaptureFixture[str]) -> None:
    console.data({"имя": [1, None]})
    out = capsys.readouterr().out
    assert "имя" in out
    assert json.loads(out) == {"имя": [1, None]}


def test_only_big_work_shows_a_bar(capsys: pytest.CaptureFixture[str]) -> None:
    with console.progress("counting", 2, big=False) as advance:
        advance(2)
    assert capsys.readouterr().err == ""
    with console.progress("counting", 2, big=True) as advance:
        advance(2)
    assert "counting" in capsys.readouterr().err
