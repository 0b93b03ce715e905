import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.codecs.smpp.pdu_samples import BODIES
from tolmach.codecs.smpp import bodies as b
from tolmach.codecs.smpp.constants import MAX_PDU, MAX_SEQUENCE, RESPONSE_BIT, CommandId, Status
from tolmach.codecs.smpp.errors import Unencodable
from tolmach.codecs.smpp.events import (
    Answered,
    BindRefused,
    BindRequested,
    Bound,
    Closed,
    Ending,
    Event,
    Garbled,
    Received,
    Silence,
    Stray,
    Unanswered,
)
from tolmach.codecs.smpp.framing import Framer
from tolmach.codecs.smpp.pdu import Pdu, decode, encode
from tolmach.codecs.smpp.session import NotAllowed, Session, Timing, WindowFull
from tolmach.codecs.smpp.states import Role, State

TIMING = Timing(session_init=30, response=60, enquire_link=15, enquire_answer=10)
MESSAGE = b.SubmitSm(source_addr="Tolmach", destination_addr="79161234567", short_message=b"hi")
RECEIPT = b.DeliverSm(source_addr="79161234567", esm_class=4, short_message=b"id:1 stat:DELIVRD")


def esme(window: int = 10, timing: Timing = TIMING) -> Session:
    return Session(Role.ESME, now=0.0, window=window, timing=timing)


def smsc(window: int = 10) -> Session:
    return Session(Role.SMSC, now=0.0, window=window, timing=TIMING)


def pair(bind: b.Bind | None = None, window: int = 10) -> tuple[Session, Session]:
    """Two bound sessions."""
    client, server = esme(window), smsc(window)
    client.bind(bind or b.BindTransceiver("demo", "demo"), 0.0)
    server.receive(client.data_to_send(), 0.0)
    server.accept("sandbox", 0.0)
    client.receive(server.data_to_send(), 0.0)
    return client, server


def sent(session: Session) -> list[Pdu]:
    return [decode(frame) for frame in Framer().feed(session.data_to_send())]


def raw(command: int, sequence: int, body: bytes = b"", status: int = 0) -> bytes:
    return struct.pack(">4I", 16 + len(body), command, status, sequence) + body


# Binding


@pytest.mark.parametrize(
    ("request_", "state"),
    [
        (b.BindTransmitter("demo", "pw"), State.BOUND_TX),
        (b.BindReceiver("demo", "pw"), State.BOUND_RX),
        (b.BindTransceiver("demo", "pw"), State.BOUND_TRX),
    ],
)
def test_bind(request_: b.Bind, state: State) -> None:
    client, server = esme(), smsc()
    client.bind(request_, 1.0)
    assert client.state is State.BINDING
    assert server.receive(client.data_to_send(), 1.0) == [BindRequested(1, request_)]
    server.accept("sandbox", 1.0)
    assert client.receive(server.data_to_send(), 1.5) == [Bound(state, "sandbox", 0x34)]
    assert client.state is server.state is state


@pytest.mark.parametrize("body", [b"", b"smsc", b"smsc\0"])
def test_bind_answers_of_old_peers(body: bytes) -> None:
    client = esme()
    client.bind(b.BindTransmitter("demo"), 0.0)
    assert client.receive(raw(0x80000002, 1, body), 0.0) == [Bound(State.BOUND_TX, body.decode().strip("\0"), None)]


def test_a_refused_bind_may_be_tried_again() -> None:
    client, server = esme(), smsc()
    for _ in range(2):
        sequence = client.bind(b.BindReceiver("demo", "wrong"), 0.0)
        assert server.receive(client.data_to_send(), 0.0) == [BindRequested(sequence, b.BindReceiver("demo", "wrong"))]
        server.reject(Status.RINVPASWD)
        assert client.receive(server.data_to_send(), 0.0) == [BindRefused(Status.RINVPASWD)]
        assert client.state is server.state is State.OPEN


def test_a_nack_refuses_the_bind() -> None:
    client = esme()
    client.bind(b.BindTransceiver("demo"), 0.0)
    assert client.receive(raw(RESPONSE_BIT, 1, status=3), 0.0) == [BindRefused(3)]


