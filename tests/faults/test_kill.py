"""``kill -9`` in the middle of the load: nothing that was answered is lost, nothing is charged twice.

A real process on a real file serves eight connections that send five thousand messages, one and two hundred at a time.
It is killed three times on the way. What was not answered is sent again under the same client ids, as clients do.
"""

import asyncio
import os
import re
import sqlite3
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import aiohttp
import pytest

from tests.e2e.documents import pronto, pronto_states
from tests.faults.processes import START, setting
from tests.gateway import assert_balanced, until
from tolmach.core.money import SCALE, parse_money
from tolmach.services import ledger
from tolmach.store.database import Database

TOTAL = 5_000
LARGE, SIZE = 18, 200  # requests of two hundred messages; all others have one
CONNECTIONS = 8
KILLS = (0.25, 0.5, 0.75)  # of the messages have been answered
ENDINGS = ("00", "17", "42", "89", "90", "91", "92", "94", "95")  # all of them end soon
WORDS = {"90": "not_deliver", "91": "expired", "92": "not_deliver"}  # else deliver
FREE = "92"  # refused by the carrier

ANSWER = re.compile(r'number_sms="([0-9]+)" id_sms="([0-9]+)" parts="1">send<')
_STATE = re.compile(r'<state id_sms="([0-9]+)"[^>]*>([^<]*)</state>')


@dataclass
class Load:
    """The messages, by their client ids, and the ids under which they were accepted."""

    requests: list[Sequence[int]] = field(default_factory=list)
    accepted: dict[int, int] = field(default_factory=dict)
    milestone: int = TOTAL
    reached: asyncio.Event = field(default_factory=asyncio.Event)

    def take(self, answer: str) -> None:
        """Note the ids that an answer gives; the same client id has the same id for ever."""
        for key, number in ANSWER.findall(answer):
            assert self.accepted.setdefault(int(key), int(number)) == int(number)
        if len(self.accepted) >= self.milestone:
            self.reached.set()


def phone(key: int) -> str:
    return f"79{key:07}{ENDINGS[key % len(ENDINGS)]}"


def document(keys: Sequence[int]) -> bytes:
    abonents = "".join(f'<abonent phone="{phone(key)}" number_sms="{key}" client_id_sms="k{key}"/>' for key in keys)
    return pronto(f"<message><sender>INFORM</sender><text>Load</text>{abonents}</message>").encode()


def requests() -> list[Sequence[int]]:
    """Return the load, large and small requests in turn."""
    keys = range(1, TOTAL + 1)
    large = [keys[start : start + SIZE] for start in range(0, LARGE * SIZE, SIZE)]
    small: list[Sequence[int]] = [keys[number : number + 1] for number in range(LARGE * SIZE, TOTAL)]
    step = len(small) // LARGE
    for number, request in enumerate(large):
        small.insert(number * (step + 1), request)
    return small


