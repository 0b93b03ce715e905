import pytest
from hypothesis import given
from hypothesis import strategies as st

from tolmach.core.ids import LARGEST, MAX_STEPS, STRIDE, MessageId, leg_id, parse_id, split_id

MESSAGES = st.integers(1, LARGEST // STRIDE).map(lambda number: MessageId(number * STRIDE))


@given(MESSAGES, st.integers(1, MAX_STEPS))
def test_a_leg_knows_its_message(message: MessageId, step: int) -> None:
    assert split_id(leg_id(message, step)) == (message, step)


@given(MESSAGES)
def test_a_message_id_is_step_none(message: MessageId) -> None:
    assert split_id(message) == (message, 0)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("10", 10),
        (" 11\n", 11),
        ("0010", 10),
        ("9007199254740991", LARGEST),
        ("9007199254740992", None),
        ("0", None),
        ("-10", None),
        ("+10", None),
        ("1.0", None),
        ("1e3", None),
        ("1_0", None),
        ("", None),
        (" ", None),
        ("ten", None),
        ("१०", None),
        ("²", None),
        ("00000000000000010", None),
        ("9" * 5000, None),
    ],
)
def test_an_id_that_a_client_wrote(text: str, number: int | None) -> None:
    assert parse_id(text) == number


@given(st.text(max_size=20))
def test_any_text_is_an_id_below_two_to_the_53rd_or_none(text: str) -> None:
    number = parse_id(text)
    assert number is None or 0 < number <= LARGEST
