"""One line back, in the words that clients compare."""

import pytest

from tests.clock import NOON
from tolmach.core.content import Channel
from tolmach.core.errors import Failure
from tolmach.core.ids import LegId, MessageId
from tolmach.core.money import Money
from tolmach.core.rejections import Rejection
from tolmach.core.results import Accepted, LegQuote, Rejected, SendItem, SendResult
from tolmach.dialects.engine.plaintext import REASONS, WORDS, line_breaks, plain_text, sent_words

ACCEPTED = Accepted(MessageId(10), "79161234500", (LegQuote(LegId(11), Channel.SMS, 1, Money(1)),))


def refused(reason: Rejection) -> Rejected:
    return Rejected(reason, "x")


def test_every_failure_and_rejection_has_its_words() -> None:
    assert WORDS.keys() == set(Failure)
    assert REASONS.keys() == set(Rejection)
    assert "" not in {*WORDS.values(), *REASONS.values()}


@pytest.mark.parametrize(
    ("items", "words"),
    [
        ([ACCEPTED], "10"),
        ([ACCEPTED, refused(Rejection.NO_TEXT), ACCEPTED], "10,0,10"),
        ([refused(Rejection.NO_MONEY), refused(Rejection.NO_TEXT)], REASONS[Rejection.NO_MONEY]),
    ],
)
def test_a_sending_is_told_by_its_ids(items: list[SendItem], words: str) -> None:
    assert sent_words(SendResult(items, NOON)) == words


def test_words_of_another_dialect_may_take_their_place() -> None:
    words = {**REASONS, Rejection.NO_TEXT: "nothing"}
    assert sent_words(SendResult([refused(Rejection.NO_TEXT)], NOON), words) == "nothing"


def test_a_line_is_plain_text_in_utf_8() -> None:
    response = plain_text("да")
    assert (response.status, response.body.decode()) == (200, "да")
    assert response.headers == {"content-type": "text/plain; charset=utf-8"}


def test_line_breaks() -> None:
    assert line_breaks("a\\nb\r\nc/nd") == "a\nb\nc/nd"