def test_an_answer_of_another_kind_does_not_bind() -> None:
    client = esme()
    client.bind(b.BindTransceiver("demo"), 0.0)
    assert client.receive(raw(0x80000001, 1, b"x\0"), 0.0) == [Stray(0x80000001, 1, 0)]
    assert client.state is State.BINDING


def test_a_second_bind_is_refused() -> None:
    _, server = pair()
    assert server.receive(encode(b.BindReceiver("demo"), 9), 0.0) == [Stray(1, 9, 0)]
    assert sent(server) == [(0x80000001, Status.RALYBND, 9, None)]


def test_no_bind_in_time() -> None:
    for session in (esme(), smsc()):
        assert session.deadline() == 30.0
        assert session.tick(29.9) == []
        assert session.tick(30.0) == [Closed(Ending.NOT_BOUND)]
        assert session.closed
        assert session.deadline() is None


def test_outbind() -> None:
    client, server = esme(), smsc()
    server.announce(b.Outbind("smsc", "pw"))
    assert client.receive(server.data_to_send(), 0.0) == [Received(1, b.Outbind("smsc", "pw"))]
    client.bind(b.BindReceiver("demo"), 0.0)
    assert client.state is State.BINDING


def test_alert_notification() -> None:
    client, server = pair(b.BindReceiver("demo"))
    alert = b.AlertNotification(source_addr="791")
    server.announce(alert)
    assert client.receive(server.data_to_send(), 0.0) == [Received(1, alert)]
    with pytest.raises(NotAllowed):
        client.announce(alert)


# Messages


def test_a_message_and_its_receipt() -> None:
    client, server = pair()
    sequence = client.request(MESSAGE, 1.0, "tag")
    assert server.receive(client.data_to_send(), 1.0) == [Received(sequence, MESSAGE)]
    server.respond(sequence, b.SubmitSmResp("id1"))
    deliver = server.request(RECEIPT, 1.0)
    assert client.receive(server.data_to_send(), 1.25) == [
        Answered("tag", sequence, 0, b.SubmitSmResp("id1"), 0.25, late=False),
        Received(deliver, RECEIPT),
    ]
    assert client.data_to_send() == b"", "nothing is acknowledged before the owner has stored it"
    client.respond(deliver, b.DeliverSmResp())
    assert server.receive(client.data_to_send(), 1.5) == [
        Answered(None, deliver, 0, b.DeliverSmResp(), 0.5, late=False)
    ]
    assert client.in_flight == server.in_flight == 0


def test_a_receipt_may_come_before_the_answer() -> None:
    client, server = pair()
    sequence = client.request(MESSAGE, 1.0)
    server.receive(client.data_to_send(), 1.0)
    server.request(RECEIPT, 1.0)
    server.respond(sequence, b.SubmitSmResp("id1"))
    assert [type(event) for event in client.receive(server.data_to_send(), 1.0)] == [Received, Answered]


@pytest.mark.parametrize("status", [Status.RTHROTTLED, Status.RMSGQFUL, Status.RSYSERR, 0x400, 0xFFFFFFFF])
def test_refusals_carry_their_status(status: int) -> None:
    client, server = pair()
    sequence = client.request(MESSAGE, 1.0, "tag")
    server.receive(client.data_to_send(), 1.0)
    server.respond(sequence, b.SubmitSmResp(), status)
    assert client.receive(server.data_to_send(), 1.0) == [Answered("tag", sequence, status, None, 0.0, late=False)]
    assert client.room == 10


def test_a_nack_answers_a_request() -> None:
    client, _ = pair()
    sequence = client.request(MESSAGE, 1.0, "tag")
    assert client.receive(raw(RESPONSE_BIT, sequence, status=3), 1.0) == [
        Answered("tag", sequence, 3, None, 0.0, late=False)
    ]


