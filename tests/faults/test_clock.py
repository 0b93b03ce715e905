"""The clock of the machine jumps while messages are on their way: none is sent twice, none is held up."""

from datetime import datetime, timedelta
from pathlib import Path

from tests.connectors.smsc import deliver, eventually, serving
from tests.connectors.test_smpp_gateway import last_legs, mailing, table
from tests.e2e.conftest import subscribe
from tests.gateway import rows, running, until
from tests.receiver import ids, receiving
from tolmach.codecs.smpp.constants import Status
from tolmach.workers.clock import SystemClock

COUNT = 60
HOUR = timedelta(hours=1)


class JumpingClock(SystemClock):
    """The machine's clock, off by what the test says."""

    off = timedelta(0)

    def now(self) -> datetime:
        return super().now() + self.off


async def test_an_hour_forward_while_messages_are_on_the_wire(installation: Path) -> None:
    """Every lease runs out at once, and nobody hands over what another loop has in hand."""
    clock = JumpingClock()
    async with (
        serving(lambda *_: None) as smsc,
        running(installation, clock=clock, sandbox={}, links=[table(smsc, window=100)]) as live,
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


async def test_an_hour_back_while_messages_wait(installation: Path) -> None:
    """What was due, put off or to be told before the jump does not wait until its moment comes a second time."""
    clock = JumpingClock()
    async with (
        receiving() as client,
        serving(deliver, bind_status=Status.RSYSERR) as smsc,
        running(installation, clock=clock, sandbox={}, links=[table(smsc)]) as live,
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
