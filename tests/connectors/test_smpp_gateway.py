"""Messages through a whole gateway whose settings name SMPP links."""

import asyncio
import random
from collections import Counter
from pathlib import Path
from typing import Any

from tests.connectors.smsc import (
    Peer,
    Smsc,
    deliver,
    deliver_first,
    eventually,
    nothing,
    receipt,
    refuse,
    serving,
    take,
)
from tests.e2e.documents import pronto, pronto_sms, pronto_states, target, target_viber
from tests.gateway import Live, assert_balanced, rows, running, until
from tolmach.codecs.smpp.bodies import SubmitSm
from tolmach.codecs.smpp.constants import MessageState, Status
from tolmach.connectors.smpp_binding import UNANSWERED
from tolmach.core.route import Conditions, Rule, Target
from tolmach.store import legs, links, routes
from tolmach.store.legs import Leg

PHONE = "79161234567"
QUICK = {"reconnect_first": 0.02, "reconnect_most": 0.05}


def table(smsc: Smsc, name: str = "carrier", **more: Any) -> dict[str, Any]:
    """What stands in the settings under [[links]]."""
    known = {"name": name, "type": "smpp", "host": "127.0.0.1", "port": smsc.port, "system_id": "esme"}
    return known | {"timers": QUICK} | more


def mailing(count: int) -> str:
    abonents = "".join(f'<abonent phone="7916{n:07d}" number_sms="{n}"/>' for n in range(1, count + 1))
    return pronto(f'<message type="sms"><sender>INFORM</sender><text>Hello</text>{abonents}</message>')


async def last_legs(live: Live, count: int) -> list[Leg]:
    found = await live.read(lambda tx: legs.of_messages(tx, range(10, 10 * count + 10, 10)))
    return [found[id_][-1] for id_ in sorted(found)]


async def state(live: Live) -> str:
    return (await live.post("/xml/state.php", pronto_states([10]))).partition("</state>")[0].rpartition(">")[2]


async def test_a_message_is_sent_and_delivered(installation: Path) -> None:
    async with serving(deliver) as smsc, running(installation, sandbox={}, links=[table(smsc)]) as live:
        await live.post("/xml/", pronto_sms(PHONE, text="Привет"))
        await live.settled()
        assert await state(live) == "deliver"
        (leg,) = await last_legs(live, 1)
        assert leg.link == "carrier"
        async with live.http.get("/health/ready") as response:
            assert response.status == 200
    (body,) = smsc.seen
    assert (body.destination_addr, body.short_message.decode("utf-16-be")) == (PHONE, "Привет")


async def test_every_part_has_to_be_delivered(installation: Path) -> None:
    async with serving(take) as smsc, running(installation, sandbox={}, links=[table(smsc)]) as live:
        await live.post("/xml/", pronto_sms(PHONE, text="x" * 400))
        await eventually(lambda: len(smsc.taken) == 3)
        (peer,) = smsc.peers
        for name in ("1", "2"):
            peer.deliver(receipt(name))
        await eventually(lambda: len(smsc.answers) == 2)
        assert await state(live) == "send"
        peer.deliver(receipt("3", MessageState.UNDELIVERABLE, "UNDELIV"))
        await live.settled()
        assert await state(live) == "not_deliver"


async def test_a_thousand_receipts_before_their_answers(installation: Path) -> None:
    async with (
        serving(deliver_first) as smsc,
        running(installation, sandbox={}, links=[table(smsc, window=100)]) as live,
    ):
        await live.post("/xml/", mailing(1000))
        await live.settled()
        assert {leg.status.value for leg in await last_legs(live, 1000)} == {"delivered"}
        counts = await live.read(rows)
    assert counts["orphans"] == 0
    assert (len(smsc.seen), set(smsc.answers)) == (1000, {Status.ROK})


async def test_a_link_that_dies_again_and_again(installation: Path) -> None:
    """Nothing is sent twice and nothing is forgotten: what was on the wire waits for its receipt, the rest goes on."""
    chance = random.Random(4)

    def die_often(smsc: Smsc, peer: Peer, sequence: int, body: SubmitSm) -> None:
        if chance.random() < 0.02:
            peer.drop()
        else:
            deliver(smsc, peer, sequence, body)

    async with serving(die_often) as smsc, running(installation, sandbox={}, links=[table(smsc)]) as live:
        await live.post("/xml/", mailing(300))
        await until(lambda: live.read(lambda tx: len(legs.of_messages(tx, range(10, 3010, 10))) == 300))
        found = Counter((leg.status.value, leg.uncertain) for leg in await last_legs(live, 300))
        await live.read(assert_balanced)
    assert smsc.connections > 1
    assert max(Counter(body.destination_addr for body in smsc.seen).values()) == 1
    assert set(found) <= {("delivered", False), ("sent", False), ("sent", True)}
    assert found["sent", True] <= 10 * smsc.connections


