"""Drafts: what a client asks to send, before anything is checked.

Times are the account's wall clock (naive): a dialect reads them without knowing whose they are.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, StrEnum

from tolmach.core.content import Channel, Content


@dataclass(frozen=True, slots=True)
class Until:
    """Valid until this wall-clock moment of the account."""

    moment: datetime


@dataclass(frozen=True, slots=True)
class For:
    """Valid for this long, counted from the moment of sending."""

    duration: timedelta


Validity = Until | For


class Success(Enum):
    """What ends a step well: delivery, or only the reading of it (TargetSMS ``finale_viber_read``)."""

    DELIVERED = "delivered"
    READ = "read"


class ChargeOn(StrEnum):
    """When the held money is taken: once sent, or only once delivered (SMS-Pager ``onlydelivery``)."""

    SENT = "sent"
    DELIVERED = "delivered"


@dataclass(frozen=True, slots=True)
class Step:
    """One attempt of a cascade. ``sender`` None means the account's default sender, "" means none was given.

    ``link`` names the only link that may carry it; "" leaves that to the routes. ``own_stops``: the account's own stop
    list is heeded; that of the gateway always is.
    """

    channel: Channel
    content: Content
    sender: str | None
    validity: Validity
    success: Success = Success.DELIVERED
    link: str = ""
    own_stops: bool = True


@dataclass(frozen=True, slots=True)
class Draft:
    """One message to one recipient; ``recipient`` is the number as the client wrote it.

    ``steps`` (1 to 9) are tried in order. ``client_key`` makes a repeat return the earlier message.
    """

    recipient: str
    steps: tuple[Step, ...]
    client_key: str | None = None
    due: datetime | None = None
    label: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """The client's own name for a set of messages, unique per account and dialect.

    ``key`` None: the system names it. ``exclusive``: a second request with the same key is refused
    (Mobilgroup) instead of joining the first (SMS-Pager).
    """

    key: str | None
    exclusive: bool = False
