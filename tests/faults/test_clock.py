"""The clock of the machine jumps while messages are on their way: none is sent twice, none is held up.

It is the gateway's clock that jumps. The size of the load that it jumps beside is that of `TOLMACH_TORTURE`, with as
many jumps as `TOLMACH_TORTURE_KILLS` says (`scripts/torture clock`), else small.
"""

import asyncio
import os
import random
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.connectors.smsc import Peer, Smsc, deliver, eventually, serving
from tests.connectors.test_smpp_gateway import last_legs, mailing, table
from tests.e2e.conftest import subscribe
from tests.e2e.documents import pronto_sms
from tests.faults.books import Books
from tests.faults.processes import afford
from tests.gateway import DEADLINE, Live, rows, running, until
from tests.receiver import Receiver, ids, receiving
from tolmach.codecs.smpp.bodies import SubmitSm
from tolmach.codecs.smpp.constants import Status
from tolmach.workers.clock import SystemClock

COUNT = 60
HOUR = timedelta(hours=1)
TOTAL = int(os.environ.get("TOLMACH_TORTURE", "200"))
JUMPS = int(os.environ.get("TOLMACH_TORTURE_KILLS", "8"))
SEED = int(os.environ.get("TOLMACH_TORTURE_SEED", "1"))
ANSWER = 0.05  # seconds after which the carrier answers and delivers
BETWEEN = 0.2  # seconds between two jumps, at most
PATIENCE = DEADLINE + TOTAL / 10

on_both = pytest.mark.parametrize("blank", ["sqlite", "postgresql"], indirect=True)


class JumpingClock(SystemClock):
    """The machine's clock, off by what the test says."""

    off = timedelta(0)

    def now(self) -> datetime:
        return super().now() + self.off


@on_both
async def test_an_hour_forward_while_messages_are_on_the_wire(installed: Path) -> None:
    """Every lease runs out at once, and nobody hands over what another loop has in hand."""
    clock = JumpingClock()
    async with (
        serving(lambda *_: None) as smsc,
        running(installed, clock=clock, sandbox={}, links=[table(smsc, window=100)]) as live,
    ):
        await live.post("/xml/", mailing(COUNT))
        await eventually(lambda: len(smsc.waiting) == COUNT)
        smsc.behave = deliver
        clock.off = HOUR
        await live.post("/xml/", mailing(1).replace("79160000001", "79161111111"))  # wakes the other loop
        await eventually(lambda: smsc.taken)
        for peer, sequence, body in smsc.waiting[:COUNT]:
            deliver(smsc, peer, sequence, body)
        await live.settled()
        found = await last_legs(live, COUNT + 1)
    assert {(leg.status.value, leg.uncertain) for leg in found} == {("delivered", False)}
    assert len(smsc.seen) == COUNT + 1


@on_both
async def test_an_hour_back_while_messages_wait(installed: Path) -> None:
    """What was due, put off or to be told before the jump does not wait until its moment comes a second time."""
    clock = JumpingClock()
    async with (
        receiving() as client,
        serving(deliver, bind_status=Status.RSYSERR) as smsc,
        running(installed, clock=clock, sandbox={}, links=[table(smsc)]) as live,
    ):
        await subscribe(live, client)
        await live.post("/xml/", mailing(COUNT))
        await eventually(lambda: len(smsc.binds) > 2)
        clock.off = -HOUR
        smsc.bind_status = Status.ROK
        await live.settled()
        assert {leg.status.value for leg in await last_legs(live, COUNT)} == {"delivered"}

        async def all_told() -> bool:
            return len({id_ for body in client.bodies for id_ in ids(body)}) == COUNT

        await until(all_told)
        assert (await live.read(rows))["callbacks"] == COUNT
    assert len(smsc.seen) == COUNT


def deliver_later(smsc: Smsc, peer: Peer, sequence: int, body: SubmitSm) -> None:
    asyncio.get_running_loop().call_later(ANSWER, deliver, smsc, peer, sequence, body)


@on_both
@pytest.mark.timeout(120 + 2 * PATIENCE + 5 * JUMPS)
async def test_hours_forward_and_back_again_and_again_while_messages_flow(installed: Path) -> None:
    """What is claimed, on the wire, answered, or to be told is in another hour a moment later."""
    afford(installed, str(2 * TOTAL))
    clock, chance = JumpingClock(), random.Random(SEED)
    numbers = [f"79{number:07}00" for number in range(TOTAL)]
    async with (
        receiving() as client,
        serving(deliver_later) as smsc,
        running(installed, clock=clock, sandbox={}, links=[table(smsc, window=20)]) as live,
    ):
        await subscribe(live, client)
        for jump in range(JUMPS):
            some = numbers[TOTAL * jump // JUMPS : TOTAL * (jump + 1) // JUMPS]
            assert (await live.post("/xml/", pronto_sms(*some))).count(">send<") == len(some)
            await asyncio.sleep(chance.uniform(0, BETWEEN))
            clock.off = chance.uniform(-2, 2) * HOUR
        await until(lambda: all_over(live, client), PATIENCE)
    books = Books.closed(installed, TOTAL)
    assert not books.compare(Counter(body.destination_addr for body in smsc.seen), f"{JUMPS} jumps")
    assert set(books.ends.values()) == {"delivered"}
    assert books.uncertain == {}


async def all_over(live: Live, client: Receiver) -> bool:
    """Tell whether every message is final, and was told to the client."""
    told = {id_ for body in client.bodies for id_ in ids(body)}
    return len(told) == TOTAL and (await live.read(rows))["queue"] == 0
