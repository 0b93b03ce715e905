"""The connection to a carrier is cut in the middle of a submit_sm: what then becomes of messages, as accounts choose.

Some submits reached the SMSC whole and their answers never came back, one reached it by half, others of the window not
at all. For the gateway all of them are alike. It connects again, and sends them once more where the account wants that.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from tests.e2e.documents import pronto_sms
from tests.faults.cutter import Cutter, cutting
from tests.faults.processes import asked
from tests.gateway import Live, assert_balanced, rows, running, until
from tolmach.core.delivery import Uncertain
from tolmach.core.money import SCALE
from tolmach.core.traffic import Traffic
from tolmach.sandbox.phones import Phones
from tolmach.sandbox.smsc import Smsc
from tolmach.services.demo import LOGIN
from tolmach.store import accounts, schema
from tolmach.store.database import Tx
from tolmach.workers.clock import SystemClock

COUNT, WINDOW, TAKEN = 40, 10, 4
LOST = "lost: connection lost"
NUMBERS = [f"79{number:07}00" for number in range(COUNT)]


class Later(SystemClock):
    """Three days ahead."""

    def now(self) -> datetime:
        return super().now() + timedelta(days=3)


@pytest.fixture
async def cutter(tmp_path: Path) -> AsyncIterator[Cutter]:
    phones = Phones(tmp_path / "far.sqlite")
    smsc = Smsc(phones, SystemClock(), delay=0)
    await smsc.start("127.0.0.1", 0)
    assert smsc.address is not None
    async with cutting(smsc.address[1]) as made:
        yield made
    await smsc.stop()
    phones.close()


def link(port: int) -> dict[str, Any]:
    return {
        "name": "smsc", "type": "smpp", "host": "127.0.0.1", "port": port, "system_id": "esme", "password": "x",
        "window": WINDOW, "timers": {"reconnect_first": 0.02, "reconnect_most": 0.05},
    }  # fmt: skip


def choose(tx: Tx, uncertain: Uncertain, traffic: Traffic) -> None:
    account = accounts.by_login(tx, LOGIN)
    assert account is not None
    accounts.change(tx, account.id, {"uncertain": uncertain.value, "traffic": traffic.value})


def doubtful(tx: Tx) -> dict[str, tuple[str, str]]:
    """Return the status and reason of what is marked uncertain, by recipient."""
    legs, messages = schema.legs.c, schema.messages.c
    found = select(messages.recipient, legs.status, legs.reason).join_from(
        schema.messages, schema.legs, messages.id == legs.message_id
    )
    return {row[0]: (row[1], row[2]) for row in tx.execute(found.where(legs.uncertain))}


def paid(tx: Tx) -> int:
    """Return what was charged."""
    captured = select(func.coalesce(func.sum(-schema.ledger.c.held), 0)).where(schema.ledger.c.kind == "capture")
    return int(tx.execute(captured).scalar_one())


async def sure_are_final(live: Live) -> bool:
    """Tell whether nothing waits but what may have been lost."""
    legs, queue = schema.legs.c, schema.queue.c
    waits = select(queue.message_id).where(
        queue.message_id.not_in(select(legs.message_id).where(legs.uncertain, legs.reason == LOST))
    )
    return not await live.read(lambda tx: tx.execute(waits.limit(1)).all())


@pytest.mark.parametrize(
    ("choice", "traffic", "again"),
    [
        (Uncertain.USUAL, Traffic.SERVICE, False),
        (Uncertain.USUAL, Traffic.OTP, True),
        (Uncertain.RESEND, Traffic.ADVERT, True),
        (Uncertain.HOLD, Traffic.OTP, False),
    ],
)
async def test_a_connection_is_cut_in_the_middle_of_a_submit(
    choice: Uncertain, traffic: Traffic, again: bool, cutter: Cutter, installation: Path, tmp_path: Path
) -> None:
    async with running(installation, sandbox={}, links=[link(cutter.port)]) as live:
        await live.write(lambda tx: choose(tx, choice, traffic))
        (one,) = live.gateway.links.current
        await until(lambda: up(one))
        cutter.cut(TAKEN)
        await live.post("/xml/", pronto_sms(*NUMBERS))
        await until(lambda: cut(cutter))
        await until(lambda: handed_over(live))
        await until(lambda: sure_are_final(live))
        lost, charged = await live.read(doubtful), await live.read(paid)
        connects = one.health().counters.connects  # type: ignore[attr-defined]
    assert (cutter.cuts, cutter.unheard, connects) == (1, TAKEN, 2)
    arrived = Counter(row[0] for row in asked(tmp_path / "far.sqlite", "SELECT phone FROM message"))
    twice = {phone for phone, count in arrived.items() if count > 1}
    assert TAKEN < len(lost) <= WINDOW  # what was on the wire, and nothing else, is in doubt
    assert set(arrived.values()) <= {1, 2}
    assert twice <= lost.keys()
    if again:
        assert len(twice) == TAKEN
        assert arrived.keys() == set(NUMBERS)
        assert set(lost.values()) == {("delivered", "")}
        assert charged == COUNT * SCALE  # once, whatever came twice
        return
    assert twice == set()
    assert set(lost.values()) == {("sent", LOST)}
    assert arrived.keys() >= set(NUMBERS) - lost.keys()
    assert len(arrived) == COUNT - len(lost) + TAKEN
    assert charged == (COUNT - len(lost)) * SCALE
    async with running(installation, clock=Later(), sandbox={}, links=[]) as live:
        await until(lambda: none_left(live))
        await live.read(assert_balanced)
        assert {status for status, _ in (await live.read(doubtful)).values()} == {"unknown"}


async def up(one: Any) -> bool:
    await asyncio.sleep(0)
    return bool(one.up)


async def cut(cutter: Cutter) -> bool:
    await asyncio.sleep(0)
    return cutter.cuts > 0


async def handed_over(live: Live) -> bool:
    """Tell whether each message was answered or lost."""
    return (await live.read(rows))["legs"] == COUNT


async def none_left(live: Live) -> bool:
    return (await live.read(rows))["queue"] == 0
