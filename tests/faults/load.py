"""Messages that flow while a database fails: who sends them, and what has to be true of them in the end.

Works on any database. The gateway lives all the time; what it answers with "come again" is sent again under the same
client ids, as clients do.
"""

import asyncio
import json
import os
import random
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
from sqlalchemy import select, text

from tests.clock import NOON
from tests.e2e.documents import pronto
from tests.faults.processes import PHONES, START, end, line, report, smsc, spawn_complaining
from tests.faults.test_kill import ANSWER
from tests.gateway import assert_balanced, install, until
from tolmach.core.money import SCALE, parse_money
from tolmach.services import ledger
from tolmach.store import schema
from tolmach.store.database import Database, Tx
from tolmach.store.place import Place
from tolmach.store.postgresql import PostgresqlServer

ENDINGS = ("00", "17", "42", "89", "90", "91", "92", "94", "95")  # all of them end soon
REFUSED = "92"
WORDS = {"90": "undelivered", "91": "expired", REFUSED: "refused"}  # else delivered
SIZES = (1, 1, 1, 7, 20)
CONNECTIONS = 4
COME_AGAIN = 0.05  # seconds after which a client that was told to come again does
PROCESSES = int(os.environ.get("TOLMACH_TORTURE_PROCESSES", "1"))  # of the gateway


def phone(key: int) -> str:
    return f"79{key:07}{ENDINGS[key % len(ENDINGS)]}"


@dataclass
class Load:
    """So many messages by their client ids, and the ids under which they were accepted."""

    total: int
    chance: random.Random
    accepted: dict[int, int] = field(default_factory=dict)
    refused: int = 0  # requests that were told to come again
    unanswered: int = 0  # requests whose connection was ended without an answer
    quota: int = 0

    async def send(self, url: str) -> None:
        """Send what has no id yet, up to the quota, until all of it has one."""
        async with aiohttp.ClientSession(url, timeout=aiohttp.ClientTimeout(60)) as http:
            await asyncio.gather(*[self._send(http, part) for part in range(CONNECTIONS)])

    async def beside_deaths(self, url: str, deaths: int, die: Callable[[int], Awaitable[None]]) -> None:
        """Send everything in equal shares; something dies (and comes back) beside each of them but the last."""
        for death in range(deaths):
            self.quota = self.total * (death + 1) // (deaths + 1)
            await die(death)
            report(f"{death + 1}/{deaths} deaths, {len(self.accepted)} accepted")
        self.quota = self.total
        await self.send(url)

    async def live_and_die(self, url: str, life: float, down: Callable[[], object], up: Callable[[], object]) -> None:
        """Have messages flow, take something away at a random moment of ``life`` seconds, and bring it back."""
        sending = asyncio.create_task(self.send(url))
        await asyncio.sleep(self.chance.uniform(0, life))
        await asyncio.to_thread(down)
        await asyncio.sleep(self.chance.uniform(0, life))
        await asyncio.to_thread(up)
        await sending

    async def _send(self, http: aiohttp.ClientSession, part: int) -> None:
        while waiting := [key for key in range(1 + part, self.quota + 1, CONNECTIONS) if key not in self.accepted]:
            try:
                async with http.post("/xml/", data=document(waiting[: self.chance.choice(SIZES)])) as response:
                    answer = await response.text()
            except aiohttp.ServerDisconnectedError:  # of a commit that nobody knows about: the same ids are asked again
                self.unanswered += 1
                await asyncio.sleep(COME_AGAIN)
                continue
            found = ANSWER.findall(answer)
            for key, number in found:
                assert self.accepted.setdefault(int(key), int(number)) == int(number)  # the same id for ever
            if not found:
                self.refused += 1
                await asyncio.sleep(COME_AGAIN)


def document(keys: list[int]) -> bytes:
    abonents = "".join(f'<abonent phone="{phone(key)}" number_sms="{key}" client_id_sms="k{key}"/>' for key in keys)
    return pronto(f"<message><sender>INFORM</sender><text>Load</text>{abonents}</message>").encode()


def left(database: Database) -> int:
    """Return how many messages are not final yet."""
    return database.read_now(lambda tx: int(tx.execute(text("SELECT count(*) FROM queue")).scalar_one()))


def check(place: Place, data: Path, load: Load) -> int:
    """See that nothing is lost, charged twice or without an end; return how many came twice, all of them marked."""
    assert load.accepted.keys() == set(range(1, load.total + 1))
    assert len(set(load.accepted.values())) == load.total
    database = Database(place)
    try:
        database.read_now(assert_balanced)
        database.read_now(lambda tx: _check_money(tx, load))
        uncertain = database.read_now(_uncertain)
    finally:
        database.close()
    return _check_phones(data / "sandbox.sqlite", load, uncertain)


