"""``tolmach number``."""

import pytest

from tests.cli.stage import Tolmach, complaint

OURS = "79612222222"


def test_numbers_are_added_listed_and_removed(tolmach: Tolmach) -> None:
    ran = tolmach("number", "add", "+7 961 222-22-22", "--account", "demo", "--prefix", "Igra")
    assert ran.out == f"what comes to {OURS} with the prefix IGRA is demo's\n"
    assert tolmach("number", "add", "1234", "--account", "demo").out == "what comes to 1234 is demo's\n"
    listed = tolmach("number", "list", "--json").json
    assert {"number": OURS, "prefix": "igra", "account": "demo"} in listed
    assert "IGRA" in tolmach("number", "list").out
    assert tolmach("number", "remove", OURS, "--prefix", "igra").out.endswith("is nobody's now\n")
    assert OURS not in tolmach("number", "list").out


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("add", "1234"), 2, "whose is it"),
        (("add", "12x34", "--account", "demo"), 2, "no number"),
        (("add", "1234", "--account", "stranger"), 1, "stranger"),
        (("remove", "1234"), 1, "1234"),
        (("add", "1234", "--account", "demo", "--prefix", "a b"), 2, "one word"),
    ],
)
def test_what_is_wrong_is_told_in_a_line(tolmach: Tolmach, words: tuple[str, ...], code: int, said: str) -> None:
    assert said in complaint(tolmach("number", *words), code)
