"""The values of the SMSC: an order to deliver, the part of a message that it has taken, and a receipt it owes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from tolmach.codecs.smpp.constants import MessageState
from tolmach.sandbox.message import Encoding


class Address(NamedTuple):
    """A number or name with its type and plan, as SMPP has it."""

    ton: int
    npi: int
    number: str


class Segment(NamedTuple):
    """Which part of a long message this is. ``reference`` is unique among sender, recipient and kind of header."""

    reference: int
    total: int
    number: int


class Form(NamedTuple):
    """How a phone treats a message: at once on its screen, not at all, or by the application behind a port."""

    flash: bool = False
    silent: bool = False
    port: int | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """One SMS to one phone: the user data without its header, and what will become of it.

    ``state`` None: it stays on its way for ever. ``receipt``: the client wants to be told of that state,
    ``late``: of an expiry. ``raw``: the part as `tolmach.sandbox.raw` stores it. ``validity``: as SMPP writes it.
    """

    source: Address
    recipient: Address
    service: str
    encoding: Encoding
    octets: bytes
    segment: Segment | None
    state: MessageState | None
    outcome: str
    receipt: bool
    smpp: str
    form: Form
    raw: str
    validity: str = ""
    late: bool = False


@dataclass(frozen=True, slots=True)
class Order:
    """A submit that is taken: one id, one draft for each recipient, final after ``delay``, told ``lag`` later."""

    system: str
    drafts: Sequence[Draft]
    delay: timedelta
    lag: timedelta = timedelta(0)


class Taken(NamedTuple):
    """The id of an order and the rows of the receipts it will get."""

    id: int
    receipts: Sequence[int]


class Owed(NamedTuple):
    """A receipt that a system has not acknowledged yet. ``source`` and ``recipient`` are those of the message.

    ``written``: it is no receipt but what the phone's owner wrote back; ``excerpt`` is its text.
    """

    row: int
    id: int
    state: MessageState
    submitted: datetime
    done: datetime
    source: Address
    recipient: Address
    excerpt: str
    written: bool = False


class DueReceipts(NamedTuple):
    """Receipts to send now, and when the next are due if there are fewer than asked for."""

    receipts: Sequence[Owed]
    next_at: datetime | None


class Known(NamedTuple):
    """What query_sm can tell: where the message came from, its state, and since when it is final."""

    source: Address
    recipient: Address
    state: MessageState
    final: datetime | None


class Selection(NamedTuple):
    """What cancel_sm means: one id, or (None) every waiting message between two addresses."""

    id: int | None
    source: Address
    recipient: Address
    service: str
