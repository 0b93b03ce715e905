"""A group of processes on PostgreSQL: it accepts, delivers and tells whoever of it dies, and never binds too often.

In CI two of its processes are killed. `scripts/torture group` kills many at random moments: those that hold a
connection or the duties, any others, a parent alone, everything at once; there clients and links have processes of
their own. The SMSC is a process that nobody kills, and remembers what it took.
"""

import asyncio
import json
import os
import random
import signal
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

import aiohttp
import pytest
from sqlalchemy import func, select

from tests.databases import PostgresqlDatabases
from tests.e2e.documents import mobil_sms, pager_sms, pronto_sms, target, target_sms
from tests.faults.cluster import children
from tests.faults.processes import Process, asked, end, line, report, smsc, spawn_complaining
from tests.faults.test_kill import ANSWER, document, phone
from tests.gateway import assert_balanced, install, until
from tests.receiver import Receiver, ids, receiving
from tolmach.core.money import SCALE, parse_money
from tolmach.core.status import Status
from tolmach.services import ledger
from tolmach.store import accounts, callbacks, leases, schema
from tolmach.store.database import Database, Tx
from tolmach.store.place import Place

T = TypeVar("T")

TORTURED = "TOLMACH_TORTURE" in os.environ
TOTAL = int(os.environ.get("TOLMACH_TORTURE", "120"))
KILLS = int(os.environ.get("TOLMACH_TORTURE_KILLS", "2"))
SEED = int(os.environ.get("TOLMACH_TORTURE_SEED", "1"))
PROCESSES = int(os.environ.get("TOLMACH_TORTURE_PROCESSES", "2"))
PARENTS: Sequence[Sequence[str]] = (
    [
        ("--roles", "api,web,receipts", "--processes", str(PROCESSES)),
        ("--roles", "submit,callbacks,upkeep", "--processes", str(PROCESSES)),
    ]
    if TORTURED
    else [("--processes", "3")]
)
KINDS = ("link smsc 0", "link smsc 1", "duty upkeep", "any", "any", "parent", "group")
BINDS, WINDOW = 2, 20
PER_KILL = 3 * WINDOW  # of the messages of one death may come twice: what was on the wire or not yet stored
PATIENCE = 300 + TOTAL / 20  # a machine that does much else takes its time to start processes
REFUSED = "92"


