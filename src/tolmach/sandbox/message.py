"""The values of the sandbox: a message on its way to a virtual phone, one on it, and a receipt that is due."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import orjson

from tolmach.core.content import Channel, Content, SmsText, ViberCard, from_fields
from tolmach.core.delivery import Receipt, Submission
from tolmach.core.status import Status

LINK = "sandbox"  # the link's name in the gateway
WAITING = "waiting"  # the outcome of a message whose phone is switched off


class Encoding(StrEnum):
    """How the text travels: a data coding of SMS (BINARY: octets, shown in hexadecimal), or a card."""

    GSM7 = "gsm7"
    UCS2 = "ucs2"
    LATIN1 = "latin1"
    CYRILLIC = "cyrillic"
    HEBREW = "hebrew"
    BINARY = "binary"
    VIBER = "viber"
    WHATSAPP = "whatsapp"
    VK = "vk"


@dataclass(frozen=True, slots=True)
class Arrival:
    """A submission the carrier takes, once it has been busy ``busy_times`` times; each part gets the receipts.

    ``ids`` are the parts' ids where they have some already, ``smpp`` what SMPP said besides (JSON, or empty), ``raw``
    the parts as `tolmach.sandbox.raw` stores them.
    """

    submission: Submission
    encoding: Encoding
    outcome: str
    receipts: tuple[tuple[Status, timedelta], ...]  # status, and how long after the arrival it is due
    busy_times: int = 0
    ids: tuple[str, ...] = ()
    smpp: str = ""
    raw: str = ""


@dataclass(frozen=True, slots=True)
class PhoneMessage:
    """A message on a virtual phone. ``outcome``: delivered, read, undelivered, expired, silent or waiting."""

    id: int
    phone: str
    sender: str
    channel: Channel
    card: ViberCard  # what any message has of one; of an SMS only the text is set
    parts: int
    encoding: Encoding
    outcome: str
    at: datetime
    leg: int
    provider_ids: tuple[str, ...]
    smpp: str = ""  # JSON, empty unless it came over SMPP
    content: str = ""  # JSON of `tolmach.core.content.to_fields`, empty for a plain text
    pressed: datetime | None = None  # when somebody last pressed its button or opened its link
    raw: str = ""  # the parts as `tolmach.sandbox.raw` stores them, empty unless it came over SMPP

    def what(self) -> Content:
        """Return the content as it was sent."""
        return from_fields(orjson.loads(self.content)) if self.content else SmsText(self.card.text)


@dataclass(frozen=True, slots=True)
class PhoneSummary:
    """A phone that has messages: how many, and the newest one's id, text and moment."""

    phone: str
    messages: int
    last: int
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class DueReceipts:
    """Receipts to hand over now, their row ids, and when the next ones are due if there are none."""

    ids: Sequence[int]
    receipts: Sequence[Receipt]
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class MessageQuery:
    """Which messages: of a phone, after an id, not before a moment, whose text contains a string, and so on.

    At most ``limit``: the newest of them if ``newest``, else the oldest. The answer is always oldest first.
    """

    phone: str = ""
    after: int = 0
    since: datetime | None = None
    containing: str = ""
    limit: int = 100
    newest: bool = False
    sender: str = ""
    kind: str = ""  # of `tolmach.core.content.KINDS`
    outcome: str = ""
