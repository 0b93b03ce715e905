import pytest
from hypothesis import given
from hypothesis import strategies as st

from tolmach.core import papers
from tolmach.core.papers import Papers, registrable


@pytest.mark.parametrize(
    "name",
    [
        "INFORM",
        "a",
        "My Shop",
        "A&B <x>",
        "\\'?><,.-_=+",
        '/"!@#$%^&*(',
        "a)",
        "12345678901",
        "1" * 15,
        "+7916",
    ],
)
def test_names_that_may_be_registered(name: str) -> None:
    assert registrable(name)


@pytest.mark.parametrize(
    "name", ["", " ", "Отправитель", "twelve chars", "1234567890123456", "79161234567x", "a\nb", "é", "a;b", "٣٣٣"]
)
def test_names_that_may_not(name: str) -> None:
    assert not registrable(name)


@given(st.text(max_size=16))
def test_a_name_is_short_and_of_known_characters(name: str) -> None:
    assert not registrable(name) or (name.isascii() and len(name) <= 15)


def test_what_is_stored_is_what_was_given() -> None:
    full = Papers("1", "2", "3", "ООО", "Код #c#", "c", (("250", "01"),), ("http://x",), (4, 5))
    assert papers.load(papers.dump(full)) == full
    assert papers.dump(Papers()) == "{}"
    assert papers.load("{}") == Papers()