@dataclass
class Group:
    """Parents with their children, a client that sends, and what watches the SMSC."""

    data: Path
    database: Database
    settings: dict[str, str]
    phones: str
    """The address of the SMSC's API."""
    parents: list[Process] = field(default_factory=list)
    url: str = ""
    most: int = 0
    """Connections that the SMSC has seen at a time."""
    accepted: dict[int, int] = field(default_factory=dict)

    async def start(self) -> None:
        """Start every parent, and have all of their children ready."""
        self.parents = [await self._parent(number) for number in range(len(PARENTS))]
        for number in range(len(PARENTS)):
            await self._ready(number)

    async def start_anew(self, number: int) -> None:
        """Start one parent again."""
        self.parents[number] = await self._parent(number)
        await self._ready(number)

    async def _parent(self, number: int) -> Process:
        with self.log.open("a") as log:
            return await spawn_complaining(log, self.data, "serve", "--port", "0", *PARENTS[number], **self.settings)

    async def _ready(self, number: int) -> None:
        greeting = await line(self.parents[number])
        assert greeting.startswith("Tolmach "), greeting
        if greeting.startswith("Tolmach listens on "):
            self.url = greeting.split()[-1]

    @property
    def log(self) -> Path:
        """What all of its processes say."""
        return self.data / "group.log"

    async def stop(self) -> None:
        """Let them end what they are at."""
        for parent in self.parents:
            parent.terminate()
        async with asyncio.timeout(PATIENCE):
            assert [await parent.wait() for parent in self.parents] == [0] * len(self.parents)

    async def end(self) -> None:
        """Kill all of it."""
        family = [child for parent in self.parents if parent.returncode is None for child in children(parent.pid)]
        for parent in self.parents:
            if parent.returncode is None:
                parent.kill()
        for child in family:
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        for parent in self.parents:
            await end(parent)

    @property
    def living(self) -> list[int]:
        """The children that live, by their process ids."""
        return [child for parent in self.parents for child in children(parent.pid)]

    async def read(self, function: Callable[[Tx], T]) -> T:
        return await self.database.read(function)

    async def holder(self, lease: str) -> str:
        """Return who holds a lease; "" for nobody."""
        rows = await self.read(leases.everything)
        return next((one.holder for one in rows if one.name.startswith(lease)), "")

    async def kill(self, lease: str) -> str:
        """Kill the process that holds a lease; return its name."""

        async def killed() -> str:
            name = await self.holder(lease)
            if not name or (process := _process(name)) not in self.living:
                return ""  # nobody has it, or somebody who is dead already
            os.kill(process, signal.SIGKILL)
            return name

        return await until(killed, PATIENCE)

    async def kill_any(self, chance: random.Random) -> None:
        """Kill one of the children."""

        async def living() -> list[int]:
            return self.living

        os.kill(chance.choice(await until(living, PATIENCE)), signal.SIGKILL)

    async def watch(self) -> None:
        """Count connections at the SMSC until cancelled."""
        async with aiohttp.ClientSession() as http:
            while True:
                self.most = max(self.most, await self._bound(http))
                await asyncio.sleep(0.05)

    async def _bound(self, http: aiohttp.ClientSession) -> int:
        async with http.get(f"{self.phones}/sandbox/api/smsc") as answer:
            found = await answer.json()
        return sum(session["state"].startswith("bound") for session in found["sessions"])

    async def bound(self) -> bool:
        """Tell whether every connection that the link allows is there."""
        async with aiohttp.ClientSession() as http:
            return await self._bound(http) == BINDS

    async def send(self, keys: Sequence[int]) -> None:
        """Send messages, each until it has an answer, over connections that break."""
        waiting = iter(keys)

        async def client(http: aiohttp.ClientSession) -> None:
            for key in waiting:
                while key not in self.accepted:
                    try:
                        async with http.post(f"{self.url}/xml/", data=document([key])) as answer:
                            self._take(await answer.text())
                    except (aiohttp.ClientError, ConnectionError):
                        await asyncio.sleep(0.05)

        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(PATIENCE)) as http:
            await asyncio.gather(*[client(http) for _ in range(8)])

    def _take(self, answer: str) -> None:
        for key, number in ANSWER.findall(answer):
            assert self.accepted.setdefault(int(key), int(number)) == int(number)

    async def final(self) -> None:
        """Wait until every message is final."""

        async def nothing_left() -> bool:
            return not await self.read(left)

        await until(nothing_left, PATIENCE)

    async def whole(self) -> bool:
        """Tell whether every process works, and none that is dead holds anything."""
        holders = {_process(one.holder) for one in await self.read(leases.everything)}
        return holders == set(self.living)


def _process(name: str) -> int:
    """Return the process id of a process by the name that it has in the database."""
    return int(name.split("-")[-2])


@pytest.fixture
def place(server: PostgresqlDatabases, tmp_path: Path) -> Iterator[Place]:
    (tmp_path / "near").mkdir()
    made = server.new(tmp_path / "near")
    install(made, datetime.now(UTC))
    yield made
    server.sweep()


