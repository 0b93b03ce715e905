"""The primary of a PostgreSQL cluster is killed under load: the gateway finds the next one by itself.

Three nodes with Patroni and etcd, of the files in deploy/high-availability, with synchronous replication. Every id that
was returned is there after each failover, nothing is charged twice. `TOLMACH_TORTURE` sets the size and the number of
failovers (`scripts/torture ha`); there every second one takes a whole node, whose lease has to run out first.
"""

import asyncio
import os
import random
import time
from pathlib import Path

import pytest

from tests.faults.cluster import PATIENCE, Cluster, Node, cluster, missing
from tests.faults.load import Load, check, complaints, finished, gateway, prepare
from tests.faults.processes import report
from tests.gateway import until
from tolmach.store.postgresql import PostgresqlServer

FULL = "TOLMACH_TORTURE" in os.environ
TOTAL = int(os.environ.get("TOLMACH_TORTURE", "300"))
KILLS = int(os.environ.get("TOLMACH_TORTURE_KILLS", "1"))
SEED = int(os.environ.get("TOLMACH_TORTURE_SEED", "1"))

pytestmark = pytest.mark.skipif(bool(missing()), reason=f"not installed: {missing()}")


@pytest.mark.timeout(240 + TOTAL / 5 + 120 * KILLS)
async def test_the_primary_is_killed_under_load(tmp_path: Path) -> None:
    load = Load(TOTAL, random.Random(SEED))
    with cluster() as nodes:
        await until(nodes.whole, PATIENCE)
        place = PostgresqlServer(nodes.url("postgres"))
        prepare(place, load)
        async with gateway(tmp_path, place) as url:
            for kill in range(KILLS):
                load.quota = TOTAL * (kill + 1) // (KILLS + 1)
                await _fail_over(nodes, load, url, node_too=kill % 2 == 1)
            load.quota = TOTAL
            await load.send(url)
            await finished(place, PATIENCE + TOTAL / 10)
        twice = check(place, tmp_path, load)
    report(
        f"{TOTAL} messages, {KILLS} failovers: lost 0, charged twice 0,"
        f" {load.refused} requests came again, {load.unanswered} had no answer,"
        f" {twice} messages twice, all marked; logged: {', '.join(sorted(complaints(tmp_path)))}"
    )


async def _fail_over(nodes: Cluster, load: Load, url: str, *, node_too: bool) -> None:
    """Have messages flow, kill the primary at a random moment, see that they flow again, bring the node back."""
    primary = await until(nodes.whole, PATIENCE)
    assert primary is not None
    known = len(load.accepted)
    sending = asyncio.create_task(load.send(url))
    await until(lambda: _more(load, known))
    await asyncio.sleep(load.chance.uniform(0, 0.2))
    start, known = time.monotonic(), len(load.accepted)
    await asyncio.to_thread(primary.kill if node_too else primary.kill_server)
    load.quota = min(load.total, load.quota + 20)  # there is something to accept afterwards, however early it died
    await sending
    await load.send(url)
    took = time.monotonic() - start
    await until(lambda: _other(nodes, primary), PATIENCE)
    if node_too:
        nodes.start(primary)
    report(f"{'node' if node_too else 'server'} of {primary.name} died with {known} accepted: {took:.1f} s to go on")


async def _more(load: Load, known: int) -> bool:
    """Tell whether messages flow."""
    return len(load.accepted) > known


async def _other(nodes: Cluster, old: Node) -> Node | None:
    """Return the new primary once there is one."""
    found = await nodes.primary()
    return None if found is old else found