@settings(max_examples=200)
@given(st.permutations(range(10)))
def test_answers_in_any_order(order: list[int]) -> None:
    client, server = pair()
    sequences = [client.request(MESSAGE, 1.0, tag) for tag in range(10)]
    server.receive(client.data_to_send(), 1.0)
    for index in order:
        server.respond(sequences[index], b.SubmitSmResp(str(index)))
    events = client.receive(server.data_to_send(), 1.0)
    assert [(event.tag, event.body) for event in events if isinstance(event, Answered)] == [
        (index, b.SubmitSmResp(str(index))) for index in order
    ]


def test_window() -> None:
    client, server = pair(window=2)
    assert client.room == 2
    first = client.request(MESSAGE, 1.0)
    client.request(MESSAGE, 1.0)
    assert client.room == 0
    with pytest.raises(WindowFull):
        client.request(MESSAGE, 1.0)
    server.receive(client.data_to_send(), 1.0)
    server.respond(first, b.SubmitSmResp("1"))
    client.receive(server.data_to_send(), 1.0)
    assert (client.room, client.in_flight) == (1, 1)


def test_an_unencodable_message_takes_no_slot() -> None:
    client, _ = pair()
    with pytest.raises(Unencodable):
        client.request(b.SubmitSm(source_addr="1" * 21), 1.0)
    assert client.room == 10
    assert client.data_to_send() == b""


@pytest.mark.parametrize(
    ("bind", "body"),
    [
        (b.BindReceiver("demo"), MESSAGE),
        (b.BindReceiver("demo"), b.QuerySm("1")),
        (b.BindTransmitter("demo"), RECEIPT),
        (b.BindTransceiver("demo"), b.EnquireLink()),
        (b.BindTransceiver("demo"), b.SubmitSmResp()),
    ],
)
def test_what_the_state_forbids_is_not_sent(bind: b.Bind, body: b.Body) -> None:
    client, _ = pair(bind)
    with pytest.raises(NotAllowed):
        client.request(body, 1.0)


def test_what_the_state_forbids_is_refused() -> None:
    _, server = pair(b.BindReceiver("demo"))
    assert server.receive(encode(MESSAGE, 5), 1.0) == [Stray(4, 5, 0)]
    assert sent(server) == [(0x80000004, Status.RINVBNDSTS, 5, None)]
    client, _ = pair(b.BindTransmitter("demo"))
    assert client.receive(encode(b.AlertNotification(), 5), 1.0) == [Stray(0x102, 5, 0)]
    assert client.data_to_send() == b""


def test_sequence_numbers_wrap_and_skip_those_in_use() -> None:
    client, server = pair()
    client._sequence = MAX_SEQUENCE - 1
    waiting = client.request(MESSAGE, 1.0)
    client._sequence = MAX_SEQUENCE - 1
    assert (waiting, client.request(MESSAGE, 1.0)) == (MAX_SEQUENCE, 1)
    assert len(server.receive(client.data_to_send(), 1.0)) == 2


@pytest.mark.parametrize("sequence", [0, 0xFFFFFFFF])
def test_odd_sequence_numbers_of_peers_are_kept(sequence: int) -> None:
    _, server = pair()
    assert server.receive(encode(MESSAGE, sequence), 1.0) == [Received(sequence, MESSAGE)]
    server.respond(sequence, b.SubmitSmResp("1"))
    assert sent(server)[0].sequence == sequence


# Answers that go wrong


def test_a_timeout_frees_the_slot_and_a_late_answer_still_finds_its_tag() -> None:
    client, _ = pair(window=1)
    sequence = client.request(MESSAGE, 1.0, "tag")
    client.data_to_send()
    client.receive(encode(b.EnquireLink(), 5), 55.0)
    assert client.tick(60.9) == []
    assert client.tick(61.0) == [Unanswered("tag", sequence, 4, Silence.TIMEOUT, handed_over=True)]
    assert client.room == 1
    late = encode(b.SubmitSmResp("id1"), sequence)
    assert client.receive(late, 70.0) == [Answered("tag", sequence, 0, b.SubmitSmResp("id1"), 69.0, late=True)]
    assert client.receive(late, 71.0) == [Stray(0x80000004, sequence, 0)]
    assert client.room == 1