@asynccontextmanager
async def group(place: Place, folder: Path, receiver: Receiver) -> AsyncIterator[Group]:
    database = Database(place)
    prepare(database, receiver.url)
    try:
        async with smsc(folder / "far") as (port, url):
            link = {
                "name": "smsc", "host": "127.0.0.1", "port": port, "system_id": "esme", "password": "x",
                "binds": BINDS, "window": WINDOW, "timers": {"reconnect_first": 0.05, "reconnect_most": 0.2},
            }  # fmt: skip
            settings = {
                "TOLMACH_LINKS": json.dumps([link]),
                "TOLMACH_CALLBACKS__ALLOW_PRIVATE": "true",
                "TOLMACH_DATABASE_URL": (folder / "near" / "postgresql.url").read_text(),
                "TOLMACH_LOG_LEVEL": "info",
                "TOLMACH_LOG_FORMAT": "json",
            }
            made = Group(folder / "near", database, settings, url)
            watching = asyncio.create_task(made.watch())
            try:
                await made.start()
                yield made
            except BaseException:
                print(made.log.read_text()[-20_000:])  # noqa: T201 - belongs to what pytest shows of a failure
                raise
            finally:
                watching.cancel()
                with suppress(asyncio.CancelledError):
                    await watching
                await made.end()
    finally:
        database.close()


def prepare(database: Database, url: str) -> None:
    """Give the account money, and its callback an address."""

    def work(tx: Tx) -> None:
        ledger.top_up(tx, "demo", parse_money(str(2 * TOTAL)), "", datetime.now(UTC))
        account = accounts.by_login(tx, "demo")
        assert account is not None
        accounts.change(tx, account.id, {"callback_url": url})

    database.write_now(work)


