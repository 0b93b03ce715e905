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

from tests.databases import place_of
from tests.e2e.documents import pronto, target_sms, target_viber
from tests.faults.processes import afford, told
from tests.faults.test_kill import process
from tests.gateway import assert_balanced, until
from tolmach.core.money import SCALE
from tolmach.store.database import Database

TOTAL = 400
KILLS = 5
PATIENCE = 300.0  # a claim of a process that died lasts a minute on PostgreSQL


def number(key: int) -> str:
    return f"79{key:07}{'96' if key % 2 else '97'}"


def document() -> bytes:
    abonents = "".join(f'<abonent phone="{number(key)}" client_id_message="k{key}"/>' for key in range(TOTAL))
    return pronto(f"<message>{target_viber(1)}{target_sms(2)}{abonents}</message>").encode()


@pytest.mark.parametrize("blank", ["sqlite", "postgresql"], indirect=True)
@pytest.mark.timeout(4 * PATIENCE)
async def test_kill_between_steps(installed: Path) -> None:
    afford(installed, str(2 * TOTAL))

    async def sent(steps: int) -> bool:
        return (await counted(installed, "SELECT count(*) FROM legs WHERE step = 2")) >= steps

    for kill in range(KILLS):
        async with process(installed) as (gateway, url):
            if kill == 0:
                async with aiohttp.ClientSession(url) as http, http.post("/xml/message.php", data=document()) as answer:
                    assert (await answer.text()).count(" id_message=") == TOTAL
            await until(lambda kill=kill: sent(kill * TOTAL // (2 * KILLS)), PATIENCE)  # type: ignore[misc]
            gateway.kill()
            await gateway.wait()
    async with process(installed):
        await until(lambda: none_left(installed), PATIENCE)
    check_steps(installed)


async def counted(data: Path, question: str) -> int:
    ((number,),) = await asyncio.to_thread(told, data, question)
    return int(number)


async def none_left(data: Path) -> bool:
    return await counted(data, "SELECT count(*) FROM queue") == 0


def check_steps(data: Path) -> None:
    """Each message has two steps; the SMS alone was paid, once; what came twice is marked."""
    database = Database(place_of(data))
    database.read_now(assert_balanced)
    database.close()
    legs = told(data, "SELECT step, status, charged, count(*) FROM legs GROUP BY 1, 2, 3")
    uncertain = {message + step for message, step in told(data, "SELECT message_id, step FROM legs WHERE uncertain")}
    (captured,) = told(data, "SELECT count(*), sum(held) FROM ledger WHERE kind = 'capture'")
    phones_path = data / "sandbox.sqlite"
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