@asynccontextmanager
async def process(data: Path) -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    """A gateway in a process of its own, and its address; it is killed at the end."""
    environment = {
        **os.environ,
        "TOLMACH_DATA": str(data),
        "TOLMACH_SANDBOX__ENABLED": "true",
        "TOLMACH_SANDBOX__DELAY": "0.01",
        "TOLMACH_LOG_LEVEL": "error",
        **setting(data),
    }
    gateway = await asyncio.create_subprocess_exec(
        sys.executable, "-c", "from tolmach.cli import main; main()", "serve", "--port", "0",
        env=environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert gateway.stdout is not None
    assert gateway.stderr is not None
    try:
        async with asyncio.timeout(START):
            greeting = (await gateway.stdout.readline()).decode()
        assert greeting.startswith("Tolmach listens on "), (await gateway.stderr.read()).decode()
        yield gateway, greeting.split()[-1]
    finally:
        if gateway.returncode is None:
            gateway.kill()
        _, complaints = await gateway.communicate()
        assert complaints == b""


async def send(load: Load, url: str) -> None:
    """Send what has no answer yet over several connections, until all is answered or the gateway has gone."""
    waiting = iter([keys for keys in load.requests if keys[0] not in load.accepted])

    async def client(http: aiohttp.ClientSession) -> None:
        for keys in waiting:
            try:
                async with http.post("/xml/", data=document(keys)) as response:
                    load.take(await response.text())
            except (aiohttp.ClientError, ConnectionError):
                return

    async with aiohttp.ClientSession(url, connector=aiohttp.TCPConnector(limit=CONNECTIONS)) as http:
        await asyncio.gather(*[client(http) for _ in range(CONNECTIONS)])


async def states(url: str, ids: Sequence[int]) -> dict[int, str]:
    """Ask for statuses, as a client does."""
    found: dict[int, str] = {}
    async with aiohttp.ClientSession(url) as http:
        for start in range(0, len(ids), 1000):
            async with http.post("/xml/state.php", data=pronto_states(ids[start : start + 1000]).encode()) as answer:
                found.update((int(number), word) for number, word in _STATE.findall(await answer.text()))
    return found


@pytest.mark.timeout(180)
async def test_kill_in_the_middle_of_a_load(installation: Path) -> None:
    path = installation / "tolmach.sqlite"
    database = Database(path)
    now = datetime.fromisoformat("2026-03-02T12:00:00Z")
    database.write_now(lambda tx: ledger.top_up(tx, "demo", parse_money("9000"), "", now))
    database.close()
    load = Load(requests())
    survived: list[int] = []
    for part in KILLS:
        load.milestone = int(TOTAL * part)
        load.reached.clear()
        async with process(installation) as (gateway, url):
            sending = asyncio.create_task(send(load, url))
            await load.reached.wait()
            gateway.kill()
            await sending
        survived = [*load.accepted.values()]
        assert load.milestone <= len(survived) < TOTAL
    async with process(installation) as (_, url):
        await send(load, url)
        assert load.accepted.keys() == set(range(1, TOTAL + 1))

        async def all_final() -> bool:
            return counted(path, "SELECT count(*) FROM queue") == 0

        await until(all_final)
        words = await states(url, list(load.accepted.values()))
    assert words.keys() == set(load.accepted.values())
    assert set(survived) <= words.keys()
    for key, number in load.accepted.items():
        assert words[number] == WORDS.get(phone(key)[-2:], "deliver")
    check_money(path, load)
    check_phones(installation, load)


def counted(path: Path, question: str) -> int:
    """Return the one number that a file answers."""
    with closing(sqlite3.connect(path)) as tables:
        number: int = tables.execute(question).fetchone()[0]
        return number


def check_money(path: Path, load: Load) -> None:
    """Every message was held once and then either paid or given back, once."""
    database = Database(path)
    database.read_now(assert_balanced)
    database.close()
    assert counted(path, "SELECT count(*) FROM messages") == TOTAL
    with closing(sqlite3.connect(path)) as tables:
        moved = tables.execute("SELECT message_id, kind, available, held FROM ledger WHERE message_id IS NOT NULL")
        found: dict[int, list[tuple[str, int, int]]] = {}
        for number, *entry in moved:
            found.setdefault(number, []).append(tuple(entry))
        balance = tables.execute("SELECT available, held FROM balances").fetchall()
    free = 0
    for key, number in load.accepted.items():
        end = ("release", SCALE, -SCALE) if phone(key).endswith(FREE) else ("capture", 0, -SCALE)
        free += phone(key).endswith(FREE)
        assert found.pop(number) == [("hold", -SCALE, SCALE), end]
    assert found == {}
    assert balance == [((10_000 - TOTAL + free) * SCALE, 0)]


def check_phones(installation: Path, load: Load) -> None:
    """Every message came to its phone; what came twice was marked as possibly sent before it was sent again."""
    with closing(sqlite3.connect(installation / "sandbox.sqlite")) as phones:
        arrived = dict(phones.execute("SELECT leg, count(*) FROM message GROUP BY leg").fetchall())
        strangers = phones.execute("SELECT count(*) FROM message WHERE text != 'Load'").fetchone()[0]
    with closing(sqlite3.connect(installation / "tolmach.sqlite")) as tables:
        uncertain = {
            number + step for number, step in tables.execute("SELECT message_id, step FROM legs WHERE uncertain")
        }
    assert strangers == 0
    assert arrived.keys() == {number + 1 for key, number in load.accepted.items() if not phone(key).endswith(FREE)}
    assert {leg for leg, count in arrived.items() if count > 1} <= uncertain