async def test_what_the_first_link_cannot_take_the_second_does(installation: Path) -> None:
    async with serving(refuse(*[Status.RINVSRCADR] * 3)) as first, serving(deliver) as second:
        links = [table(first, "first"), table(second, "second")]
        async with running(installation, sandbox={}, links=links) as live:
            await eventually(lambda: all(link.room for link in live.gateway.links.current))
            await live.post("/xml/", mailing(3))
            await live.settled()
            assert {leg.link for leg in await last_legs(live, 3)} == {"second"}
            assert (len(first.seen), len(second.seen)) == (3, 3)
            first.bind_status = Status.RBINDFAIL
            first.peers[0].drop()
            await eventually(lambda: not live.gateway.links.current[0].room)
            await live.post("/xml/", pronto_sms(PHONE))
            await live.settled()
        assert (len(first.seen), len(second.seen)) == (3, 4)


async def test_a_refusal_for_good_asks_nobody_else(installation: Path) -> None:
    async with serving(refuse(Status.RINVDSTADR)) as first, serving(deliver) as second:
        links = [table(first, "first"), table(second, "second")]
        async with running(installation, sandbox={}, links=links) as live:
            await eventually(lambda: all(link.room for link in live.gateway.links.current))
            await live.post("/xml/", pronto_sms(PHONE))
            await live.settled()
            assert await state(live) == "not_deliver"
    assert second.seen == []


async def test_viber_stays_in_the_sandbox(installation: Path) -> None:
    async with serving(deliver) as smsc, running(installation, links=[table(smsc)]) as live:
        await live.post("/xml/message.php", target(target_viber(), PHONE))
        assert (await live.phone(PHONE))["channel"] == "viber"
        await live.post("/xml/", pronto_sms(PHONE))
        await live.settled()
        assert len(await live.messages(PHONE)) == 1
    assert len(smsc.seen) == 1


async def test_what_is_accepted_while_the_link_is_down_goes_when_it_is_up(installation: Path) -> None:
    async with (
        serving(deliver, bind_status=Status.RSYSERR) as smsc,
        running(installation, sandbox={}, links=[table(smsc)]) as live,
    ):
        await live.post("/xml/", pronto_sms(PHONE))
        await eventually(lambda: len(smsc.binds) > 2)
        assert await live.read(lambda tx: rows(tx)["queue"]) == 1
        assert await state(live) == "send"
        smsc.bind_status = Status.ROK
        await live.settled()
        assert await state(live) == "deliver"


async def test_a_stop_waits_for_answers(installation: Path) -> None:
    async with serving(lambda *_: None) as smsc:
        stopping: asyncio.Task[None] | None = None
        async with running(installation, sandbox={}, links=[table(smsc)]) as live:
            await live.post("/xml/", pronto_sms(PHONE))
            await eventually(lambda: smsc.waiting)

            async def answer_late() -> None:
                await eventually(live.gateway._stopping.is_set)
                for peer, sequence, body in smsc.waiting:
                    take(smsc, peer, sequence, body)

            stopping = asyncio.create_task(answer_late())
        await stopping
        smsc.behave = deliver
        async with running(installation, sandbox={}, links=[table(smsc)]) as live:
            (leg,) = await last_legs(live, 1)
            assert (leg.status.value, leg.uncertain) == ("sent", False)
    assert len(smsc.seen) == 1


