from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tolmach.sandbox import parameters
from tolmach.sandbox.message import MessageQuery
from tolmach.sandbox.parameters import ParameterError, Wait

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
Pairs = list[tuple[str, str]]

MESSAGES: list[tuple[Pairs, MessageQuery]] = [
    ([], MessageQuery(newest=True)),
    ([("phone", "79161234500")], MessageQuery(phone="79161234500", newest=True)),
    ([("phone", "+7 (916) 123-45-00")], MessageQuery(phone="79161234500", newest=True)),
    ([("phone", " 79161234500")], MessageQuery(phone="79161234500", newest=True)),
    ([("limit", "1")], MessageQuery(limit=1, newest=True)),
    ([("limit", "1000")], MessageQuery(limit=1000, newest=True)),
    ([("since", "0")], MessageQuery()),
    ([("since", "17")], MessageQuery(after=17)),
    ([("since", "2026-03-02T12:00:00Z")], MessageQuery(since=NOON)),
    ([("since", "2026-03-02T12:00:00.000Z")], MessageQuery(since=NOON)),
    ([("since", "2026-03-02T12:00")], MessageQuery(since=NOON)),
    ([("since", "2026-03-02 12:00:00")], MessageQuery(since=NOON)),
    ([("since", "2026-03-02T15:00:00+03:00")], MessageQuery(since=NOON)),
    ([("since", "2026-03-02T15:00:00 03:00")], MessageQuery(since=NOON)),
]

BAD: list[tuple[Callable[[Pairs], object], Pairs, str]] = [
    (parameters.messages, [("contains", "x")], "unknown parameter 'contains'; known are: phone, containing"),
    (parameters.messages, [("phone", "1"), ("phone", "2")], "phone is given more than once"),
    (parameters.messages, [("phone", "")], "phone is empty"),
    (parameters.messages, [("phone", "+")], "phone must be a number"),
    (parameters.messages, [("phone", "7916x")], "phone must be a number"),
    (parameters.messages, [("phone", "٧٩١٦")], "phone must be a number"),
    (parameters.messages, [("limit", "0")], "limit must be a whole number from 1 to 1000"),
    (parameters.messages, [("limit", "1001")], "limit must be"),
    (parameters.messages, [("limit", "-1")], "limit must be"),
    (parameters.messages, [("limit", "ten")], "limit must be"),
    (parameters.messages, [("since", "yesterday")], "since must be the id of a message or a time"),
    (parameters.messages, [("since", "-5")], "since must be"),
    (parameters.messages, [("since", "9" * 17)], "since must be"),
    (parameters.messages, [("since", "0001-01-01T00:00:00+23:00")], "since must be"),
    (parameters.wait, [("timeout", "61")], "timeout must be a number of seconds from 0 to 60"),
    (parameters.wait, [("timeout", "-1")], "timeout must be"),
    (parameters.wait, [("timeout", "nan")], "timeout must be"),
    (parameters.wait, [("timeout", "soon")], "timeout must be"),
    (parameters.wait, [("containing", "")], "containing is empty"),
    (parameters.phones, [("prefix", "x")], "prefix must be a number"),
    (parameters.clear, [("all", "yes")], "unknown parameter 'all'"),
    (lambda pairs: parameters.events(pairs, None), [("since", "2026-03-02T12:00:00Z")], "must be the id of a message"),
    (lambda pairs: parameters.events(pairs, "x"), [], "must be the id of a message"),
]


@pytest.mark.parametrize(("pairs", "query"), MESSAGES)
def test_messages(pairs: Pairs, query: MessageQuery) -> None:
    assert parameters.messages(pairs) == query


@pytest.mark.parametrize(("read", "pairs", "words"), BAD)
def test_what_is_wrong_is_said(read: Callable[[Pairs], object], pairs: Pairs, words: str) -> None:
    with pytest.raises(ParameterError) as caught:
        read(pairs)

    assert words in str(caught.value)


def test_wait() -> None:
    pairs = [("phone", "7"), ("containing", "code: 7"), ("since", "3"), ("timeout", "2.5")]

    assert parameters.wait(pairs) == Wait(MessageQuery(phone="7", after=3, containing="code: 7", limit=1), 2.5)
    assert parameters.wait([]) == Wait(MessageQuery(limit=1), 10.0)


def test_phones_clear_and_events() -> None:
    assert parameters.phones([("prefix", "+7916"), ("limit", "5")]) == ("7916", 5)
    assert parameters.phones([]) == ("", 200)
    assert parameters.clear([("phone", "7")]) == "7"
    assert parameters.clear([]) == ""
    assert parameters.events([], None) is None
    assert parameters.events([("since", "3")], None) == 3
    assert parameters.events([("since", "3")], "5") == 5


NAMES = st.sampled_from(["phone", "since", "limit", "timeout", "containing", "prefix"]) | st.text(max_size=5)


READERS: list[Callable[[Pairs], object]] = [
    parameters.messages,
    parameters.wait,
    parameters.phones,
    parameters.clear,
    lambda pairs: parameters.events(pairs, pairs[0][1] if pairs else None) or 0,
]


@pytest.mark.parametrize("read", READERS)
@given(pairs=st.lists(st.tuples(NAMES, st.text(max_size=30)), max_size=3))
def test_anything_is_read_or_refused_in_words(read: Callable[[Pairs], object], pairs: Pairs) -> None:
    try:
        result = read(pairs)
    except ParameterError as error:
        result = str(error)

    assert result is not None
