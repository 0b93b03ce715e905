"""A rolling upgrade under load: the version before is replaced, and no client is refused, no message lost.

An earlier commit is taken out of the history, built as an installation builds it, and run as a group on PostgreSQL
behind what stands for a balancer. Beside it, while messages flow, this version migrates the database and starts; then
the earlier one leaves the balancer and is told to stop. Only `scripts/torture upgrade` runs it, for it needs history:
`TOLMACH_TORTURE_FROM` names the commit, else it is the one before the newest migration.
"""

import asyncio
import json
import os
import random
import subprocess
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import aiohttp
import pytest

from tests.databases import restarted
from tests.faults.load import CONNECTIONS, SIZES, Load, check, document, finished
from tests.faults.ports import free_ports
from tests.faults.processes import Process, end, line, report, smsc, spawn_complaining
from tests.faults.test_kill import ANSWER
from tests.gateway import until
from tolmach.store.postgresql import PostgresqlServer

TOTAL = int(os.environ.get("TOLMACH_TORTURE", "1000"))
SEED = int(os.environ.get("TOLMACH_TORTURE_SEED", "1"))
PROCESSES = int(os.environ.get("TOLMACH_TORTURE_PROCESSES", "2"))
FROM = os.environ.get("TOLMACH_TORTURE_FROM", "")
ROOT = Path(__file__).parents[2]
MIGRATIONS = "src/tolmach/store/migrations/versions"
PATIENCE = 300.0 + TOTAL / 10
PAUSE = 0.02  # seconds between the requests of a connection: they have to last until the end

Settings = dict[str, str]

PREPARE = """
import sys
from datetime import UTC, datetime
from tests.gateway import install
from tolmach.core.money import parse_money
from tolmach.services import ledger
from tolmach.store.database import Database
from tolmach.store.postgresql import PostgresqlServer

place = PostgresqlServer(sys.argv[1])
install(place, datetime.now(UTC))
database = Database(place)
database.write_now(lambda tx: ledger.top_up(tx, "demo", parse_money("1000000"), "", datetime.now(UTC)))
database.close()
"""

pytestmark = pytest.mark.skipif(
    "TOLMACH_TORTURE" not in os.environ, reason="needs the history: scripts/torture upgrade"
)


