"""A link against an SMSC that misbehaves."""

import asyncio
import sys
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from structlog.testing import capture_logs

from tests.connectors.smsc import (
    Peer,
    Sink,
    Smsc,
    connected,
    deliver,
    eventually,
    leg,
    link,
    nothing,
    receipt,
    refuse,
    serving,
    stored,
    take,
)
from tolmach.codecs.smpp.bodies import AlertNotification, DataSm, DeliverSm, SubmitSm
from tolmach.codecs.smpp.constants import EsmClass, MessageState, Status
from tolmach.connectors import smpp
from tolmach.connectors.smpp import UNSTORED_WINDOWS, SmppConnector
from tolmach.connectors.smpp_binding import UNANSWERED
from tolmach.core.content import Channel, ViberCard
from tolmach.core.delivery import Busy, Lost, Outcome, Receipt, Refused, Sent
from tolmach.core.links import LONGEST_RESPONSE, BindMode, ContentRules, Long, Receipts
from tolmach.core.ports import Connector
from tolmach.core.status import Status as Delivery
from tolmach.services.delivery import LEASE
from tolmach.workers.clock import SystemClock
from tolmach.workers.submit import LAST_START, LINK_SHARE

LONG = "x" * 400  # three parts


async def test_a_leg_is_sent_and_named() -> None:
    async with serving() as smsc, connected(smsc) as connector:
        port: Connector = connector
        assert port.channels == {Channel.SMS}
        assert await port.submit([leg(1), leg(2, LONG), leg(3)]) == [Sent(("1",)), Sent(("2", "4", "5")), Sent(("3",))]
        assert await port.submit([]) == []
    assert [body.destination_addr for body in smsc.taken] == ["79161234567"] * 5
    assert (smsc.binds[0].system_id, smsc.binds[0].password) == ("esme", "secret")


async def test_receipts_are_confirmed_when_they_are_stored() -> None:
    sink = Sink()
    async with serving(deliver) as smsc, connected(smsc, sink) as connector:
        await connector.submit([leg(1), leg(2)])
        await eventually(lambda: len(smsc.answers) == 2)
        assert smsc.answers == [Status.ROK] * 2
    assert [(e.link, e.provider_id, e.status) for e in sink.events] == [
        ("carrier", "1", Delivery.DELIVERED),
        ("carrier", "2", Delivery.DELIVERED),
    ]


async def test_nothing_is_confirmed_before_the_sink_returns() -> None:
    stored = asyncio.Event()
    batches: list[int] = []

    async def slow(events: Any) -> None:
        batches.append(len(events))
        await stored.wait()

    async with serving() as smsc, connected(smsc, slow) as connector:
        for number in range(1, 4):
            smsc.peers[0].deliver(receipt(str(number)))
            await eventually(partial(_has_seen, connector, number))
        assert smsc.answers == []
        stored.set()
        await eventually(lambda: len(smsc.answers) == 3)
    assert batches == [1, 2]


def _has_seen(connector: SmppConnector, receipts: int) -> bool:
    return connector.health().counters.receipts == receipts


async def test_what_cannot_be_stored_is_given_back() -> None:
    sink = Sink(error=OSError("disk full"))
    async with serving() as smsc, connected(smsc, sink) as connector:
        with capture_logs() as logs:
            smsc.peers[0].deliver(receipt("1"))
            await eventually(lambda: smsc.answers)
        sink.error = None
        smsc.peers[0].deliver(receipt("1"))
        await eventually(lambda: len(smsc.answers) == 2)
        assert connector.health().counters.unstored == 1
    assert smsc.answers == [Status.RX_T_APPN, Status.ROK]
    assert [entry["event"] for entry in logs] == ["smpp-events-not-stored"]
    assert [event.provider_id for event in sink.events] == ["1"]


