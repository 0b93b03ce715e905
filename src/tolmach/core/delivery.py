"""The southbound vocabulary: a submission, the four and only four answers to it, and what comes back later."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from tolmach.core.content import Channel, Content
from tolmach.core.ids import LegId
from tolmach.core.status import Status
from tolmach.core.traffic import Traffic


class Uncertain(StrEnum):
    """What an account wants of a message of which nobody knows whether the carrier has it.

    By RESEND it may come twice, by HOLD perhaps never. USUAL is RESEND for one-time passwords; for all others a lost
    answer is waited for, and what a process that died may have sent is sent again.
    """

    USUAL = "usual"
    RESEND = "resend"
    HOLD = "hold"

    def resends_lost(self, traffic: Traffic) -> bool:
        """Tell whether a message whose answer was lost is sent again."""
        return self is Uncertain.RESEND or (self is Uncertain.USUAL and traffic is Traffic.OTP)


class Submission(NamedTuple):
    """One leg on its way to a carrier. ``parts`` is the number of SMS parts that were priced (1 for Viber).

    ``attempt`` counts from 1; ``uncertain`` says that an earlier worker died after it may have sent this leg.
    ``route`` names the links to ask, in order (None: any of the channel); each of them may be without room for
    ``patience`` seconds before the next one is asked. ``request``: see `tolmach.core.requests`.
    """

    leg: LegId
    recipient: str
    sender: str
    channel: Channel
    content: Content
    parts: int
    expires_at: datetime
    attempt: int = 1
    uncertain: bool = False
    route: tuple[str, ...] | None = None
    patience: float = 0.0
    request: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """The carrier took it and named its parts, in order."""

    provider_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """The carrier said no. ``permanent``: nobody else need be asked."""

    code: str
    permanent: bool = True


@dataclass(frozen=True, slots=True)
class Busy:
    """Not now; ask again in so many seconds.

    ``begun``: the carrier has some of its parts. Whoever does not remember which will send them again.
    """

    retry_after: float
    begun: bool = False


@dataclass(frozen=True, slots=True)
class Lost:
    """The answer is not known. Never failed: it waits for a receipt, or is sent once more if its account says so.

    ``pursued``: the link itself finds out what became of it, or cannot be trusted with another try.
    """

    detail: str = ""
    pursued: bool = False


Outcome = Sent | Refused | Busy | Lost


@dataclass(frozen=True, slots=True)
class Receipt:
    """A carrier's word on one part: DELIVERED, READ, UNDELIVERED, EXPIRED, REFUSED or UNKNOWN, at a UTC moment.

    ``text_id`` and ``tlv_id`` are the ids as the carrier wrote them, where they were read by a rule that may be wrong.
    """

    link: str
    provider_id: str
    status: Status
    at: datetime
    text_id: str = field(default="", compare=False)
    tlv_id: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Piece:
    """Part ``number`` (from 1) of ``total`` under a reference that its sender chose."""

    reference: int
    total: int
    number: int


@dataclass(frozen=True, slots=True)
class Inbound:
    """A subscriber's message to one of our numbers; ``piece`` is None unless it is part of a longer one.

    ``text`` of binary content holds its octets as Latin-1. A part may hold half of a surrogate pair.
    """

    link: str
    sender: str
    recipient: str
    text: str
    at: datetime
    piece: Piece | None = None


ProviderEvent = Receipt | Inbound