def git(*arguments: str) -> bytes:
    return subprocess.run(["git", *arguments], cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout


def earlier() -> str:
    """Return the commit to begin with."""
    if FROM:
        return git("rev-parse", FROM).decode().strip()
    newest = max(path.name for path in (ROOT / MIGRATIONS).glob("0*.py"))
    added = git("log", "-1", "--diff-filter=A", "--format=%H", "--", f"{MIGRATIONS}/{newest}").decode().strip()
    return git("rev-parse", f"{added}^").decode().strip()


def install_earlier(commit: str, folder: Path) -> str:
    """Have a commit's files in a folder, installed with the packages that it names; return its Python."""
    folder.mkdir()
    subprocess.run(["tar", "-x"], cwd=folder, input=git("archive", commit), check=True)
    subprocess.run(["scripts/setup", "dev"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return str(folder / ".venv" / "bin" / "python")


@dataclass
class Flow:
    """Clients behind a balancer: each request goes to one of the gateways that it has."""

    load: Load
    urls: list[str] = field(default_factory=list)
    keys: "count[int]" = field(default_factory=lambda: count(1))
    slowest: float = 0.0
    """Seconds that the slowest request took."""
    ended: bool = False

    async def run(self) -> None:
        """Send until told to end; everything that was begun gets its ids."""
        timeout = aiohttp.ClientTimeout(PATIENCE)
        async with aiohttp.ClientSession(timeout=timeout) as http, asyncio.TaskGroup() as group:
            for _ in range(CONNECTIONS):
                group.create_task(self._client(http))

    async def _client(self, http: aiohttp.ClientSession) -> None:
        while not self.ended:
            keys = [next(self.keys) for _ in range(self.load.chance.choice(SIZES))]
            while not await self._sent(http, keys):
                self.load.refused += 1
            await asyncio.sleep(PAUSE)

    async def _sent(self, http: aiohttp.ClientSession, keys: list[int]) -> bool:
        begun = time.monotonic()
        async with http.post(f"{self.load.chance.choice(self.urls)}/xml/", data=document(keys)) as answer:
            found = ANSWER.findall(await answer.text())
        self.slowest = max(self.slowest, time.monotonic() - begun)
        for key, number in found:
            assert self.load.accepted.setdefault(int(key), int(number)) == int(number)
        return len(found) == len(keys)

    async def more(self) -> None:
        """Wait until another quarter of the messages has been accepted."""
        enough = len(self.load.accepted) + TOTAL // 4

        async def accepted() -> bool:
            return len(self.load.accepted) >= enough

        await until(accepted, PATIENCE)


@pytest.mark.timeout(10 * PATIENCE)
async def test_an_earlier_version_is_replaced_while_messages_flow(tmp_path: Path) -> None:
    commit, old = earlier(), tmp_path / "old"
    python = await asyncio.to_thread(install_earlier, commit, old)
    flow = Flow(Load(0, random.Random(SEED)))
    with restarted() as server:
        place = PostgresqlServer(server.url)
        await asyncio.to_thread(prepare, server.url, python, old)
        report(f"the version of {commit[:12]}, schema {await schema(place)}")
        async with smsc(tmp_path) as (port, _), AsyncExitStack() as stack:
            settings = {
                "TOLMACH_DATABASE_URL": server.url,
                "TOLMACH_LOG_LEVEL": "warning",
                "TOLMACH_LOG_FORMAT": "json",
                "TOLMACH_LINKS": links(port),
            }
            await replace(stack, flow, place, tmp_path, (settings | {"python": python}, settings))
        twice = check(place, tmp_path, flow.load)
    said = [json.loads(words) for words in (tmp_path / "gateway.log").read_text().splitlines()]
    report(
        f"{flow.load.total} messages: refused {flow.load.refused}, lost 0, charged twice 0, without a final status 0,"
        f" {twice} came twice; the slowest request took {flow.slowest:.2f} s;"
        f" logged: {', '.join(sorted({entry['event'] for entry in said}))}"
    )
    assert [entry for entry in said if "exception" in entry] == []
    assert flow.load.refused == 0
    assert twice == 0


async def replace(
    stack: AsyncExitStack, flow: Flow, place: PostgresqlServer, data: Path, versions: tuple[Settings, Settings]
) -> None:
    """Run the first of two versions, migrate, run the second beside it, stop the first; messages flow all the time."""
    before, after = versions
    first, second = [f"http://127.0.0.1:{number}" for number in free_ports(2)]
    earlier_one = await serve(stack, data, first, before)
    flow.urls = [first]
    sending = asyncio.create_task(flow.run())
    stack.callback(sending.cancel)
    await flow.more()
    began = time.monotonic()
    await run(data, after, "migrate")
    report(f"migrated to {await schema(place)} in {time.monotonic() - began:.1f} s of the clock")
    await flow.more()
    later_one = await serve(stack, data, second, after)
    flow.urls.append(second)
    report(f"both versions work, {len(flow.load.accepted)} accepted")
    await flow.more()
    flow.urls.remove(first)
    await stop(earlier_one)
    report(f"the earlier version has stopped, {len(flow.load.accepted)} accepted")
    await flow.more()
    flow.ended = True
    await sending
    flow.load.total = len(flow.load.accepted)
    await finished(place, PATIENCE)
    await stop(later_one)


def prepare(url: str, python: str, old: Path) -> None:
    """Install the database as the earlier version does."""
    subprocess.run([python, "-c", PREPARE, url], check=True, cwd=old)


def links(port: int) -> str:
    link = {
        "name": "smsc", "type": "smpp", "host": "127.0.0.1", "port": port, "system_id": "esme", "password": "x",
        "binds": 2 * PROCESSES, "window": 20, "timers": {"reconnect_first": 0.05, "reconnect_most": 0.2},
    }  # fmt: skip
    return json.dumps([link])


async def serve(stack: AsyncExitStack, data: Path, url: str, settings: Settings) -> Process:
    """Start a group that listens at an address."""
    with (data / "gateway.log").open("a") as log:
        words = ("serve", "--port", url.rpartition(":")[2], "--processes", str(PROCESSES))
        process = await spawn_complaining(log, data, *words, **settings)
    stack.push_async_callback(end, process)
    assert (await line(process)).startswith("Tolmach listens on "), (data / "gateway.log").read_text()
    return process


async def stop(process: Process) -> None:
    """Have a group end what it is at."""
    process.terminate()
    async with asyncio.timeout(PATIENCE):
        assert await process.wait() == 0


async def run(data: Path, settings: Settings, *words: str) -> None:
    """Run a command of this version to its end."""
    with (data / "command.log").open("a") as log:
        process = await spawn_complaining(log, data, *words, **settings)
    await process.communicate()
    assert process.returncode == 0, (data / "command.log").read_text()


async def schema(place: PostgresqlServer) -> str:
    """Return the revision of a database."""

    def asked() -> str:
        connection = place.connect()
        try:
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        finally:
            connection.close()
        assert row is not None
        return str(row[0])

    return await asyncio.to_thread(asked)
