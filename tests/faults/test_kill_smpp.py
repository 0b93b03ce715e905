"""``kill -9`` at random moments while messages flow to an SMSC: none is lost, none is charged twice.

The SMSC is a process of its own and remembers what it took. The gateway dies again and again: while it starts, while it
takes messages in, while they are on the wire, with answers and receipts on their way. What it did not answer is sent
again under the same client ids. `TOLMACH_TORTURE` sets the size (`scripts/torture`), else it is small.
"""

import asyncio
import json
import os
import random
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import pytest

from tests.databases import place_of
from tests.e2e.documents import pronto
from tests.faults.processes import afford, asked, end, line, report, smsc, spawn, told
from tests.faults.test_kill import ANSWER
from tests.gateway import assert_balanced, until
from tolmach.core.money import SCALE
from tolmach.store.database import Database

TOTAL = int(os.environ.get("TOLMACH_TORTURE", "400"))
KILLS = int(os.environ.get("TOLMACH_TORTURE_KILLS", "5"))
FEW = KILLS if "TOLMACH_TORTURE" in os.environ else 1
SEED = int(os.environ.get("TOLMACH_TORTURE_SEED", "1"))
ENDINGS = ("00", "17", "42", "89", "90", "91", "92", "94", "95")  # all of them end soon
REFUSED = "92"
WINDOW = 20
LIFE = 0.6  # seconds that a gateway lives at most once it listens
START = 1.5  # seconds within which it dies that dies while it starts
SIZES = (1, 1, 1, 7, 20)
PER_KILL = 3 * WINDOW  # of the messages of one death may come twice: what was sent and not stored yet
PATIENCE = 120 + TOTAL / 10
MOVED = "SELECT message_id, kind, held FROM ledger WHERE message_id IS NOT NULL ORDER BY id"


def phone(key: int) -> str:
    return f"79{key:07}{ENDINGS[key % len(ENDINGS)]}"


@dataclass
class Flow:
    """The messages by their client ids, the ids they were accepted under, and how far they may be sent now."""

    chance: random.Random
    accepted: dict[int, int] = field(default_factory=dict)
    quota: int = 0
    starts: int = 0  # gateways that died before they listened

    async def send(self, url: str) -> None:
        """Send what has no answer and is due, until all of it has one or the gateway has gone."""
        async with aiohttp.ClientSession(url) as http:
            await asyncio.gather(*[self._send(http, part) for part in range(3)])

    async def _send(self, http: aiohttp.ClientSession, part: int) -> None:
        waiting = [key for key in range(1 + part, self.quota + 1, 3) if key not in self.accepted]
        while waiting:
            size = self.chance.choice(SIZES)
            keys, waiting = waiting[:size], waiting[size:]
            try:
                async with http.post("/xml/", data=document(keys)) as response:
                    self._take(await response.text())
            except (aiohttp.ClientError, ConnectionError):
                return

    def _take(self, answer: str) -> None:
        for key, number in ANSWER.findall(answer):
            assert self.accepted.setdefault(int(key), int(number)) == int(number)  # the same id for ever


def document(keys: list[int]) -> bytes:
    abonents = "".join(f'<abonent phone="{phone(key)}" number_sms="{key}" client_id_sms="k{key}"/>' for key in keys)
    return pronto(f"<message><sender>INFORM</sender><text>Load</text>{abonents}</message>").encode()


def links(port: int, rate: float | None) -> dict[str, str]:
    """The settings of a gateway with one link to the SMSC."""
    link = {
        "name": "smsc", "type": "smpp", "host": "127.0.0.1", "port": port, "system_id": "esme", "password": "x",
        "window": WINDOW, "rate": rate, "timers": {"reconnect_first": 0.05, "reconnect_most": 0.2},
    }  # fmt: skip
    return {"TOLMACH_LINKS": json.dumps([link])}


