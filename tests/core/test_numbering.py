"""Look-ups in memory."""

from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tolmach.core.numbering import NOTHING, NumberInfo, Numbering, Ported, Ranges

RANGES = Ranges(
    array("q", [79030000000, 79612242000, 79612242500]),
    array("I", [9_999_999, 499, 0]),
    array("I", [0, 1, 2]),
    array("I", [1, 0, 2]),
    ("Вымпел-Коммуникации", "Вымпелтелеком", "Никто"),
    ("Новосибирская область", "г. Москва", "Нигде"),
)
PORTED = Ported(array("q", [79030000007, 79161234567]), array("I", [0, 0]), ("МегаФон",))
NOVOSIBIRSK = NumberInfo("Вымпелтелеком", "Новосибирская область", "Asia/Novosibirsk")


@pytest.mark.parametrize(
    ("phone", "expected"),
    [
        ("79612242000", NOVOSIBIRSK),
        ("79612242499", NOVOSIBIRSK),
        ("79612242500", NumberInfo("Никто", "Нигде", "")),
        ("79612242501", NumberInfo("Билайн", "", "")),  # no range has it: public metadata
        ("79029999999", NumberInfo("T2", "", "")),
        ("79039999999", NumberInfo("Вымпел-Коммуникации", "г. Москва", "Europe/Moscow")),
        ("380671234567", NumberInfo("Kyivstar", "Украина", "Europe/Kyiv")),
        ("1", NOTHING),
        ("", NOTHING),
        ("+79612242000", NOTHING),
        ("९", NOTHING),
        ("²", NOTHING),
        ("9" * 30, NOTHING),
    ],
)
def test_look_up(phone: str, expected: NumberInfo) -> None:
    assert Numbering(RANGES).lookup(phone) == expected


def test_a_ported_number_keeps_its_region() -> None:
    plan = Numbering(RANGES, PORTED)
    assert plan.lookup("79030000007") == NumberInfo("МегаФон", "г. Москва", "Europe/Moscow")
    assert plan.lookup("79030000006").operator == "Вымпел-Коммуникации"
    assert plan.lookup("79161234567") == NumberInfo("МегаФон", "", "")
    assert plan.lookup("79030000008").operator == "Вымпел-Коммуникации"


def test_nothing_imported() -> None:
    assert Numbering().lookup("79612242243") == NumberInfo("Билайн", "", "")


def test_stored_and_read() -> None:
    assert Ranges.load(RANGES.dump()) == RANGES
    assert Ported.load(PORTED.dump()) == PORTED
    assert Ranges.load(Ranges().dump()) == Ranges()


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), max_size=30), st.integers(0, 3000))
def test_the_range_that_has_a_number_answers_for_it(gaps: list[tuple[int, int]], offset: int) -> None:
    """Ranges with gaps (gap, span) between them, against looking at each."""
    start = 79_000_000_000
    firsts, spans = array("q"), array("I")
    for gap, span in gaps:
        firsts.append(start + gap)
        spans.append(span)
        start = firsts[-1] + span + 1
    number = 79_000_000_000 + offset
    order = array("I", range(len(firsts)))
    names = tuple(str(at) for at in order)
    plan = Numbering(Ranges(firsts, spans, order, order, names, names))
    expected = [str(at) for at in range(len(firsts)) if firsts[at] <= number <= firsts[at] + spans[at]]
    assert [plan.lookup(str(number)).operator] == (expected or [Numbering().lookup(str(number)).operator])
