"""One gateway sends through another, in each protocol: statuses, prices, and nothing lost or sent twice."""

from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests.e2e.chain import KINDS, far, link, near
from tests.e2e.documents import pronto_sms
from tests.gateway import Live
from tolmach.store import schema
from tolmach.store.database import Tx

# the last two digits decide what becomes of a message on a virtual phone
ENDINGS = {"00": "delivered", "90": "undelivered", "91": "expired", "92": "undelivered"}


def statuses(tx: Tx) -> dict[str, int]:
    """Return how many legs have which status."""
    rows = tx.execute(select(schema.legs.c.status, func.count()).group_by(schema.legs.c.status))
    return {row[0]: row[1] for row in rows}


def by_recipient(tx: Tx) -> dict[str, str]:
    """Return the status of every message's one leg, by its recipient."""
    query = select(schema.messages.c.recipient, schema.legs.c.status).join(
        schema.legs, schema.legs.c.message_id == schema.messages.c.id
    )
    return {row[0]: row[1] for row in tx.execute(query)}


def costs(tx: Tx) -> list[int]:
    return sorted(tx.execute(select(schema.costs.c.amount)).scalars())


async def post(live: Live, numbers: list[str], text: str = "Привет") -> None:
    answer = await live.post("/xml/", pronto_sms(*numbers, text=text))
    assert answer.count(">send<") == len(numbers)


@pytest.mark.parametrize("kind", KINDS)
async def test_every_status_and_the_price_arrive(kind: str, demonstration: Path, tmp_path: Path) -> None:
    async with (
        far(demonstration, tmp_path / "far") as carrier,
        near(demonstration, tmp_path / "near", [link(kind, carrier.port)]) as gateway,
    ):
        numbers = [f"791612345{ending}" for ending in ENDINGS]
        await post(gateway, numbers)
        await gateway.settled()
        await carrier.settled()
        found = await gateway.read(by_recipient)
        if kind in ("smspager", "mobilgroup"):  # these have one word for what was not delivered
            assert {"expired" if s == "undelivered" else s for s in found.values()} == {"delivered", "expired"}
            assert [found[number] for number in numbers] == ["delivered"] + ["undelivered"] * 3
        else:
            assert found == {number: ENDINGS[number[-2:]] for number in numbers}
        for number in numbers[:3]:
            assert [one["text"] for one in await carrier.messages(number)] == ["Привет"]
        expected = {"mobilgroup": [], "smspager": [10_000] * 4, "targetsms": [10_000] * 3, "prontosms": [10_000] * 4}
        assert await gateway.read(costs) == expected[kind]
