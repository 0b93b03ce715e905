"""``tolmach stop``."""

from pathlib import Path

import pytest

from tests.cli.stage import Tolmach, complaint


def test_the_global_list(tolmach: Tolmach) -> None:
    ran = tolmach("stop", "add", "+7 916 123-45-67", "89161234567", "8 (903) 325-66-99")
    assert ran.out == "2 added to the global list, 0 stood there already\n"
    assert tolmach("stop", "add", "79161234567").out == "0 added to the global list, 1 stood there already\n"
    assert tolmach("stop", "list").out == "79033256699\n79161234567\n"
    assert tolmach("stop", "remove", "79161234567").out == "1 removed from the global list, 0 did not stand there\n"
    assert tolmach("stop", "list", "--json").json == ["79033256699"]


def test_an_account_has_a_list_of_its_own(tolmach: Tolmach, tmp_path: Path) -> None:
    file = tmp_path / "stops.txt"
    file.write_text("\ufeff79161234567\n\n  +79033256699 \n", encoding="utf-8")
    ran = tolmach("stop", "add", "--account", "demo", "--file", str(file))
    assert ran.out == "2 added to the list of demo, 0 stood there already\n"
    assert tolmach("stop", "list").out == ""
    assert tolmach("stop", "remove", "--account", "demo", "--file", "-", stdin="79161234567\n").code == 0
    assert tolmach("stop", "list", "--account", "demo").out == "79033256699\n"


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ("add", 2, "no numbers"),
        ("add 79161234567 123 abc", 2, "no number that can be written to: '123', 'abc'"),
        ("add 1 2 3 4 5 6 7", 2, "and 2 more"),
        ("add 79161234567 --account nobody", 1, "there is no account 'nobody'"),
        ("remove x", 2, "'x'"),
        ("list --account nobody", 1, "there is no account 'nobody'"),
        ("add --file /nowhere/stops.txt", 1, "No such file"),
    ],
)
def test_bad_input_is_one_line(tolmach: Tolmach, words: str, code: int, said: str) -> None:
    assert said in complaint(tolmach("stop", *words.split()), code)


def test_one_bad_number_keeps_the_good_ones_out(tolmach: Tolmach) -> None:
    tolmach("stop", "add", "79161234567", "nonsense")
    assert tolmach("stop", "list").out == ""
