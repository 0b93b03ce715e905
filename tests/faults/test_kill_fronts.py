"""``kill -9`` of front processes and of the process behind them: nothing that was answered is lost or charged twice.

In CI four of them are killed, two of each kind; `scripts/torture fronts` kills many at random. What was not answered is
sent again under the same client ids.
"""

import asyncio
import os
import random
import signal
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest

from tests.databases import Databases
from tests.faults import load as loads
from tests.faults.cluster import children
from tests.faults.load import Load, check, finished, prepare
from tests.faults.processes import PHONES, Process, line, report, spawn_complaining
from tests.gateway import until

TOTAL = int(os.environ.get("TOLMACH_TORTURE", "300"))
KILLS = int(os.environ.get("TOLMACH_TORTURE_KILLS", "4"))
SEED = int(os.environ.get("TOLMACH_TORTURE_SEED", "1"))
FRONTS = int(os.environ.get("TOLMACH_TORTURE_FRONTS", "2"))
AGAIN = 0.05  # seconds after which a client whose connection broke tries again


@dataclass
class Patient(Load):
    """Clients that send again when a connection ends without an answer."""

    broken: int = 0

    async def _send(self, http: aiohttp.ClientSession, part: int) -> None:
        while True:
            try:
                return await super()._send(http, part)
            except (aiohttp.ClientError, ConnectionError):
                self.broken += 1
                await asyncio.sleep(AGAIN)


async def born(parent: Process, count: int) -> Sequence[int]:
    """Return the children of a parent by age, once there are so many."""

    async def all_there() -> Sequence[int]:
        found = sorted(children(parent.pid))
        return found if len(found) == count else ()

    return await until(all_there, 300)


async def kill_one(parent: Process, url: str, load: Load, death: int, worker: list[int]) -> None:
    """Kill the process that works, or a front, in the middle of the load; the parent starts it anew."""
    sending = asyncio.create_task(load.send(url))
    found = await born(parent, 1 + FRONTS)
    await asyncio.sleep(load.chance.uniform(0, 0.3))
    fronts = [pid for pid in found if pid not in worker]
    works = death % 2 == 0
    victim = worker[0] if works else load.chance.choice(fronts)
    os.kill(victim, signal.SIGKILL)

    async def replaced() -> Sequence[int]:
        now = await born(parent, 1 + FRONTS)
        return now if victim not in now else ()

    after = await until(replaced, 300)
    if works:
        worker[:] = [pid for pid in after if pid not in found]
    await sending


@pytest.mark.timeout(120 + KILLS * 60 + TOTAL)
async def test_kill_fronts_and_the_process_behind_them(databases: Databases, tmp_path: Path) -> None:
    place = databases.new(tmp_path)
    load = Patient(TOTAL, random.Random(SEED))
    prepare(place, load)
    count = ("--fronts", str(FRONTS))
    with (tmp_path / "gateway.log").open("w") as log:
        parent = await spawn_complaining(
            log, tmp_path, "serve", "--port", "0", *count, TOLMACH_LOG_FORMAT="json", **PHONES
        )
    try:
        url = (await line(parent)).split()[-1]
        found = await born(parent, 1 + FRONTS)
        worker = [found[0]]  # it is started first
        await load.beside_deaths(url, KILLS, lambda death: kill_one(parent, url, load, death, worker))
        await finished(place, 300)
        assert parent.returncode is None
    finally:
        parent.terminate()
        await loads.end_softly(parent)
    twice = check(place, tmp_path, load)
    assert loads.complaints(tmp_path) <= {"a process has died"}
    report(f"{load.broken} connections broke, {load.refused} came again, {twice} came twice, all marked")
