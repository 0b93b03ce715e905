"""PgBouncer or PostgreSQL behind it dies while messages flow: none is lost, none is charged twice, the gateway goes on.

PgBouncer lends a session for a transaction at a time, and has as many as docs/operations/postgresql.md asks for.
Only `scripts/torture pooler` runs it: what lost its session in the middle is waited for until its claim has run out.
"""

import os
import random
from pathlib import Path

import pytest

from tests.databases import programs, restarted
from tests.faults.load import PROCESSES, Load, check, complaints, finished, gateway, prepare
from tests.faults.processes import WATCHED, report
from tests.pooler import PROGRAM, pooler
from tolmach.store.postgresql import WRITERS, PostgresqlServer

TOTAL = int(os.environ.get("TOLMACH_TORTURE", "2000"))
KILLS = int(os.environ.get("TOLMACH_TORTURE_KILLS", "40"))
SEED = int(os.environ.get("TOLMACH_TORTURE_SEED", "1"))
LIFE = 0.6  # seconds that both live at most once messages flow
SESSIONS = WRITERS * PROCESSES + 1
PATIENCE = 120 + TOTAL / 10

pytestmark = [
    pytest.mark.skipif(not WATCHED, reason="takes long: scripts/torture pooler"),
    pytest.mark.skipif(programs() is None, reason="no PostgreSQL server is installed"),
    pytest.mark.skipif(PROGRAM is None, reason="PgBouncer is not installed"),
]


@pytest.mark.timeout(120 + TOTAL / 5 + 10 * KILLS)
async def test_a_pooler_dies_at_random_moments(tmp_path: Path) -> None:
    load = Load(TOTAL, random.Random(SEED))
    with restarted() as server, pooler(server.url, "transaction", SESSIONS) as between:
        place = PostgresqlServer(server.url, between.url(server.url))
        prepare(place, load)
        async with gateway(tmp_path, place) as url:

            async def die(death: int) -> None:
                one = server if death % 2 else between
                await load.live_and_die(url, LIFE, one.kill, one.start)

            await load.beside_deaths(url, KILLS, die)
            await finished(place, PATIENCE)
        twice = check(place, tmp_path, load)
    report(
        f"{TOTAL} messages, {KILLS} deaths of PgBouncer and PostgreSQL in turn: lost 0, charged twice 0,"
        f" {load.refused} requests came again, {load.unanswered} had no answer,"
        f" {twice} messages twice, all marked; logged: {', '.join(sorted(complaints(tmp_path)))}"
    )
