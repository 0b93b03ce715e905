"""PostgreSQL itself dies or is stopped while messages flow: none is lost, none is charged twice, the gateway goes on.

The postmaster and all of its processes by ``kill -9`` (which ends in crash recovery), a backend in the middle of its
work (the server then ends all the others and recovers), and a stop and start as an administrator does it.
`TOLMACH_TORTURE` sets the size (`scripts/torture postgresql`), else it is small.
"""

import os
import random
from pathlib import Path

import pytest

from tests.databases import programs, restarted
from tests.faults.load import Load, check, complaints, finished, gateway, prepare
from tests.faults.processes import report
from tolmach.store.postgresql import PostgresqlServer

TOTAL = int(os.environ.get("TOLMACH_TORTURE", "400"))
KILLS = int(os.environ.get("TOLMACH_TORTURE_KILLS", "4"))
SEED = int(os.environ.get("TOLMACH_TORTURE_SEED", "1"))
LIFE = 0.6  # seconds that a server lives at most once messages flow
WAYS = ("kill", "kill_backend", "stop", "halt")
PATIENCE = 120 + TOTAL / 10

pytestmark = pytest.mark.skipif(programs() is None, reason="no PostgreSQL server is installed")


@pytest.mark.timeout(120 + TOTAL / 5 + 10 * KILLS)
async def test_postgresql_dies_at_random_moments(tmp_path: Path) -> None:
    load = Load(TOTAL, random.Random(SEED))
    with restarted() as server:
        place = PostgresqlServer(server.url)
        prepare(place, load)
        async with gateway(tmp_path, place) as url:

            async def die(death: int) -> None:
                down = getattr(server, WAYS[death % len(WAYS)])
                await load.live_and_die(url, LIFE, down, server.start)

            await load.beside_deaths(url, KILLS, die)
            await finished(place, PATIENCE)
        twice = check(place, tmp_path, load)
    report(
        f"{TOTAL} messages, {KILLS} deaths of PostgreSQL: lost 0, charged twice 0,"
        f" {load.refused} requests came again, {load.unanswered} had no answer,"
        f" {twice} messages twice, all marked; logged: {', '.join(sorted(complaints(tmp_path)))}"
    )
