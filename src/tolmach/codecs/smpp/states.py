"""Who may send what in which state of a session: table 2-1 of the specification as data."""

from enum import Enum
from typing import Final

from tolmach.codecs.smpp.constants import CommandId as C


class Role(Enum):
    """Which side of the link we are."""

    ESME = "esme"
    SMSC = "smsc"

    @property
    def peer(self) -> "Role":
        """The other side."""
        return Role.SMSC if self is Role.ESME else Role.ESME


class State(Enum):
    """Where a session stands."""

    OPEN = "open"
    BINDING = "binding"
    BOUND_TX = "bound_tx"
    BOUND_RX = "bound_rx"
    BOUND_TRX = "bound_trx"
    UNBINDING = "unbinding"
    CLOSED = "closed"


_TO_SMSC: Final = frozenset({C.SUBMIT_SM, C.SUBMIT_MULTI, C.DATA_SM, C.QUERY_SM, C.CANCEL_SM, C.REPLACE_SM})
_TO_ESME: Final = frozenset({C.DELIVER_SM, C.DATA_SM, C.ALERT_NOTIFICATION})
_NOTHING: Final[frozenset[C]] = frozenset()

BOUND: Final = (State.BOUND_TX, State.BOUND_RX, State.BOUND_TRX)

BINDS: Final[dict[int, State]] = {
    C.BIND_TRANSMITTER: State.BOUND_TX,
    C.BIND_RECEIVER: State.BOUND_RX,
    C.BIND_TRANSCEIVER: State.BOUND_TRX,
}
"""Bind commands and the state each leads to."""

UNANSWERED: Final = frozenset({C.ALERT_NOTIFICATION, C.OUTBIND})
"""Requests that have no response."""

_MAY_SEND: Final[dict[tuple[Role, State], frozenset[C]]] = {
    (Role.ESME, State.BOUND_TX): _TO_SMSC,
    (Role.ESME, State.BOUND_TRX): _TO_SMSC,
    (Role.SMSC, State.OPEN): frozenset({C.OUTBIND}),
    (Role.SMSC, State.BOUND_RX): _TO_ESME,
    (Role.SMSC, State.BOUND_TRX): _TO_ESME,
}


def may_send(role: Role, state: State) -> frozenset[C]:
    """Commands of messages that `role` may send; binds, unbind, enquire_link are the session's own."""
    return _MAY_SEND.get((role, state), _NOTHING)
