import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.clock import NOON, FakeClock
from tests.sandbox.legs import sms, viber
from tolmach.core.content import Channel
from tolmach.core.delivery import Busy, Lost, Outcome, ProviderEvent, Refused, Sent
from tolmach.core.ports import Connector, EventSink
from tolmach.core.status import Status
from tolmach.sandbox.carrier import RECEIPT_BATCH, RETRY, SandboxCarrier
from tolmach.sandbox.message import Encoding, MessageQuery
from tolmach.sandbox.phones import Phones

DELAY = timedelta(seconds=0.2)


class Inbox:
    """A sink that keeps the batches it was given, after failing as often as it is told."""

    def __init__(self, failures: int = 0) -> None:
        self.batches = asyncio.Queue[Sequence[Any]]()
        self.failures = failures
        self.refused: list[Sequence[ProviderEvent]] = []

    async def __call__(self, events: Sequence[ProviderEvent]) -> None:
        if self.failures:
            self.failures -= 1
            self.refused.append(events)
            raise ConnectionError("the database is away")
        self.batches.put_nowait(events)

    async def statuses(self) -> list[Status]:
        return [event.status for event in await self.batches.get()]


@asynccontextmanager
async def running(carrier: SandboxCarrier, sink: EventSink) -> AsyncIterator[None]:
    task = asyncio.create_task(carrier.run(sink))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def ids(outcome: Outcome) -> tuple[str, ...]:
    assert isinstance(outcome, Sent)
    return outcome.provider_ids


def test_it_is_a_connector(carrier: SandboxCarrier) -> None:
    connector: Connector = carrier

    assert connector.name == "sandbox"
    assert connector.channels == set(Channel)


async def test_outcomes_stand_in_the_order_of_the_batch(carrier: SandboxCarrier) -> None:
    batch = [sms(f"791612345{ending}", leg=leg) for leg, ending in enumerate((92, 95, 90, 92, 93, 11), start=1)]

    outcomes = await carrier.submit(batch)

    kinds = [type(outcome) for outcome in outcomes]
    assert kinds == [Refused, Busy, Sent, Refused, Sent, Sent]
    assert outcomes[0] == Refused("sandbox-92", permanent=True)
    assert outcomes[1] == Busy(0.2)
    assert list(await carrier.submit([])) == []


async def test_the_phone_shows_what_was_taken(carrier: SandboxCarrier, phones: Phones) -> None:
    await carrier.submit(
        [sms("79161234500"), sms("79161234590", "Привет"), viber("79161234501"), sms("79161234592"), sms("79161234593")]
    )

    shown = [(each.phone[-2:], each.encoding, each.outcome) for each in await phones.messages(MessageQuery())]
    assert shown == [
        ("00", Encoding.GSM7, "delivered"),
        ("90", Encoding.UCS2, "undelivered"),
        ("01", Encoding.VIBER, "read"),
        ("93", Encoding.GSM7, "silent"),
    ]


@pytest.mark.parametrize(
    ("ending", "status"), [("00", Status.DELIVERED), ("90", Status.UNDELIVERED), ("91", Status.EXPIRED)]
)
async def test_each_part_gets_its_receipt_after_the_delay(
    carrier: SandboxCarrier, clock: FakeClock, ending: str, status: Status
) -> None:
    inbox = Inbox()
    async with running(carrier, inbox):
        (outcome,) = await carrier.submit([sms(f"791612345{ending}", parts=3)])
        assert await clock.sleeper() == NOON + DELAY
        assert inbox.batches.empty()
        clock.advance(DELAY)
        events = await inbox.batches.get()

    assert [event.provider_id for event in events] == list(ids(outcome))
    assert {(event.link, event.status, event.at) for event in events} == {("sandbox", status, NOON + DELAY)}


async def test_viber_is_delivered_then_read(carrier: SandboxCarrier, clock: FakeClock) -> None:
    inbox = Inbox()
    async with running(carrier, inbox):
        await carrier.submit([viber("79161234500"), viber("79161234594")])
        clock.advance(DELAY)
        assert await inbox.statuses() == [Status.DELIVERED, Status.DELIVERED]
        assert await clock.sleeper() == NOON + 2 * DELAY
        clock.advance(DELAY)
        assert await inbox.statuses() == [Status.READ]


async def test_no_receipt_is_owed_for_93(carrier: SandboxCarrier, phones: Phones) -> None:
    await carrier.submit([sms("79161234593")])

    due = await phones.exchange((), NOON + timedelta(days=400), 10)
    assert (due.receipts, due.next_at) == ((), None)


async def test_busy_twice_then_delivered(carrier: SandboxCarrier, clock: FakeClock) -> None:
    inbox = Inbox()
    async with running(carrier, inbox):
        outcomes = [(await carrier.submit([sms("79161234595")]))[0] for _ in range(3)]
        clock.advance(DELAY)
        assert await inbox.statuses() == [Status.DELIVERED]

    assert [type(outcome) for outcome in outcomes] == [Busy, Busy, Sent]


async def test_a_shorter_wait_is_noticed_while_resting(phones: Phones, clock: FakeClock) -> None:
    slow, quick = SandboxCarrier(phones, clock, delay=60), SandboxCarrier(phones, clock, delay=1)
    await slow.submit([sms("79161234500")])
    inbox = Inbox()
    async with running(quick, inbox):
        assert await clock.sleeper() == NOON + timedelta(seconds=60)
        await quick.submit([sms("79161234590")])
        clock.advance(timedelta(seconds=1))
        assert await inbox.statuses() == [Status.UNDELIVERED]


