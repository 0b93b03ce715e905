import pytest
from hypothesis import given
from hypothesis import strategies as st

from tolmach.codecs import gsm0338
from tolmach.codecs.foreigners import Foreigner, foreigners, replaced


def test_each_foreigner_is_named_once_with_its_first_place() -> None:
    assert foreigners("Sale — 20 % «today» — now") == [
        Foreigner("—", 6, 2, "-"),
        Foreigner("«", 13, 1, '"'),
        Foreigner("»", 19, 1, '"'),
    ]


@pytest.mark.parametrize("text", ["", "Hello", "€{}[]~^|\\", "Ça où\n"])
def test_a_text_that_fits_has_none(text: str) -> None:
    assert foreigners(text) == []
    assert replaced(text) == text


def test_a_letter_has_no_plain_form() -> None:
    assert foreigners("aЖ") == [Foreigner("Ж", 2, 1, None)]
    assert replaced("«Ж»") == '"Ж"'


def test_what_need_not_stand_at_all_is_dropped() -> None:
    assert replaced("a\u200bb") == "ab"
    assert foreigners("a\u200bb")[0].plain == ""


@given(st.text(max_size=60))
def test_without_foreigners_a_text_is_encodable_and_the_other_way_round(text: str) -> None:
    assert (foreigners(text) == []) == gsm0338.encodable(text)
    if all(one.plain is not None for one in foreigners(text)):
        assert gsm0338.encodable(replaced(text))