def test_requests_that_nobody_answers_are_counted_from_the_last_answer_on() -> None:
    """What was sent before an answer came is no sign of silence, and what comes too late is none of life."""
    client, _ = pair()
    client.timing = Timing(enquire_link=3600.0)
    before, answered, after = (client.request(MESSAGE, now) for now in (1.0, 2.0, 30.0))
    client.data_to_send()
    assert (client.answered, client.unanswered) == (None, 0)
    client.receive(encode(b.SubmitSmResp("id1"), answered), 20.0)
    assert [event.sequence for event in client.tick(61.0) if isinstance(event, Unanswered)] == [before]
    assert (client.answered, client.unanswered) == (20.0, 0)
    client.request(MESSAGE, 62.0)
    assert [event.sequence for event in client.tick(90.0) if isinstance(event, Unanswered)] == [after]
    client.receive(encode(b.SubmitSmResp("id2"), after), 91.0)
    assert (client.answered, client.unanswered) == (20.0, 1)
    client.data_to_send()
    client.request(MESSAGE, 92.0)  # and this one is never written
    client.disconnected()
    assert client.unanswered == 2


def test_an_answer_ends_the_silence() -> None:
    client, _ = pair()
    client.request(MESSAGE, 1.0)
    client.data_to_send()
    client.tick(61.0)
    assert client.unanswered == 1
    client.receive(encode(b.SubmitSmResp("id1"), client.request(MESSAGE, 62.0)), 63.0)
    assert (client.answered, client.unanswered) == (63.0, 0)


def test_an_answer_twice_or_to_nothing_is_stray() -> None:
    client, _ = pair(window=1)
    sequence = client.request(MESSAGE, 1.0, "tag")
    answer = encode(b.SubmitSmResp("id1"), sequence)
    events = client.receive(answer + answer + encode(b.SubmitSmResp("id2"), 4711), 1.0)
    assert [type(event) for event in events] == [Answered, Stray, Stray]
    assert client.room == 1


def test_an_answer_of_another_type_is_stray() -> None:
    client, _ = pair()
    sequence = client.request(MESSAGE, 1.0, "tag")
    assert client.receive(raw(0x80000103, sequence, b"id\0"), 1.0) == [Stray(0x80000103, sequence, 0)]
    assert client.in_flight == 1


def test_an_unreadable_answer_leaves_the_fate_unknown() -> None:
    client, _ = pair()
    sequence = client.request(b.QuerySm("1"), 1.0, "tag")
    client.data_to_send()
    (event,) = client.receive(raw(0x80000003, sequence, b"1\0"), 1.0)
    assert isinstance(event, Garbled)
    assert client.data_to_send() == b"", "an answer is not answered"
    assert client.in_flight == 1


def test_a_lost_connection_tells_what_may_have_arrived() -> None:
    client, _ = pair()
    first = client.request(MESSAGE, 1.0, "written")
    client.data_to_send()
    second = client.request(MESSAGE, 2.0, "queued")
    assert client.disconnected() == [
        Unanswered("written", first, 4, Silence.CLOSED, handed_over=True),
        Unanswered("queued", second, 4, Silence.CLOSED, handed_over=False),
        Closed(Ending.DISCONNECTED),
    ]
    assert client.disconnected() == []
    assert client.tick(999.0) == []
    assert client.room == 0
    with pytest.raises(NotAllowed):
        client.request(MESSAGE, 3.0)


def test_a_closed_session_ignores_everything() -> None:
    client, _ = pair()
    client.disconnected()
    client.respond(1, b.DeliverSmResp())
    assert client.data_to_send() == b""
    assert client.receive(encode(RECEIPT, 1), 2.0) == []


# Timers


def test_silence_is_asked_about_and_then_called_dead() -> None:
    client, _ = pair()
    sequence = client.request(MESSAGE, 5.0, "tag")
    client.data_to_send()
    assert client.deadline() == 15.0
    assert client.tick(14.9) == []
    assert client.tick(15.0) == []
    assert [one.command for one in sent(client)] == [CommandId.ENQUIRE_LINK]
    assert client.deadline() == 25.0
    assert client.tick(24.9) == []
    assert client.tick(25.0) == [
        Unanswered("tag", sequence, 4, Silence.CLOSED, handed_over=True),
        Closed(Ending.DEAD),
    ]