async def test_what_an_smsc_sends_beside_receipts() -> None:
    sink = Sink()
    data = DataSm(source_addr="79161234567", esm_class=EsmClass.RECEIPT, tlvs=receipt("7").tlvs)
    async with serving() as smsc, connected(smsc, sink) as connector:
        (peer,) = smsc.peers
        with capture_logs() as logs:
            for body in (
                receipt("1", MessageState.ENROUTE, "ENROUTE"),
                DeliverSm(esm_class=EsmClass.RECEIPT, short_message=b"hello"),
                DeliverSm(source_addr="79161234567", destination_addr="1234", short_message=b"STOP"),
                data,
            ):
                peer.deliver(body)
                await eventually(lambda: not peer.session.in_flight)
            peer.session.announce(AlertNotification(source_addr="79161234567"))
            peer.flush()
            await eventually(lambda: len(sink.events) == 2)
        counters = connector.health().counters
    assert smsc.answers == [Status.ROK] * 4
    assert (counters.intermediate, counters.unreadable, counters.inbound, counters.receipts) == (1, 1, 1, 1)
    written, receipted = sink.events
    assert (written.sender, written.recipient, written.text) == ("79161234567", "1234", "STOP")
    assert receipted.provider_id == "7"
    assert "79161234567" not in str(logs)
    assert "STOP" not in str(logs)


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (Status.RINVDSTADR, Refused("ESME_RINVDSTADR", permanent=True)),
        (Status.RINVSRCADR, Refused("ESME_RINVSRCADR", permanent=False)),
        (Status.RSUBMITFAIL, Refused("ESME_RSUBMITFAIL", permanent=False)),
        (Status.RSYSERR, Busy(30.0)),
        (Status.RX_T_APPN, Busy(30.0)),
        (0x400, Refused("0x00000400", permanent=False)),
    ],
)
async def test_refusals(status: int, outcome: Outcome) -> None:
    async with serving(refuse(status)) as smsc, connected(smsc) as connector:
        assert await connector.submit([leg(1), leg(2)]) == [outcome, Sent(("1",))]


async def test_what_cannot_be_sent_is_refused_here() -> None:
    card = leg(1, content=ViberCard("hello"))
    nowhere = leg(2)._replace(recipient="7" * 30)
    endless = leg(3, "я" * 67 * 256)
    async with serving() as smsc, connected(smsc) as connector:
        assert await connector.submit([card, nowhere, endless, leg(4)]) == [
            Refused("not an SMS", permanent=False),
            Refused("cannot be encoded: destination_addr", permanent=False),
            Refused("text too long for this link", permanent=False),
            Sent(("1",)),
        ]


async def test_throttling_fails_nothing_and_keeps_the_order_of_parts() -> None:
    count = Counter[str]()

    def every_fifth(smsc: Smsc, peer: Peer, sequence: int, body: SubmitSm) -> None:
        count["seen"] += 1
        if count["seen"] % 5 == 0:
            peer.answer(sequence, status=(Status.RTHROTTLED, Status.RMSGQFUL)[count["seen"] % 2])
        else:
            take(smsc, peer, sequence, body)

    async with serving(every_fifth) as smsc, connected(smsc, rate=2000.0) as connector:
        outcomes = await stored(connector, [leg(number, LONG) for number in range(1, 101)])
        health = connector.health()
    assert all(isinstance(outcome, Sent) for outcome in outcomes)
    order: dict[int, list[int]] = {}
    for body in smsc.taken:
        order.setdefault(body.short_message[3], []).append(body.short_message[5])
    assert list(order.values()) == [[1, 2, 3]] * 100
    assert health.counters.throttled == len(smsc.seen) - 300 == 74
    assert health.throttled > 0


async def test_a_refused_part_stops_the_rest() -> None:
    async with serving(refuse(0, Status.RINVSRCADR)) as smsc, connected(smsc) as connector:
        smsc.behave = refuse(Status.RINVSRCADR)
        assert await connector.submit([leg(1, LONG)]) == [Refused("ESME_RINVSRCADR", permanent=False)]
        assert len(smsc.seen) == 1
        second = iter([0, Status.RINVSRCADR])

        def behave(smsc: Smsc, peer: Peer, sequence: int, body: SubmitSm) -> None:
            status = next(second)
            peer.answer(sequence, "" if status else smsc.accept(body), status)

        smsc.behave = behave
        assert await connector.submit([leg(2, LONG)]) == [Refused("ESME_RINVSRCADR", permanent=True)]
    assert len(smsc.seen) == 3


