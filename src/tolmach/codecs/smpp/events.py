"""What a session tells its owner. Times are the owner's seconds, given to the session as `now`."""

from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple, TypeAlias

from tolmach.codecs.smpp.bodies import Bind, Body
from tolmach.codecs.smpp.errors import BadPdu
from tolmach.codecs.smpp.states import State


class Received(NamedTuple):
    """A request of the peer. Nothing is answered until the owner calls `respond` with this sequence."""

    sequence: int
    body: Body


class Answered(NamedTuple):
    """The answer to a request of ours; `tag` is what the owner gave with it.

    `body` is None for a refusal without a body and for a generic_nack. `round_trip` is in seconds.
    `late`: an `Unanswered` was reported before, the window slot is already free.
    """

    tag: object
    sequence: int
    status: int
    body: Body | None
    round_trip: float
    late: bool


class Silence(Enum):
    """Why a request of ours stayed without an answer."""

    TIMEOUT = "timeout"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A request of ours whose fate is unknown.

    `handed_over` is False only when its octets never left `data_to_send`: such a request surely did
    not reach the peer and may be sent again; any other may have.
    """

    tag: object
    sequence: int
    command: int
    reason: Silence
    handed_over: bool


@dataclass(frozen=True, slots=True)
class BindRequested:
    """SMSC side: the peer wants to bind; call `accept` or `reject`."""

    sequence: int
    request: Bind


@dataclass(frozen=True, slots=True)
class Bound:
    """ESME side: the bind was accepted. `version` is sc_interface_version, None when not told."""

    state: State
    system_id: str
    version: int | None


@dataclass(frozen=True, slots=True)
class BindRefused:
    """ESME side: the bind was refused; the connection is still open."""

    status: int


@dataclass(frozen=True, slots=True)
class Garbled:
    """A PDU was unreadable; it has been refused by the rules of 4.3 (an answer is only reported)."""

    error: BadPdu


@dataclass(frozen=True, slots=True)
class Stray:
    """A PDU that fits nothing: an answer with an unknown sequence number, or out of state."""

    command: int
    sequence: int
    status: int


class Ending(Enum):
    """Why a session ended."""

    UNBOUND = "unbound"
    PEER_UNBOUND = "peer unbound"
    NOT_BOUND = "no bind in time"
    DEAD = "no answer to enquire_link"
    GARBAGE = "unreadable stream"
    DISCONNECTED = "connection lost"


@dataclass(frozen=True, slots=True)
class Closed:
    """The session is over: write what `data_to_send` still gives, then close the connection."""

    reason: Ending


Event: TypeAlias = Received | Answered | Unanswered | BindRequested | Bound | BindRefused | Garbled | Stray | Closed