def _check_money(tx: Tx, load: Load) -> None:
    """Each message is there once, ended as its number says, was held once and then paid or given back, once."""
    stored = set(tx.execute(select(schema.messages.c.id)).scalars())
    assert stored == set(load.accepted.values())
    ends = {row[0]: row[1] for row in tx.execute(select(schema.legs.c.message_id, schema.legs.c.status))}
    assert ends == {number: WORDS.get(phone(key)[-2:], "delivered") for key, number in load.accepted.items()}
    columns = schema.ledger.c
    moved: dict[int, list[tuple[str, int]]] = {}
    entries = select(columns.message_id, columns.kind, columns.held).where(columns.message_id.is_not(None))
    for number, kind, held in tx.execute(entries.order_by(columns.id)):
        moved.setdefault(number, []).append((kind, int(held)))
    for key, number in load.accepted.items():
        settled = "release" if phone(key).endswith(REFUSED) else "capture"
        assert moved.pop(number) == [("hold", SCALE), (settled, -SCALE)]
    assert moved == {}


def _uncertain(tx: Tx) -> set[int]:
    return set(tx.execute(select(schema.legs.c.message_id).where(schema.legs.c.uncertain)).scalars())


def _check_phones(phones: Path, load: Load, uncertain: set[int]) -> int:
    with closing(sqlite3.connect(phones)) as tables:
        arrived = Counter(row[0] for row in tables.execute("SELECT phone FROM message"))
    numbers: Mapping[str, int] = {phone(key): number for key, number in load.accepted.items()}
    assert arrived.keys() == {one for one in numbers if not one.endswith(REFUSED)}
    twice = {numbers[one] for one, count in arrived.items() if count > 1}
    assert twice <= uncertain
    return len(twice)


@asynccontextmanager
async def gateway(data: Path, place: PostgresqlServer) -> AsyncIterator[str]:
    """A gateway with virtual phones on a database, and its address. It must still run at the end of the block.

    Where it has several processes the phones are in one of their own, behind an SMPP link.
    """
    settings = {"TOLMACH_DATABASE_URL": place.url, "TOLMACH_LOG_FORMAT": "json"}
    if place.pooler:
        settings["TOLMACH_DATABASE_POOLER_URL"] = place.pooler
    async with AsyncExitStack() as stack:
        if PROCESSES == 1:
            settings |= PHONES
        else:
            port, _ = await stack.enter_async_context(smsc(data))
            settings["TOLMACH_LINKS"] = links(port)
        with (data / "gateway.log").open("w") as log:
            count = ("--processes", str(PROCESSES))
            process = await spawn_complaining(log, data, "serve", "--port", "0", *count, **settings)
        try:
            yield (await line(process)).split()[-1]
            assert process.returncode is None
        finally:
            process.terminate()  # children of a parent that is killed would go on for a moment
            await end_softly(process)


def links(port: int) -> str:
    """Return the setting of a link to an SMSC of this machine."""
    quick = {"reconnect_first": 0.05, "reconnect_most": 0.2}
    link = {
        "name": "smsc", "type": "smpp", "host": "127.0.0.1", "port": port, "system_id": "esme", "password": "x",
        "binds": PROCESSES, "window": 20, "timers": quick,
    }  # fmt: skip
    return json.dumps([link])


async def end_softly(process: asyncio.subprocess.Process) -> None:
    """Wait until a process that was told to stop has done so; kill it when it does not."""
    try:
        async with asyncio.timeout(START):
            await process.wait()
    except TimeoutError:
        process.kill()
    await end(process)


def complaints(data: Path) -> set[str]:
    """Return what a gateway complained of; none of it may be a bug, which is logged with its traceback."""
    entries = [json.loads(words) for words in (data / "gateway.log").read_text().splitlines()]
    assert [entry for entry in entries if "exception" in entry] == []
    return {entry["event"] for entry in entries}


def prepare(place: Place, load: Load) -> None:
    """Install the demonstration's account, with money for all messages."""
    install(place, NOON)
    database = Database(place)
    database.write_now(lambda tx: ledger.top_up(tx, "demo", parse_money(str(2 * load.total)), "", NOON))
    database.close()


async def finished(place: Place, patience: float) -> None:
    """Wait until every message is final."""
    database = Database(place)

    async def none_left() -> bool:
        return await asyncio.to_thread(left, database) == 0

    await until(none_left, patience)
    database.close()
