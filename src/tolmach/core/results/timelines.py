"""A message with everything that happened to it, as values. Moments are aware, in the account's zone."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tolmach.core.content import Channel
from tolmach.core.money import ZERO, Money
from tolmach.core.status import Status


class Event(StrEnum):
    """What a moment of a timeline is about. Members stand in the order in which they follow within a millisecond."""

    ACCEPTED = "accepted"
    HELD = "held"
    MODERATED = "moderated"
    CLAIMED = "claimed"
    SUBMITTED = "submitted"
    LOST = "lost"
    RECEIPT = "receipt"
    ENDED = "ended"
    CAPTURED = "captured"
    RELEASED = "released"
    CALLBACK = "callback"


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing that happened; ``step`` 0 is the message as a whole; ``amount`` where money moved."""

    at: datetime
    event: Event
    detail: str
    step: int = 0
    amount: Money = ZERO


@dataclass(frozen=True, slots=True)
class PlannedLeg:
    """A step as it was accepted; ``to_be_read``: the next one follows unless it is read."""

    channel: Channel
    sender: str
    text: str
    parts: int
    price: Money
    to_be_read: bool = False


@dataclass(frozen=True, slots=True)
class Timeline:
    """A message and its moments, oldest first; ``conclusion`` says in one sentence where it stands.

    ``checks`` tell what the message had to pass, ``routes`` (for the operator) which rules of routing fit
    and which not, both as things stand now.

    ``request`` is the name of the request that brought it (``X-Request-Id``), "" when none did; ``trace`` the id of its
    trace, "" when it was not recorded.
    """

    id: int
    login: str
    currency: str
    zone: str
    dialect: str
    client_key: str
    recipient: str
    status: Status
    legs: tuple[PlannedLeg, ...]
    moments: tuple[Moment, ...]
    conclusion: str
    checks: tuple[str, ...] = ()
    routes: tuple[str, ...] = ()
    request: str = ""
    trace: str = ""