async def test_without_delay_it_is_delivered_at_once(phones: Phones, clock: FakeClock) -> None:
    carrier = SandboxCarrier(phones, clock, delay=0)
    inbox = Inbox()
    async with running(carrier, inbox):
        await carrier.submit([viber("79161234500")])
        assert await inbox.statuses() == [Status.DELIVERED, Status.READ]


async def test_receipts_come_in_bounded_batches(carrier: SandboxCarrier, clock: FakeClock) -> None:
    legs = [sms("79161234500", leg=leg) for leg in range(RECEIPT_BATCH + 1)]
    await carrier.submit(legs)
    clock.advance(DELAY)
    inbox = Inbox()
    async with running(carrier, inbox):
        sizes = [len(await inbox.batches.get()) for _ in range(2)]

    assert sizes == [RECEIPT_BATCH, 1]


async def test_what_the_sink_did_not_store_comes_again(carrier: SandboxCarrier, clock: FakeClock) -> None:
    await carrier.submit([sms("79161234500", parts=2)])
    clock.advance(DELAY)
    inbox = Inbox(failures=2)
    async with running(carrier, inbox):
        for _ in range(2):
            assert await clock.sleeper() == clock.now() + RETRY
            clock.advance(RETRY)
        events = await inbox.batches.get()

    assert inbox.refused == [events, events]


async def test_what_was_stored_does_not_come_again(carrier: SandboxCarrier, phones: Phones, clock: FakeClock) -> None:
    inbox = Inbox()
    async with running(carrier, inbox):
        await carrier.submit([sms("79161234500")])
        clock.advance(DELAY)
        await inbox.batches.get()
        await carrier.submit([sms("79161234590")])
        assert await clock.sleeper() == NOON + 2 * DELAY

    due = await phones.exchange((), NOON + timedelta(days=1), 10)
    assert [receipt.status for receipt in due.receipts] == [Status.UNDELIVERED]


async def test_cancelled_in_the_sink_the_receipt_is_still_owed(
    carrier: SandboxCarrier, phones: Phones, clock: FakeClock
) -> None:
    entered = asyncio.Event()

    async def stuck(events: Sequence[ProviderEvent]) -> None:
        entered.set()
        await asyncio.Event().wait()

    await carrier.submit([sms("79161234500")])
    clock.advance(DELAY)
    async with running(carrier, stuck):
        await entered.wait()

    assert len((await phones.exchange((), clock.now(), 10)).ids) == 1


async def test_a_storage_that_fails_loses_every_leg_and_raises_nothing(carrier: SandboxCarrier, phones: Phones) -> None:
    phones.close()

    outcomes = await carrier.submit([sms("79161234500"), sms("79161234592"), sms("79161234595")])

    assert [type(outcome) for outcome in outcomes] == [Lost, Refused, Lost]


async def test_it_waits_for_a_storage_that_fails(carrier: SandboxCarrier, phones: Phones, clock: FakeClock) -> None:
    phones.close()
    async with running(carrier, Inbox()):
        assert await clock.sleeper() == NOON + RETRY


_VICTIM = """
import asyncio, sys
from tests.clock import FakeClock
from tests.sandbox.legs import sms
from tolmach.core.delivery import Sent
from tolmach.sandbox.carrier import SandboxCarrier
from tolmach.sandbox.phones import Phones

async def main():
    carrier = SandboxCarrier(Phones(sys.argv[1]), FakeClock())
    await carrier.submit([sms("79161234595", leg=5)])
    while True:
        for outcome in await carrier.submit([sms("79161234500", parts=2)] * 20):
            assert isinstance(outcome, Sent)
            print(*outcome.provider_ids, flush=True)

asyncio.run(main())
"""


def _killed_while_sending(path: Path) -> list[str]:
    """Return the provider ids that a process named before it was killed."""
    here = Path(__file__).parents[2]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(here), str(here / "src")])}
    with subprocess.Popen(
        [sys.executable, "-c", _VICTIM, str(path)], stdout=subprocess.PIPE, env=environment, text=True
    ) as victim:
        assert victim.stdout is not None
        named = [victim.stdout.readline() for _ in range(200)]
        victim.send_signal(signal.SIGKILL)
        named += [line for line in victim.stdout if line.endswith("\n")]
    assert victim.returncode == -signal.SIGKILL
    return " ".join(named).split()


async def test_kill_9_loses_nothing_that_was_sent(tmp_path: Path, clock: FakeClock) -> None:
    named = _killed_while_sending(tmp_path / "sandbox.db")
    phones = Phones(tmp_path / "sandbox.db")
    carrier = SandboxCarrier(phones, clock)
    stored = {
        provider_id
        for message in await phones.messages(MessageQuery(limit=1_000_000))
        for provider_id in message.provider_ids
    }
    inbox, receipted = Inbox(), set[str]()
    clock.advance(DELAY)
    async with running(carrier, inbox):
        while not receipted >= stored:
            receipted.update(event.provider_id for event in await inbox.batches.get())

    assert len(named) >= 400
    assert set(named) <= stored == receipted
    (new,) = await carrier.submit([sms("79161234500")])
    assert not stored & set(ids(new))
    busy = [(await carrier.submit([sms("79161234595", leg=5)]))[0] for _ in range(2)]
    assert [type(outcome) for outcome in busy] == [Busy, Sent]
    phones.close()
