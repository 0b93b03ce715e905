import pytest

from tolmach.codecs.smpp.constants import CommandId as C
from tolmach.codecs.smpp.states import BINDS, Role, State, may_send

# Table 2-1 of the specification, message by message: in which states the ESME and the SMSC may send it.
TABLE: list[tuple[C, set[State], set[State]]] = [
    (C.SUBMIT_SM, {State.BOUND_TX, State.BOUND_TRX}, set()),
    (C.SUBMIT_MULTI, {State.BOUND_TX, State.BOUND_TRX}, set()),
    (C.DATA_SM, {State.BOUND_TX, State.BOUND_TRX}, {State.BOUND_RX, State.BOUND_TRX}),
    (C.DELIVER_SM, set(), {State.BOUND_RX, State.BOUND_TRX}),
    (C.QUERY_SM, {State.BOUND_TX, State.BOUND_TRX}, set()),
    (C.CANCEL_SM, {State.BOUND_TX, State.BOUND_TRX}, set()),
    (C.REPLACE_SM, {State.BOUND_TX, State.BOUND_TRX}, set()),
    (C.ALERT_NOTIFICATION, set(), {State.BOUND_RX, State.BOUND_TRX}),
    (C.OUTBIND, set(), {State.OPEN}),
]


@pytest.mark.parametrize(("command", "esme", "smsc"), TABLE)
def test_who_may_send_when(command: C, esme: set[State], smsc: set[State]) -> None:
    assert {state for state in State if command in may_send(Role.ESME, state)} == esme
    assert {state for state in State if command in may_send(Role.SMSC, state)} == smsc


def test_peers_and_binds() -> None:
    assert Role.ESME.peer is Role.SMSC
    assert Role.SMSC.peer is Role.ESME
    assert set(BINDS.values()) == {State.BOUND_TX, State.BOUND_RX, State.BOUND_TRX}