async def test_answers_out_of_order() -> None:
    async with serving(nothing) as smsc, connected(smsc) as connector:
        submitting = asyncio.create_task(connector.submit([leg(number) for number in range(1, 6)]))
        await eventually(lambda: len(smsc.waiting) == 5)
        for at, (peer, sequence, _) in reversed(list(enumerate(smsc.waiting, 1))):
            peer.answer(sequence, f"A{at}")
            peer.answer(sequence, f"A{at}")  # and twice
            peer.answer(sequence + 1000, "nobody")
        assert await submitting == [Sent((f"a{at}",)) for at in range(1, 6)]
        await eventually(lambda: connector.health().counters.stray == 10)
        assert connector.health().in_flight == 0


async def test_no_answer_in_time_is_lost_and_a_late_one_changes_nothing() -> None:
    async with serving(nothing) as smsc, connected(smsc, timers={"response": 0.05}) as connector:
        assert await connector.submit([leg(1), leg(2)]) == [Lost("no answer in time")] * 2
        for peer, sequence, _ in smsc.waiting:
            peer.answer(sequence, "late")
        with capture_logs() as logs:
            await eventually(lambda: connector.health().counters.late == 2)
        assert {entry["event"] for entry in logs} <= {"smpp-late-answer"}
        smsc.behave = take
        assert await connector.submit([leg(3)]) == [Sent(("1",))]
        assert (connector.health().counters.lost, connector.health().in_flight) == (2, 0)