@pytest.mark.timeout(5 * PATIENCE + 60 * KILLS)
async def test_a_group_serves_all_dialects_while_its_processes_die(place: Place, tmp_path: Path) -> None:
    chance = random.Random(SEED)
    async with receiving() as receiver, group(place, tmp_path, receiver) as it:
        await dialects(it)
        await until(it.bound, PATIENCE)
        for number in range(KILLS):
            part = range(TOTAL * number // KILLS + 1, TOTAL * (number + 1) // KILLS + 1)
            sending = asyncio.create_task(it.send(part))
            enough = len(it.accepted) + (chance.randrange(len(part)) if TORTURED else len(part) // 4)
            await until(partial(accepted, it, enough), PATIENCE)
            kind = await strike(it, number, chance)
            await sending
            waiting = await it.read(left)
            report(f"{number + 1}/{KILLS} deaths, of {kind}; {len(it.accepted)} accepted, {waiting} on their way")
        await it.final()
        await until(it.bound, PATIENCE)
        await told(it, receiver)
        await until(it.whole, PATIENCE)
        await it.stop()
        await check(it, tmp_path / "far" / "sandbox.sqlite")


def left(tx: Tx) -> int:
    """Return how many messages are not final yet."""
    return int(tx.execute(select(func.count()).select_from(schema.queue)).scalar_one())


async def accepted(it: Group, enough: int) -> bool:
    return len(it.accepted) >= enough


async def dialects(it: Group) -> None:
    """Send a message in every dialect."""
    bodies = {
        "/xml/": pronto_sms(OTHERS[0]).encode(),
        "/xml/message.php": target(target_sms(), OTHERS[1]).encode(),
        "/send.xml": pager_sms(OTHERS[2]).encode(),
        "/extxml.php": mobil_sms(7, OTHERS[3]).encode("windows-1251"),
    }
    async with aiohttp.ClientSession(it.url) as http:
        for path, body in bodies.items():
            async with http.post(path, data=body) as answer:
                assert answer.status == 200
                assert b"<error>" not in (await answer.read()).replace(b"<error>0</error>", b"")


OTHERS = ("79990000100", "79990000200", "79990000300", "79990000400")


async def strike(it: Group, number: int, chance: random.Random) -> str:
    """Kill who holds a connection, then who has the duties; under torture anybody, or all. Return what died."""
    if not TORTURED:
        lease = ("link smsc", "duty upkeep")[number % 2]
        dead = await it.kill(lease)
        await until(lambda: moved(it, lease, dead), PATIENCE)
        return lease
    kind = chance.choice(KINDS)
    await asyncio.sleep(chance.uniform(0, 0.2))
    if kind == "group":
        await it.end()
        await it.start()
    elif kind == "parent":
        which = chance.randrange(len(it.parents))
        it.parents[which].kill()  # its children notice, and stop by themselves
        await it.parents[which].wait()
        await it.start_anew(which)
    elif kind == "any":
        await it.kill_any(chance)
    else:
        await it.kill(kind)
    return kind


async def moved(it: Group, lease: str, dead: str) -> bool:
    """Tell whether somebody else has a lease now, and nobody says any more that the dead process lives."""
    rows = await it.read(leases.everything)
    holders = {one.holder for one in rows if one.name.startswith(lease)}
    return bool(holders) and dead not in {one.holder for one in rows}


async def told(it: Group, receiver: Receiver) -> None:
    """Wait until the callbacks are acknowledged, and see that each message was told."""

    async def nothing_due() -> bool:
        return await it.read(callbacks.next_due) is None

    await until(nothing_due, PATIENCE)
    assert {str(number) for number in it.accepted.values()} <= {one for body in receiver.bodies for one in ids(body)}


async def check(it: Group, phones: Path) -> None:
    """Nothing is lost or charged twice; what came twice is marked; nobody holds anything; never were too many bound."""
    assert it.most == BINDS
    assert await it.read(leases.everything) == []
    await it.read(assert_balanced)
    assert it.accepted.keys() == set(range(1, TOTAL + 1))
    rows = await it.read(lambda tx: tx.execute(select(schema.legs.c.message_id, schema.legs.c.status)).all())
    ends = {row.message_id: row.status for row in rows}
    words = {"90": Status.UNDELIVERED, "91": Status.EXPIRED, REFUSED: Status.REFUSED}
    expected = {number: words.get(phone(key)[-2:], Status.DELIVERED).value for key, number in it.accepted.items()}
    assert {number: ends.get(number) for number in it.accepted.values()} == expected
    await it.read(lambda tx: check_money(tx, it))
    arrived = Counter(row[0] for row in asked(phones, "SELECT phone FROM message"))
    numbers = {phone(key): number for key, number in it.accepted.items()}
    assert arrived.keys() == {one for one in numbers if not one.endswith(REFUSED)} | set(OTHERS)
    uncertain = await it.read(
        lambda tx: set(tx.execute(select(schema.legs.c.message_id).where(schema.legs.c.uncertain)).scalars())
    )
    several = [one for one, count in arrived.items() if count > 1]
    sent = select(schema.messages.c.id).where(schema.messages.c.recipient.in_(several))
    twice = await it.read(lambda tx: set(tx.execute(sent).scalars()))
    extra = sum(arrived.values()) - len(arrived)
    report(
        f"{TOTAL} messages, {KILLS} deaths: lost 0, charged twice 0, without a final status 0, the ledger sums;"
        f" {extra} second submissions of {len(twice)} messages, {len(uncertain)} marked,"
        f" not marked {len(twice - uncertain)}; bound at a time {it.most}"
    )
    assert twice <= uncertain
    assert extra <= PER_KILL * KILLS
    complained = [json.loads(words) for words in it.log.read_text().splitlines()]
    assert [entry for entry in complained if "exception" in entry] == []


def check_money(tx: Tx, it: Group) -> None:
    """Each message was held once and then paid or given back, once."""
    columns = schema.ledger.c
    moved: dict[int, list[tuple[str, int]]] = {}
    entries = select(columns.message_id, columns.kind, columns.held).where(columns.message_id.is_not(None))
    for number, kind, held in tx.execute(entries.order_by(columns.id)):
        moved.setdefault(number, []).append((kind, int(held)))
    for key, number in it.accepted.items():
        settled = "release" if phone(key).endswith(REFUSED) else "capture"
        assert moved.pop(number) == [("hold", SCALE), (settled, -SCALE)]
    assert len(moved) == len(OTHERS)
