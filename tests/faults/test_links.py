"""A carrier whose connections drop every moment, fall silent, or that answers late, twice, never, in disorder.

The SMSC is a process of its own. What was on the wire when a connection died waits for a receipt and is sent to nobody
again; everything else arrives, once; and everything is final when its validity and the grace are over. The size is that
of `TOLMACH_TORTURE`, with as many silences as `TOLMACH_TORTURE_KILLS` says (`scripts/torture links`), else small.
"""

import asyncio
import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy import text

from tests.e2e.documents import pronto_sms
from tests.faults.books import Books
from tests.faults.processes import WHOLE, afford, asked, smsc
from tests.gateway import DEADLINE, Live, running, until
from tolmach.workers.clock import SystemClock

TOTAL = int(os.environ.get("TOLMACH_TORTURE", "200"))
SILENCES = int(os.environ.get("TOLMACH_TORTURE_KILLS", "1"))
AT_ONCE = 200
RATE = 100.0
WINDOW = 10
PATIENCE = DEADLINE + TOTAL / 10

SILENT = "connections fall silent"
ANSWERS = "every kind of answer"
FAULTS: dict[str, tuple[dict[str, Any], dict[str, float]]] = {
    "connections drop": ({"drop_every": 0.4, "response_delay": 0.05}, {}),
    SILENT: ({"half_open": True}, {"enquire_link": 0.2, "enquire_answer": 0.2, "response": 0.5}),
    ANSWERS: (
        {"answer_twice": 0.2, "out_of_order": True, "unknown_sequence": 0.05, "never_answer": 0.05,
         "duplicate_receipts": 0.3, "early_receipts": True, "throttle": 0.2},
        {"response": 0.5},
    ),
}  # fmt: skip


class Later(SystemClock):
    """Three days ahead."""

    def now(self) -> datetime:
        return super().now() + timedelta(days=3)


def link(port: int, timers: dict[str, float]) -> dict[str, Any]:
    quick = {"reconnect_first": 0.05, "reconnect_most": 0.2}
    return {
        "name": "smsc", "type": "smpp", "host": "127.0.0.1", "port": port, "system_id": "esme", "password": "x",
        "window": WINDOW, "rate": RATE, "timers": quick | timers,
    }  # fmt: skip


async def misbehave(url: str, faults: dict[str, Any]) -> None:
    async with aiohttp.ClientSession(url) as http, http.put("/sandbox/api/smsc/faults", json=faults) as answer:
        assert answer.status == 200, await answer.text()


async def send(live: Live) -> None:
    numbers = [f"79{number:07}00" for number in range(TOTAL)]
    for first in range(0, TOTAL, AT_ONCE):
        some = numbers[first : first + AT_ONCE]
        assert (await live.post("/xml/", pronto_sms(*some))).count(">send<") == len(some)


async def fall_silent(live: Live, url: str) -> None:
    """Have the connections fall silent again and again, until the gateway has noticed."""
    faults, _ = FAULTS[SILENT]
    for silence in range(1, SILENCES + 1):
        await until(lambda silence=silence: tried(live, TOTAL * silence // (SILENCES + 3)), PATIENCE)  # type: ignore[misc]
        await misbehave(url, faults)
        await until(lambda: down(live.gateway.links.current[0]))
        await misbehave(url, {})


@pytest.mark.parametrize(("blank", "whole"), WHOLE, indirect=["blank"])
@pytest.mark.parametrize("name", FAULTS)
@pytest.mark.timeout(3 * PATIENCE + 5 * SILENCES)
async def test_a_carrier_that_misbehaves(name: str, installed: Path, whole: bool, tmp_path: Path) -> None:
    if not whole and name != next(iter(FAULTS)):
        pytest.skip("scripts/torture links")
    faults, timers = FAULTS[name]
    afford(installed, str(2 * TOTAL))
    async with smsc(tmp_path / "far") as (port, url):
        await misbehave(url, faults if name != SILENT else {})
        async with running(installed, sandbox={}, links=[link(port, timers)]) as live:
            await send(live)
            if name == SILENT:
                await fall_silent(live, url)
            await until(lambda: tried(live, TOTAL), PATIENCE)
            await until(lambda: certain_are_final(live), PATIENCE)
            connects = live.gateway.links.current[0].health().counters.connects  # type: ignore[attr-defined]
            lost = dict(await rows(live, "SELECT message_id, reason FROM legs WHERE uncertain"))
    assert all(reason.startswith("lost: ") for reason in lost.values())
    assert lost
    if name != ANSWERS:
        assert len(lost) <= WINDOW * connects
    async with running(installed, clock=Later(), sandbox={}, links=[]) as live:
        await until(lambda: none_left(live))
    books = Books.closed(installed, TOTAL)
    arrived = dict(asked(tmp_path / "far" / "sandbox.sqlite", "SELECT phone, count(*) FROM message GROUP BY phone"))
    assert not books.compare(arrived, f"{name}, {connects} connections")  # nothing that was on the wire is sent again
    assert books.uncertain.keys() == lost.keys()
    assert {end for number, end in books.ends.items() if number not in lost} == {"delivered"}
    assert {books.ends[number] for number in lost} <= {"delivered", "unknown"}


async def rows(live: Live, question: str) -> list[Any]:
    return await live.read(lambda tx: [tuple(row) for row in tx.execute(text(question))])


async def tried(live: Live, count: int) -> bool:
    ((found,),) = await rows(live, "SELECT count(*) FROM legs")
    return int(found) >= count


async def certain_are_final(live: Live) -> bool:
    """Tell whether all that waits is what nobody knows about."""
    return not await rows(live, "SELECT 1 FROM queue JOIN legs USING (message_id) WHERE NOT legs.uncertain LIMIT 1")


async def down(one: Any) -> bool:
    await asyncio.sleep(0)
    return not one.up


async def none_left(live: Live) -> bool:
    return not await rows(live, "SELECT 1 FROM queue LIMIT 1")
