from datetime import UTC, datetime
from typing import get_args

import pytest

from tests.clock import NOON
from tolmach.core.content import Channel, SmsText
from tolmach.core.delivery import Busy, Inbound, Lost, Outcome, Piece, Receipt, Refused, Sent, Submission
from tolmach.core.ids import LegId
from tolmach.core.status import RECEIPT_EVENTS, Status


def name(outcome: Outcome) -> str:
    match outcome:
        case Sent(provider_ids):
            return f"sent {provider_ids}"
        case Refused(code, permanent):
            return f"refused {code} {permanent}"
        case Busy(retry_after):
            return f"busy {retry_after}"
        case Lost(detail):
            return f"lost {detail}"


@pytest.mark.parametrize(
    ("outcome", "named"),
    [
        (Sent(("a", "b")), "sent ('a', 'b')"),
        (Refused("69"), "refused 69 True"),
        (Refused("20", permanent=False), "refused 20 False"),
        (Busy(1.5), "busy 1.5"),
        (Lost(), "lost "),
        (Lost("timeout"), "lost timeout"),
    ],
)
def test_there_are_four_answers_to_a_submission(outcome: Outcome, named: str) -> None:
    assert name(outcome) == named
    assert set(get_args(Outcome)) == {Sent, Refused, Busy, Lost}


def test_a_first_submission_is_not_uncertain() -> None:
    submission = Submission(LegId(11), "79031234567", "Tolmach", Channel.SMS, SmsText("a"), 1, NOON)
    assert (submission.attempt, submission.uncertain) == (1, False)


@pytest.mark.parametrize("status", RECEIPT_EVENTS)
def test_a_receipt_is_a_value(status: Status) -> None:
    at = datetime(2026, 3, 2, tzinfo=UTC)
    assert len({Receipt("link", "1", status, at), Receipt("link", "1", status, at)}) == 1


def test_an_inbound_message_is_a_value() -> None:
    one = Inbound("carrier", "79161234567", "1234", "STOP", NOON, Piece(7, 2, 1))
    assert one == Inbound("carrier", "79161234567", "1234", "STOP", NOON, Piece(7, 2, 1))
    assert Inbound("carrier", "a", "b", "", NOON).piece is None
