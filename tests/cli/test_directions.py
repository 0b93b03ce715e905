"""``tolmach direction``."""

import pytest

from tests.cli.stage import Tolmach, complaint


def test_close_and_open_for_everybody(tolmach: Tolmach) -> None:
    assert tolmach("direction", "close", "Украина").out == "direction Украина is closed for everybody\n"
    listed = {one["direction"]: one["open"] for one in tolmach("direction", "list", "--json").json}
    assert listed == {"Россия": True, "Украина": False}
    assert "closed" in tolmach("direction", "list").out
    assert tolmach("direction", "open", "Украина").out == "direction Украина is open for everybody\n"
    assert "closed" not in tolmach("direction", "list").out


def test_close_and_open_for_one_account(tolmach: Tolmach) -> None:
    assert tolmach("direction", "close", "Украина", "--account", "demo").code == 0
    listed = tolmach("direction", "list", "--account", "demo", "--json").json
    assert [one["closed_for_account"] for one in listed] == [False, True]
    assert "closed for demo" in tolmach("direction", "list", "--account", "demo").out
    assert "closed" not in tolmach("direction", "list").out
    tolmach("direction", "open", "Украина", "--account", "demo")
    assert "closed" not in tolmach("direction", "list", "--account", "demo").out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("close Росия", "did you mean Россия?"),
        ("open Россия --account nobody", "there is no account 'nobody'"),
        ("list --account nobody", "there is no account 'nobody'"),
    ],
)
def test_bad_input_is_one_line(tolmach: Tolmach, words: str, said: str) -> None:
    assert said in complaint(tolmach("direction", *words.split()), 1)