@pytest.mark.parametrize(
    "answer", [encode(b.EnquireLinkResp(), 3), encode(RECEIPT, 77), raw(RESPONSE_BIT, 3, status=3), raw(0xAA, 9)]
)
def test_any_pdu_proves_life(answer: bytes) -> None:
    client, _ = pair()
    client.tick(15.0)
    client.receive(answer, 20.0)
    assert client.tick(30.0) == []
    assert client.deadline() == 35.0
    assert not client.closed


def test_half_a_pdu_proves_nothing() -> None:
    client, _ = pair()
    client.tick(15.0)
    client.receive(encode(b.EnquireLinkResp(), 3)[:15], 20.0)
    assert client.tick(25.0) == [Closed(Ending.DEAD)]


def test_enquire_link_is_answered_in_every_open_state() -> None:
    for session in (esme(), smsc(), *pair()):
        session.data_to_send()
        assert session.receive(encode(b.EnquireLink(), 5), 1.0) == []
        assert sent(session) == [(CommandId.ENQUIRE_LINK_RESP, 0, 5, b.EnquireLinkResp())]


def test_the_deadline_is_the_next_thing_to_do() -> None:
    client, _ = pair()
    client.request(MESSAGE, 1.0)
    assert client.deadline() == 15.0, "a request that was not taken has no time-out"
    client.data_to_send()
    client.receive(encode(b.EnquireLink(), 1), 50.0)
    assert client.deadline() == 61.0


def test_inactivity_unbinds() -> None:
    timing = Timing(enquire_link=15, enquire_answer=10, inactivity=40)
    client = esme(timing=timing)
    client.bind(b.BindTransceiver("demo"), 0.0)
    client.receive(encode(b.BindTransceiverResp("x"), 1), 0.0)
    client.data_to_send()
    client.receive(encode(b.EnquireLink(), 1), 39.0)
    client.data_to_send()
    assert client.deadline() == 40.0
    assert client.tick(40.0) == []
    assert [one.command for one in sent(client)] == [CommandId.UNBIND]
    assert client.state is State.UNBINDING


# Ending


def test_unbind_waits_for_what_is_in_flight() -> None:
    client, server = pair()
    sequence = client.request(MESSAGE, 1.0, "tag")
    client.unbind(1.0)
    assert client.room == 0
    with pytest.raises(NotAllowed):
        client.request(MESSAGE, 1.0)
    with pytest.raises(NotAllowed):
        client.unbind(1.0)
    frames = Framer().feed(client.data_to_send())
    server.receive(frames[0], 1.0)
    server.respond(sequence, b.SubmitSmResp("id1"))
    server.request(RECEIPT, 1.0)
    events = client.receive(server.data_to_send(), 2.0)
    assert [type(event) for event in events] == [Answered, Received]
    events = server.receive(frames[1], 2.0)
    assert [type(event) for event in events] == [Unanswered, Closed]
    assert client.receive(server.data_to_send(), 2.0) == [Closed(Ending.UNBOUND)]
    assert server.closed


def test_unbind_of_the_peer_is_answered() -> None:
    client, server = pair()
    sequence = client.request(MESSAGE, 1.0, "tag")
    server.unbind(1.0)
    assert client.receive(server.data_to_send(), 1.0) == [
        Unanswered("tag", sequence, 4, Silence.CLOSED, handed_over=False),
        Closed(Ending.PEER_UNBOUND),
    ]
    assert server.receive(client.data_to_send()[-16:], 1.0) == [Closed(Ending.UNBOUND)]


def test_unbind_without_answer_ends_too() -> None:
    client, _ = pair()
    client.unbind(1.0)
    assert client.deadline() == 61.0
    assert client.tick(61.0) == [Closed(Ending.UNBOUND)]


# Garbage


def test_an_unreadable_request_is_refused_and_the_session_goes_on() -> None:
    _, server = pair()
    bad = raw(4, 9, bytes(16) + b"\xff")
    good = encode(MESSAGE, 10)
    garbled, received = server.receive(bad + good, 1.0)
    assert isinstance(garbled, Garbled)
    assert garbled.error.status == Status.RINVMSGLEN
    assert received == Received(10, MESSAGE)
    assert sent(server) == [(0x80000004, Status.RINVMSGLEN, 9, None)]