async def live_and_die(installed: Path, flow: Flow, port: int, kills: int) -> None:
    """Start a gateway, have messages flow, kill it at a random moment."""
    rate = flow.chance.choice([None, max(10.0, 2 * TOTAL / kills / LIFE)])
    gateway = await spawn(installed, "serve", "--port", "0", **links(port, rate))
    sending = None
    try:
        if flow.chance.random() < 0.2:
            await asyncio.sleep(flow.chance.uniform(0, START))
            flow.starts += 1
            return
        greeting = await line(gateway)
        assert greeting.startswith("Tolmach listens on ")
        sending = asyncio.create_task(flow.send(greeting.split()[-1]))
        await asyncio.sleep(flow.chance.uniform(0, LIFE))
    finally:
        complaints = await end(gateway)
        if sending is not None:
            await sending
    assert complaints == ""


@pytest.mark.parametrize(("blank", "kills"), [("sqlite", KILLS), ("postgresql", FEW)], indirect=["blank"])
@pytest.mark.timeout(4 * PATIENCE + 10 * KILLS)
async def test_kill_at_random_moments(installed: Path, kills: int) -> None:
    far = installed / "far"
    afford(installed, str(2 * TOTAL))
    flow = Flow(random.Random(SEED))
    async with smsc(far) as (port, _):
        for kill in range(kills):
            flow.quota = TOTAL * (kill + 1) // (kills + 1)
            await live_and_die(installed, flow, port, kills)
            waiting = await asyncio.to_thread(left, installed)
            report(f"{kill + 1}/{kills} kills, {len(flow.accepted)} accepted, {waiting} on their way")
        flow.quota = TOTAL
        gateway = await spawn(installed, "serve", "--port", "0", **links(port, None))
        try:
            await flow.send((await line(gateway)).split()[-1])
            await until(lambda: none_left(installed), PATIENCE)
        finally:
            assert await end(gateway) == ""
    assert flow.accepted.keys() == set(range(1, TOTAL + 1))
    check_messages(installed, flow)
    check_phones(installed, far / "sandbox.sqlite", flow, kills)


def left(data: Path) -> int:
    ((number,),) = told(data, "SELECT count(*) FROM queue")
    return int(number)


async def none_left(data: Path) -> bool:
    return await asyncio.to_thread(left, data) == 0


def check_messages(data: Path, flow: Flow) -> None:
    """Each message ended as its number says; each was held once and then paid or given back, once."""
    database = Database(place_of(data))
    database.read_now(assert_balanced)
    database.close()
    assert told(data, "SELECT count(*) FROM messages") == [(TOTAL,)]
    ends = dict(told(data, "SELECT message_id, status FROM legs"))
    words = {"90": "undelivered", "91": "expired", REFUSED: "refused"}
    assert ends == {number: words.get(phone(key)[-2:], "delivered") for key, number in flow.accepted.items()}
    moved: dict[int, list[tuple[str, int]]] = {}
    for number, kind, held in told(data, MOVED):
        moved.setdefault(number, []).append((kind, int(held)))
    for key, number in flow.accepted.items():
        settled = "release" if phone(key).endswith(REFUSED) else "capture"
        assert moved.pop(number) == [("hold", SCALE), (settled, -SCALE)]
    assert moved == {}


def check_phones(data: Path, phones: Path, flow: Flow, kills: int) -> None:
    """Everything arrived; what arrived twice is marked, and is little."""
    arrived = Counter(row[0] for row in asked(phones, "SELECT phone FROM message"))
    numbers = {phone(key): number for key, number in flow.accepted.items()}
    assert arrived.keys() == {one for one in numbers if not one.endswith(REFUSED)}
    uncertain = {row[0] for row in told(data, "SELECT message_id FROM legs WHERE uncertain")}
    twice = {numbers[one] for one, count in arrived.items() if count > 1}
    extra = sum(arrived.values()) - len(arrived)
    report(
        f"{TOTAL} messages, {kills} kills ({flow.starts} while it started): lost 0, charged twice 0,"
        f" {extra} duplicates of {len(twice)} messages, {len(uncertain)} flagged, unflagged {len(twice - uncertain)}"
    )
    assert twice <= uncertain
    assert extra <= PER_KILL * kills