async def test_answers_that_never_come_hold_nothing_else_up(installation: Path) -> None:
    """Of three pieces one leg each has no answer: neighbours, receipts, and all that is sent behind them go on."""
    lost = ("79160000010", "79160000060", "79160000110")

    def behave(smsc: Smsc, peer: Peer, sequence: int, body: SubmitSm) -> None:
        (nothing if body.destination_addr in lost else deliver)(smsc, peer, sequence, body)

    timers = QUICK | {"response": 30}  # the longest that there is
    async with (
        serving(behave) as smsc,
        running(installation, sandbox={}, links=[table(smsc, timers=timers, window=50)]) as live,
    ):
        await live.post("/xml/", mailing(800))
        await eventually(lambda: len(smsc.seen) == 800)

        async def delivered() -> bool:
            found = await last_legs(live, 800)
            return sum(leg.status.value == "delivered" for leg in found) == 797

        await until(delivered)
        await live.post("/xml/", pronto_sms(PHONE))
        await eventually(lambda: smsc.seen[-1].destination_addr == PHONE)
        for peer, sequence, body in smsc.waiting:
            if body.destination_addr in lost:
                take(smsc, peer, sequence, body)

        async def stored() -> bool:
            found = await last_legs(live, 801)
            return len(found) == 801 and not any(leg.uncertain for leg in found)

        await until(stored)
        assert len(smsc.seen) == 801


async def test_a_part_that_is_delivered_while_the_next_has_no_answer_keeps_no_receipts_back(
    installation: Path,
) -> None:
    """The receipt of a message whose other part is not answered is before those of all others."""
    long = "79160000001"

    def behave(smsc: Smsc, peer: Peer, sequence: int, body: SubmitSm) -> None:
        parts = sum(one.destination_addr == long for one in smsc.seen)
        (nothing if body.destination_addr == long and parts > 1 else deliver)(smsc, peer, sequence, body)

    timers = QUICK | {"response": 30}  # the longest that there is
    async with (
        serving(behave) as smsc,
        running(installation, sandbox={}, links=[table(smsc, timers=timers)]) as live,
    ):
        await live.post("/xml/", pronto_sms(long, text="x" * 200))
        await eventually(lambda: len(smsc.seen) == 2)
        await live.post("/xml/", pronto_sms(PHONE))

        async def delivered() -> bool:
            found = await live.read(lambda tx: legs.of_messages(tx, [20]))
            return bool(found.get(20)) and found[20][-1].status.value == "delivered"

        await until(delivered, 15)


async def test_the_next_link_of_a_route_carries_what_one_that_answers_no_message_would_lose(
    installation: Path,
) -> None:
    """It says that it is there when it is asked, so it is left for its silence alone; the operator sees why."""
    route = Rule(0, 0, Conditions(), (Target("bad"), Target("good")), patience=3600)
    timers = {"response": 0.3, "enquire_link": 0.05, "reconnect_first": 3}  # health is looked at every second
    async with serving(nothing) as one, serving(deliver) as two:
        tables = [table(one, "bad", timers=timers), table(two, "good")]
        async with running(installation, sandbox={}, links=tables) as live:
            await live.write(lambda tx: routes.add(tx, route))
            await eventually(lambda: all(link.room for link in live.gateway.links.current))
            await live.post("/xml/", mailing(100))

            async def delivered() -> bool:
                found = await last_legs(live, 100)
                return len(found) == 100 and sum(leg.status.value == "sent" for leg in found) == len(one.seen)

            await until(delivered)
            found = await last_legs(live, 100)
            assert {(leg.link, leg.status.value, leg.uncertain) for leg in found} == {
                ("bad", "sent", True), ("good", "delivered", False)
            }  # fmt: skip
            assert len(one.seen) <= 10 + one.connections - 1  # a window, and then one for each try

            async def shown() -> bool:
                happened = await live.read(lambda tx: links.events_of(tx, "bad"))
                if UNANSWERED not in [one.event.detail for one in happened]:
                    return False
                return (await live.read(links.reports))["bad"].condition.last_error == UNANSWERED

            await until(shown)


async def test_a_healthy_link_carries_on_beside_one_that_does_not_answer(installation: Path) -> None:
    timers = QUICK | {"response": 30}
    async with serving(nothing) as one, serving(take) as two:
        links = [table(one, "bad", timers=timers, window=2), table(two, "good", timers=timers)]
        async with running(installation, sandbox={}, links=links) as live:
            for count in (1, 2):
                await live.post("/xml/", pronto_sms(PHONE))
                await eventually(lambda: len(one.seen) == count)  # noqa: B023 - asked at once
            await live.post("/xml/", pronto_sms(PHONE))
            await eventually(lambda: two.seen)
            assert len(one.waiting) == 2
            for peer, sequence, body in one.waiting:
                take(one, peer, sequence, body)
