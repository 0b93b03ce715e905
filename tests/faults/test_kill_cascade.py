"""``kill -9`` between the steps of cascades: none is lost, none is paid undelivered, none comes unseen twice.

Every number lets Viber fail, half of them at once and half by a receipt, and takes the SMS. The process is killed again
and again while the steps follow each other.
"""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import aiohttp
import pytest

from tests.e2e.documents import pronto, target_sms, target_viber
from tests.faults.test_kill import counted, process
from tests.gateway import assert_balanced, until
from tolmach.core.money import SCALE
from tolmach.store.database import Database

TOTAL = 400  # as many as the balance of the demonstration can hold
KILLS = 5


def number(key: int) -> str:
    return f"79{key:07}{'96' if key % 2 else '97'}"


def document() -> bytes:
    abonents = "".join(f'<abonent phone="{number(key)}" client_id_message="k{key}"/>' for key in range(TOTAL))
    return pronto(f"<message>{target_viber(1)}{target_sms(2)}{abonents}</message>").encode()


@pytest.mark.timeout(180)
async def test_kill_between_steps(installation: Path) -> None:
    path = installation / "tolmach.sqlite"

    async def sent(steps: int) -> bool:
        return counted(path, "SELECT count(*) FROM legs WHERE step = 2") >= steps

    for kill in range(KILLS):
        async with process(installation) as (gateway, url):
            if kill == 0:
                async with aiohttp.ClientSession(url) as http, http.post("/xml/message.php", data=document()) as answer:
                    assert (await answer.text()).count(" id_message=") == TOTAL
            await until(lambda kill=kill: sent(kill * TOTAL // (2 * KILLS)))  # type: ignore[misc]
            gateway.kill()
            await gateway.wait()
    async with process(installation):
        await until(lambda: _none_left(path))
    check_steps(path, installation / "sandbox.sqlite")


async def _none_left(path: Path) -> bool:
    await asyncio.sleep(0)
    return counted(path, "SELECT count(*) FROM queue") == 0


def check_steps(path: Path, phones_path: Path) -> None:
    """Each message has two steps; the SMS alone was paid, once; what came twice is marked."""
    database = Database(path)
    database.read_now(assert_balanced)
    database.close()
    with closing(sqlite3.connect(path)) as tables:
        legs = tables.execute("SELECT step, status, charged, count(*) FROM legs GROUP BY 1, 2, 3").fetchall()
        uncertain = {m + s for m, s in tables.execute("SELECT message_id, step FROM legs WHERE uncertain")}
        captured = tables.execute("SELECT count(*), sum(held) FROM ledger WHERE kind = 'capture'").fetchone()
    with closing(sqlite3.connect(phones_path)) as phones:
        arrived = dict(
            phones.execute("SELECT leg, count(*) FROM message WHERE channel = 'sms' GROUP BY leg").fetchall()
        )
    assert sum(count for step, _, _, count in legs if step == 1) == TOTAL
    assert {(step, status, charged) for step, status, charged, _ in legs if step == 2} == {(2, "delivered", SCALE)}
    assert all(charged == 0 for step, _, charged, _ in legs if step == 1)
    assert captured == (TOTAL, -TOTAL * SCALE)
    assert len(arrived) == TOTAL
    assert {leg for leg, count in arrived.items() if count > 1} <= uncertain
