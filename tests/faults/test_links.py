"""A carrier whose connections drop every moment, fall silent, or that answers late, twice, never, in disorder.

The SMSC is a process of its own. What was on the wire when a connection died waits for a receipt and is sent to nobody
again; everything else arrives, once; and everything is final when its validity and the grace are over.
"""

import asyncio
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.e2e.documents import pronto_sms
from tests.faults.processes import asked, smsc
from tests.gateway import assert_balanced, rows, running, until
from tolmach.workers.clock import SystemClock

COUNT = 200
RATE = 100.0
WINDOW = 10

FAULTS: dict[str, tuple[dict[str, Any], dict[str, float]]] = {
    "connections drop": ({"drop_every": 0.4, "response_delay": 0.05}, {}),
    "connections fall silent": ({"half_open": True}, {"enquire_link": 0.2, "enquire_answer": 0.2, "response": 0.5}),
    "every kind of answer": (
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


@pytest.mark.parametrize("name", FAULTS)
async def test_a_carrier_that_misbehaves(name: str, installation: Path, tmp_path: Path) -> None:
    faults, timers = FAULTS[name]
    path = installation / "tolmach.sqlite"
    async with smsc(tmp_path / "far") as (port, url):
        await misbehave(url, faults if name != "connections fall silent" else {})
        async with running(installation, sandbox={}, links=[link(port, timers)]) as live:
            await live.post("/xml/", pronto_sms(*[f"79{number:07}00" for number in range(COUNT)]))
            if name == "connections fall silent":
                await until(lambda: tried(path, COUNT // 4))
                await misbehave(url, faults)
                await until(lambda: down(live.gateway.links.current[0]))
                await misbehave(url, {})
            await until(lambda: tried(path, COUNT))
            await until(lambda: certain_are_final(path))
        connects = live.gateway.links.current[0].health().counters.connects  # type: ignore[attr-defined]
    lost = dict(asked(path, "SELECT message_id, reason FROM legs WHERE uncertain"))
    assert all(reason.startswith("lost: ") for reason in lost.values())
    assert lost
    if name != "every kind of answer":
        assert len(lost) <= WINDOW * connects
    with closing(sqlite3.connect(tmp_path / "far" / "sandbox.sqlite")) as phones:
        arrived = phones.execute("SELECT phone, count(*) FROM message GROUP BY phone").fetchall()
    assert {count for _, count in arrived} == {1}  # nothing that was on the wire is sent again
    missing = {row[0] for row in asked(path, "SELECT recipient FROM messages")} - {phone for phone, _ in arrived}
    assert len(missing) <= len(lost)
    async with running(installation, clock=Later(), sandbox={}, links=[]) as live:
        await until(lambda: none_left(live))
        await live.read(assert_balanced)
    ends = dict(asked(path, "SELECT status, count(*) FROM legs GROUP BY status"))
    assert set(ends) <= {"delivered", "unknown"}
    assert ends["delivered"] >= COUNT - len(lost)


async def tried(path: Path, count: int) -> bool:
    await asyncio.sleep(0)
    return len(asked(path, "SELECT 1 FROM legs")) >= count


async def certain_are_final(path: Path) -> bool:
    """Tell whether all that waits is what nobody knows about."""
    await asyncio.sleep(0)
    return not asked(path, "SELECT 1 FROM queue JOIN legs USING (message_id) WHERE NOT legs.uncertain")


async def down(one: Any) -> bool:
    await asyncio.sleep(0)
    return not one.up


async def none_left(live: Any) -> bool:
    return (await live.read(rows))["queue"] == 0  # type: ignore[no-any-return]
