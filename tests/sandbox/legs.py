"""Submissions for the tests of the sandbox."""

from datetime import timedelta

from tests.clock import NOON
from tolmach.core.content import Channel, SmsText, ViberCard
from tolmach.core.delivery import Submission
from tolmach.core.ids import LegId
from tolmach.sandbox.message import Arrival, Encoding

CARD = ViberCard("Скидка", "Открыть", "https://example.org/sale", "https://example.org/sale.png")


def sms(recipient: str, text: str = "Hello", *, leg: int = 11, parts: int = 1) -> Submission:
    return Submission(
        LegId(leg), recipient, "Tolmach", Channel.SMS, SmsText(text), parts, expires_at=NOON + timedelta(days=1)
    )


def viber(recipient: str, card: ViberCard = CARD, *, leg: int = 21) -> Submission:
    return Submission(LegId(leg), recipient, "Tolmach", Channel.VIBER, card, 1, expires_at=NOON + timedelta(days=1))


def arrival(submission: Submission) -> Arrival:
    """One that gets no receipts."""
    return Arrival(submission, Encoding.GSM7, "silent", ())