def test_an_unknown_command_gets_a_nack() -> None:
    _, server = pair()
    assert isinstance(server.receive(raw(0xAA, 9), 1.0)[0], Garbled)
    assert sent(server) == [(RESPONSE_BIT, Status.RINVCMDID, 9, None)]
    assert isinstance(server.receive(raw(0x800000AA, 9), 1.0)[0], Garbled)
    assert server.data_to_send() == b""


@pytest.mark.parametrize("length", [0, 15, MAX_PDU + 1, 1 << 31, (1 << 32) - 1])
def test_an_absurd_length_ends_the_session_after_what_came_before(length: int) -> None:
    client, server = pair()
    sequence = client.request(MESSAGE, 1.0, "tag")
    server.receive(client.data_to_send(), 1.0)
    server.respond(sequence, b.SubmitSmResp("id1"))
    events = client.receive(server.data_to_send() + struct.pack(">4I", length, 5, 0, 9) + bytes(99), 1.0)
    assert [type(event) for event in events] == [Answered, Garbled, Closed]
    assert events[-1] == Closed(Ending.GARBAGE)
    (refusal,) = sent(client)
    assert refusal.status == Status.RINVCMDLEN


ROLES = st.sampled_from(Role)
CHUNKS = st.lists(
    st.one_of(
        st.binary(max_size=60),
        st.builds(encode, BODIES, st.integers(0, 12), st.sampled_from([0, 0x58])),
        st.builds(raw, st.sampled_from([*CommandId, 0xAA]), st.integers(0, 12), st.binary(max_size=40)),
    ),
    max_size=12,
)


@settings(max_examples=500)
@given(ROLES, st.booleans(), CHUNKS)
def test_nothing_a_peer_sends_makes_a_session_raise(role: Role, bound: bool, chunks: list[bytes]) -> None:
    session = pair()[role is Role.SMSC] if bound else Session(role, now=0.0)
    known = (Answered, BindRefused, BindRequested, Bound, Closed, Garbled, Received, Stray, Unanswered)
    now = 0.0
    for chunk in chunks:
        if session.room:
            session.request(MESSAGE if role is Role.ESME else RECEIPT, now) if session._allowed else None
        now += 1.0
        for event in [*session.receive(chunk, now), *session.tick(now)]:
            assert isinstance(event, known)
        Framer().feed(session.data_to_send())
    assert session.in_flight <= session.window


@settings(max_examples=100)
@given(st.data())
def test_a_byte_at_a_time_gives_the_same_events(data: st.DataObject) -> None:
    whole, _ = pair()
    pieces, _ = pair()
    for session in (whole, pieces):
        session.request(MESSAGE, 0.0, "tag")
        session.data_to_send()
    stream = (
        encode(b.SubmitSmResp("id1"), 2)
        + encode(RECEIPT, 5)
        + encode(data.draw(BODIES), data.draw(st.integers(0, 9)))
        + encode(b.Unbind(), 6)
    )
    expected = whole.receive(stream, 1.0)
    found: list[Event] = []
    for octet in stream:
        found += pieces.receive(bytes((octet,)), 1.0)
    assert [str(event) for event in found] == [str(event) for event in expected]
    assert pieces.data_to_send() == whole.data_to_send()


def test_an_enquire_link_of_the_owner_is_answered_to_it() -> None:
    client, server = esme(), smsc()
    with pytest.raises(NotAllowed):
        client.enquire(0.0)
    client.bind(b.BindTransceiver("esme"), 0.0)
    server.receive(client.data_to_send(), 0.0)
    server.accept("smsc", 0.0)
    client.receive(server.data_to_send(), 0.0)
    sequence = client.enquire(1.0, "mine")
    assert server.receive(client.data_to_send(), 2.0) == []
    (answered,) = client.receive(server.data_to_send(), 3.0)
    assert answered == Answered("mine", sequence, Status.ROK, b.EnquireLinkResp(), 2.0, False)