@pytest.mark.parametrize("place", ["tolmach.connectors.smpp.bodies", "tolmach.codecs.smpp.pdu.encode"])
async def test_a_message_of_which_no_pdu_can_be_made_costs_its_neighbours_nothing(
    place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a mistake of ours, before anything is sent: it is no lost one, and the next link may be asked."""
    module, _, name = place.rpartition(".")
    real = getattr(sys.modules[module], name)

    def bad(what: Any, *more: Any) -> Any:
        if "bad" in (getattr(what, "request", ""), getattr(what, "short_message", b"").decode("latin-1")):
            raise RuntimeError("a bug")
        return real(what, *more)

    async with serving() as smsc, connected(smsc) as connector:
        monkeypatch.setattr(place, bad)
        with capture_logs() as logs:
            outcomes = await connector.submit([leg(1), leg(2, "bad", request="bad"), leg(3)])
        assert outcomes == [Sent(("1",)), Refused("RuntimeError", permanent=False), Sent(("2",))]
    assert [entry["event"] for entry in logs if entry["log_level"] == "error"] == ["smpp-message-not-made"]


async def test_a_lost_part_has_a_stand_in() -> None:
    def lose_the_second(smsc: Smsc, peer: Peer, sequence: int, body: SubmitSm) -> None:
        if body.short_message[5] != 2:
            take(smsc, peer, sequence, body)

    async with serving(lose_the_second) as smsc, connected(smsc, timers={"response": 0.05}) as connector:
        assert await connector.submit([leg(1, LONG)]) == [Sent(("1", "unknown-11-2", "2"))]


async def test_a_dropped_link_loses_what_was_on_the_wire_and_nothing_else() -> None:
    def drop_at_ten(smsc: Smsc, peer: Peer, sequence: int, body: SubmitSm) -> None:
        if len(smsc.seen) == 10:
            peer.drop()
        elif len(smsc.seen) < 6 or len(smsc.seen) > 10:
            take(smsc, peer, sequence, body)

    async with serving(drop_at_ten) as smsc, connected(smsc, window=5) as connector:
        outcomes = await connector.submit([leg(number) for number in range(1, 101)])
        kinds = Counter(type(outcome) for outcome in outcomes)
        assert kinds == {Sent: 5, Lost: 5, Busy: 90}
        assert all(outcome.retry_after < 5 for outcome in outcomes if isinstance(outcome, Busy))
        await eventually(lambda: connector.room > 0)
        again = [leg(number) for number, outcome in enumerate(outcomes, 1) if isinstance(outcome, Busy)]
        assert all(isinstance(outcome, Sent) for outcome in await stored(connector, again))
        assert connector.health().counters.connects == 2
    assert len({body.short_message for body in smsc.taken}) == 1
    assert len(smsc.taken) == 95


async def test_the_rest_of_a_begun_leg_waits_for_the_link() -> None:
    def drop_at_two(smsc: Smsc, peer: Peer, sequence: int, body: SubmitSm) -> None:
        if len(smsc.seen) == 2:
            peer.drop()
        else:
            take(smsc, peer, sequence, body)

    async with serving(drop_at_two) as smsc, connected(smsc) as connector:
        assert await connector.submit([leg(1, LONG)]) == [Sent(("1", "unknown-11-2", "2"))]
    assert [body.short_message[5] for body in smsc.seen] == [1, 2, 3]


async def test_a_begun_leg_that_is_put_off_goes_on_where_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smpp, "HAND_OVER_SECONDS", 0.05)

    def throttle_the_second(smsc: Smsc, peer: Peer, sequence: int, body: SubmitSm) -> None:
        if body.short_message[5] == 2:
            peer.answer(sequence, status=Status.RTHROTTLED)
        else:
            take(smsc, peer, sequence, body)

    async with serving(throttle_the_second) as smsc, connected(smsc) as connector:
        assert await connector.submit([leg(1, LONG)]) == [Busy(1.0, begun=True)]
        smsc.behave = take
        assert await connector.submit([leg(1, LONG)]) == [Sent(("1", "2", "3"))]
    assert [body.short_message[5] for body in smsc.taken] == [1, 2, 3]


async def test_a_half_open_peer_is_found_dead() -> None:
    timers = {"enquire_link": 0.05, "enquire_answer": 0.05}
    async with serving(nothing) as smsc, connected(smsc, timers=timers) as connector:
        submitting = asyncio.create_task(connector.submit([leg(1)]))
        await eventually(lambda: smsc.waiting)
        smsc.peers[0].deaf = True
        assert await submitting == [Lost("connection lost")]
        await eventually(lambda: smsc.connections == 2 and connector.room > 0)
        smsc.behave = take
        assert await connector.submit([leg(2)]) == [Sent(("1",))]


async def test_a_carrier_that_answers_no_message_does_not_get_the_whole_queue() -> None:
    """It answers enquire_link, so nothing else says that it is not well; a probe costs no more than one message."""
    legs = [leg(number) for number in range(1, 31)]
    async with serving(nothing) as smsc, connected(smsc, timers={"response": 0.1}) as connector:
        outcomes = await connector.submit(legs)
        assert Counter(type(outcome) for outcome in outcomes) == {Lost: 10, Busy: 20}
        assert (connector.up, connector.room, connector.health().window) == (False, 0, 0)
        assert connector.health().last_error == UNANSWERED
        for probes in (1, 2):
            await eventually(lambda: connector.room)
            assert (connector.room, connector.health().window) == (1, 1)
            assert connector.health().last_error == UNANSWERED  # also while it is bound: nobody knows yet
            probing = asyncio.create_task(connector.submit([leg(100 + probes)]))
            await eventually(lambda: len(smsc.seen) == 10 + probes)  # noqa: B023 - asked at once
            assert not connector.up  # so routes pass it over, and do not wait for its room
            assert [type(outcome) for outcome in await connector.submit(legs)] == [Busy] * 30
            assert await probing == [Lost("no answer in time")]
            assert not connector.up
        assert len(smsc.seen) == 12
        smsc.behave = take
        await eventually(lambda: connector.room)
        with capture_logs() as logs:
            assert await connector.submit([leg(103)]) == [Sent(("1",))]
        assert "smpp-link-answers" in {entry["event"] for entry in logs}
        assert (connector.health().window, connector.health().last_error) == (10, "")
        assert all(isinstance(outcome, Sent) for outcome in await stored(connector, legs))


async def test_a_connection_that_ends_with_all_of_its_messages_is_tried_with_one() -> None:
    def drop(smsc: Smsc, peer: Peer, sequence: int, body: SubmitSm) -> None:
        if len(smsc.seen) >= 10:
            peer.drop()

    async with serving(drop) as smsc, connected(smsc) as connector:
        outcomes = await connector.submit([leg(number) for number in range(1, 11)])
        assert outcomes == [Lost("connection lost")] * 10
        await eventually(lambda: connector.room)
        assert connector.room == 1
        smsc.behave = take
        assert await connector.submit([leg(11)]) == [Sent(("1",))]
        assert connector.room > 1


async def test_answers_to_others_are_a_sign_of_life() -> None:
    """Of many messages some have no answer, and then nothing more is sent: that is no silence."""

    def lose_every_other(smsc: Smsc, peer: Peer, sequence: int, body: SubmitSm) -> None:
        if len(smsc.seen) % 2 == 0 and len(smsc.seen) > 12:
            for waiting, number, one in smsc.waiting[1::2]:
                take(smsc, waiting, number, one)
            smsc.waiting.clear()

    async with serving(lose_every_other) as smsc, connected(smsc, window=20, timers={"response": 0.1}) as connector:
        outcomes = await connector.submit([leg(number) for number in range(1, 15)])
        assert Counter(type(outcome) for outcome in outcomes) == {Lost: 7, Sent: 7}
        assert (connector.up, connector.health().window) == (True, 20)
    assert smsc.connections == 1


async def test_a_live_peer_is_asked_and_kept() -> None:
    async with serving() as smsc, connected(smsc, timers={"enquire_link": 0.02}) as connector:
        heard = smsc.peers[0].session

        def asked() -> bool:
            return heard._heard == 0.0 and connector.health().bound == 1

        await eventually(asked)
        assert await connector.submit([leg(1)]) == [Sent(("1",))]
    assert smsc.connections == 1


async def test_without_a_bind_it_is_busy_at_once() -> None:
    async with serving(bind_status=Status.RINVPASWD) as smsc:
        connector = SmppConnector(link(smsc), SystemClock())
        assert await connector.submit([leg(1)]) == [Busy(1.0)]
        running = asyncio.create_task(connector.run(Sink()))
        await eventually(lambda: connector.health().last_error)
        assert connector.room == 0
        (outcome,) = await connector.submit([leg(1)])
        assert isinstance(outcome, Busy)
        assert connector.health().last_error == "bind refused: ESME_RINVPASWD"
        smsc.bind_status = Status.ROK
        await eventually(lambda: connector.room)
        assert connector.health().last_error == ""
        running.cancel()
        await asyncio.wait([running])


async def test_it_comes_back_when_the_smsc_does() -> None:
    async with serving() as first:
        connector = SmppConnector(link(first), SystemClock())
        running = asyncio.create_task(connector.run(Sink()))
        await eventually(lambda: connector.room)
    await eventually(lambda: connector.health().last_error.startswith("no connection"))
    assert connector.room == 0
    async with serving(port=first.port) as second:
        await eventually(lambda: connector.room)
        assert await connector.submit([leg(1)]) == [Sent(("1",))]
        running.cancel()
        await asyncio.wait([running])
        assert second.peers == []  # it said good-bye


@pytest.mark.parametrize(
    ("mode", "binds", "names"),
    [
        (BindMode.TRANSCEIVER, 3, ["BindTransceiver"] * 3),
        (BindMode.PAIR, 2, ["BindReceiver"] * 2 + ["BindTransmitter"] * 2),
        (BindMode.TRANSMITTER, 1, ["BindTransmitter"]),
    ],
)
async def test_several_binds(mode: BindMode, binds: int, names: list[str]) -> None:
    async with serving() as smsc, connected(smsc, bind=mode, binds=binds, window=1) as connector:
        await eventually(lambda: connector.health().bound == len(names))
        assert sorted(type(bind).__name__ for bind in smsc.binds) == names
        smsc.behave = nothing
        submitting = asyncio.create_task(stored(connector, [leg(number) for number in range(1, 9)]))
        await eventually(lambda: len(smsc.waiting) == binds)
        assert (connector.health().in_flight, connector.health().window) == (binds, binds)
        smsc.behave = take
        for peer, sequence, body in list(smsc.waiting):
            take(smsc, peer, sequence, body)
        assert all(isinstance(outcome, Sent) for outcome in await submitting)


async def test_receipts_by_a_bind_of_their_own() -> None:
    sink = Sink()

    def report(smsc: Smsc, peer: Peer, sequence: int, body: SubmitSm) -> None:
        take(smsc, peer, sequence, body)
        next(one for one in smsc.peers if one is not peer).deliver(receipt("1"))

    async with serving(report) as smsc, connected(smsc, sink, bind=BindMode.PAIR) as connector:
        await eventually(lambda: connector.health().bound == 2)
        assert await connector.submit([leg(1)]) == [Sent(("1",))]
        await eventually(lambda: sink.events)
    assert isinstance(sink.events[0], Receipt)


async def test_room_follows_window_rate_and_backlog() -> None:
    async with serving(nothing) as smsc, connected(smsc, window=20) as connector:
        assert connector.room == 20
        submitting = asyncio.create_task(connector.submit([leg(1, LONG), leg(2)]))
        await eventually(lambda: len(smsc.waiting) == 2)
        assert connector.room == 16
        smsc.behave = take
        for peer, sequence, body in list(smsc.waiting):
            take(smsc, peer, sequence, body)
        await submitting
        assert connector.room > 20
        health = connector.health()
        assert health.round_trip is not None
        assert health.possible == pytest.approx(20 / health.round_trip)
    async with serving() as smsc, connected(smsc, window=20, rate=2.0) as connector:
        assert connector.room == 2


async def test_no_more_is_sent_than_may_come_twice_after_a_death() -> None:
    async with serving() as smsc, connected(smsc, window=2) as connector:
        submitting = asyncio.create_task(connector.submit([leg(number) for number in range(1, 10)]))
        await eventually(lambda: len(smsc.taken) == 2 * UNSTORED_WINDOWS)
        await asyncio.sleep(0.05)
        assert len(smsc.seen) == 2 * UNSTORED_WINDOWS  # its window is free, but nothing of it is stored
        connector.stored([leg(1).leg, leg(2).leg, leg(77).leg])
        await eventually(lambda: len(smsc.taken) == 2 * UNSTORED_WINDOWS + 2)
        assert not submitting.done()
        connector.stored(leg(number).leg for number in range(3, 9))
        assert await submitting == [Sent((str(number),)) for number in range(1, 10)]


async def test_the_parts_of_what_is_begun_go_on() -> None:
    async with serving() as smsc, connected(smsc, window=1) as connector:
        legs = [leg(number, LONG) for number in range(1, 4)]
        assert len(legs) == UNSTORED_WINDOWS
        assert [type(outcome) for outcome in await connector.submit(legs)] == [Sent] * 3
    assert len(smsc.taken) == 9


async def test_nobody_waits_for_an_answer_any_more() -> None:
    async with serving(nothing) as smsc, connected(smsc, window=1) as connector:
        submitting = asyncio.create_task(connector.submit([leg(1), leg(2)]))
        await eventually(lambda: smsc.waiting)
        submitting.cancel()
        await asyncio.wait([submitting])
        smsc.behave = take
        for peer, sequence, body in smsc.waiting:
            peer.answer(sequence, smsc.accept(body))
        assert await connector.submit([leg(3)]) == [Sent(("2",))]
    assert len(smsc.seen) == 2


async def test_a_flood_of_receipts_waits_at_the_carrier(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tolmach.connectors.smpp_inbox.MOST", 10)
    stored = asyncio.Event()

    async def slow(events: Any) -> None:
        await stored.wait()

    async with serving() as smsc, connected(smsc, slow) as connector:
        (peer,) = smsc.peers
        peer.deliver(receipt("0"))
        for number in range(1, 2000):
            peer.session.request(receipt(str(number)), 0.0)
        peer.flush()
        await eventually(lambda: not connector._reading)
        stored.set()
        await eventually(lambda: len(smsc.answers) == 2000)
        assert set(smsc.answers) == {Status.ROK}


async def test_a_flood_does_not_come_by_a_new_connection_either(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tolmach.connectors.smpp_inbox.MOST", 10)
    stored = asyncio.Event()

    async def slow(events: Any) -> None:
        await stored.wait()

    def reading() -> list[bool]:
        return [wire._transport.is_reading() for wire in connector._wires if wire._transport is not None]

    async with serving() as smsc, connected(smsc, slow) as connector:
        for number in range(20):
            smsc.peers[0].deliver(receipt(str(number)))
        await eventually(lambda: not connector._reading)
        smsc.peers[0].drop()
        await eventually(lambda: connector.health().counters.connects == 2)
        assert reading() == [False]
        stored.set()
        await eventually(lambda: reading() == [True])


async def test_one_pdu_for_a_long_text() -> None:
    rules = ContentRules(long=Long.PAYLOAD, receipts=Receipts.LAST)
    async with serving() as smsc, connected(smsc, content=rules) as connector:
        assert await connector.submit([leg(1, LONG)]) == [Sent(("1",))]
    assert len(smsc.seen) == 1


async def test_a_garbling_peer() -> None:
    async with serving() as smsc, connected(smsc) as connector:
        with capture_logs() as logs:
            smsc.peers[0].transport.write(b"\xff" * 64)
            await eventually(lambda: connector.health().counters.connects == 2)
        assert connector.health().counters.garbled == 1
        assert {"smpp-garbled", "smpp-link-down"} <= {entry["event"] for entry in logs}


def test_a_link_answers_before_its_worker_gives_up() -> None:
    """The last link that is asked of a batch: the latest start, the longest hand-over, the longest answer."""
    lease = LEASE.total_seconds()
    longest = lease * LAST_START + smpp.HAND_OVER_SECONDS + LONGEST_RESPONSE
    assert longest < lease * LINK_SHARE


async def test_a_share_of_the_connections_and_of_the_rate() -> None:
    async with serving() as smsc, connected(smsc, binds=2, rate=100.0) as connector:
        await eventually(lambda: connector.health().bound == 2)
        connector.share(1)
        await eventually(lambda: connector.kept == 1)
        assert (connector.health().bound, connector.health().rate, connector.connections) == (1, 50.0, 2)
        assert [type(one) for one in await connector.submit([leg(1)])] == [Sent]
        connector.share(2)
        await eventually(lambda: connector.health().bound == 2)
        assert (connector.kept, connector.health().rate) == (2, 100.0)


async def test_a_connection_retires_when_its_answers_have_come() -> None:
    held: list[Callable[[], None]] = []

    def hold(smsc: Smsc, peer: Peer, sequence: int, body: SubmitSm) -> None:
        held.append(partial(peer.answer, sequence, smsc.accept(body)))

    async with serving(hold) as smsc, connected(smsc) as connector:
        waiting = asyncio.create_task(connector.submit([leg(1)]))
        await eventually(lambda: held)
        connector.share(0)
        await eventually(lambda: not connector.up)
        assert (connector.kept, len(smsc.peers)) == (1, 1)
        held.pop()()
        assert [type(one) for one in await waiting] == [Sent]
        await eventually(lambda: not smsc.peers)
        await eventually(lambda: connector.kept == 0)
        assert connector.health().counters.connects == 1  # what was counted stays, as counters do
