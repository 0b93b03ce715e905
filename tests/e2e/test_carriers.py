"""One gateway sends through another, in each protocol: statuses, prices, and nothing lost or sent twice."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import TypeAdapter
from sqlalchemy import func, select

from tests.connectors.carrier import Paper, connected, leg
from tests.e2e.chain import HOOK, KINDS, Furnish, far, link, near
from tests.e2e.documents import pronto_sms, target, target_sms, target_viber
from tests.gateway import Live, rows, until
from tolmach.core.delivery import Sent
from tolmach.core.http_links import HttpLink
from tolmach.services import accounts
from tolmach.services.accounts import Changes
from tolmach.settings import AnyLink
from tolmach.store import schema
from tolmach.store.callbacks import ACKNOWLEDGED
from tolmach.store.database import Tx

# the last two digits decide what becomes of a message on a virtual phone
ENDINGS = {"00": "delivered", "90": "undelivered", "91": "expired", "92": "undelivered"}


def statuses(tx: Tx) -> dict[str, int]:
    """Return how many legs have which status."""
    found = tx.execute(select(schema.legs.c.status, func.count()).group_by(schema.legs.c.status))
    return {row[0]: row[1] for row in found}


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
async def test_every_status_and_the_price_arrive(kind: str, furnish: Furnish, tmp_path: Path) -> None:
    async with (
        far(furnish, tmp_path / "far") as carrier,
        near(furnish, tmp_path / "near", [link(kind, carrier.port)]) as gateway,
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


@pytest.mark.parametrize("kind", KINDS)
async def test_many_messages_arrive_once(kind: str, furnish: Furnish, tmp_path: Path) -> None:
    numbers = [f"79{number:07}00" for number in range(200)]
    async with (
        far(furnish, tmp_path / "far") as carrier,
        near(furnish, tmp_path / "near", [link(kind, carrier.port)]) as gateway,
    ):
        await post(gateway, numbers)
        await gateway.settled()
        assert await gateway.read(statuses) == {"delivered": 200}
        assert await carrier.read(statuses) == {"delivered": 200}
        assert (await gateway.read(by_recipient)).keys() == (await carrier.read(by_recipient)).keys()


@pytest.mark.parametrize("kind", KINDS)
async def test_a_leg_that_was_in_the_hands_of_a_dead_process(kind: str, furnish: Furnish, tmp_path: Path) -> None:
    """Whoever claims it next submits it again, marked as uncertain: the provider has it already."""
    async with far(furnish, tmp_path / "far") as carrier:
        one = TypeAdapter(AnyLink).validate_python(link(kind, carrier.port))
        assert isinstance(one, HttpLink)
        submission = leg(expires_at=datetime.now(UTC) + timedelta(days=1))
        async with connected(one, Paper(), datetime.now(UTC)) as connector:
            (first,) = await connector.submit([submission])
        async with connected(one, Paper(), datetime.now(UTC)) as connector:
            (again,) = await connector.submit([submission._replace(uncertain=True, attempt=2)])
        assert isinstance(first, Sent)
        assert again == first
        assert (await carrier.read(rows))["messages"] == 1


async def test_viber_first_then_sms(furnish: Furnish, tmp_path: Path) -> None:
    """A cascade is ours: its steps are messages of their own to the provider."""
    async with (
        far(furnish, tmp_path / "far") as carrier,
        near(furnish, tmp_path / "near", [link("targetsms", carrier.port)]) as gateway,
    ):
        await gateway.post("/xml/message.php", target(target_viber(1) + target_sms(2), "79161234590"))
        await gateway.settled()
        found = await gateway.read(lambda tx: tx.execute(select(schema.legs.c.step, schema.legs.c.status)).all())
        assert [(row[0], row[1]) for row in found] == [(1, "undelivered"), (2, "undelivered")]
        assert sorted(one["channel"] for one in await carrier.messages("79161234590")) == ["sms", "viber"]


async def test_statuses_that_the_provider_posts(furnish: Furnish, tmp_path: Path) -> None:
    patient = {"first": 3600, "most": 3600}  # nothing is asked for: what is known was posted
    async with far(furnish, tmp_path / "far") as carrier:
        links = [link("prontosms", carrier.port, hook=HOOK, poll=patient)]
        async with near(furnish, tmp_path / "near", links) as gateway:
            url = f"{gateway.gateway.url}/hooks/prontosms/{HOOK}"
            await carrier.write(lambda tx: accounts.change(tx, "demo", Changes(callback_url=url)))
            await post(gateway, ["79161234500", "79161234590"])
            await gateway.settled()
            assert await gateway.read(by_recipient) == {"79161234500": "delivered", "79161234590": "undelivered"}

            async def confirmed() -> bool:
                return await carrier.read(lambda tx: set(tx.execute(select(schema.callbacks.c.state)).scalars())) == {
                    ACKNOWLEDGED
                }

            await until(confirmed)


async def test_a_restart_goes_on_asking(furnish: Furnish, tmp_path: Path) -> None:
    async with far(furnish, tmp_path / "far", sandbox={"enabled": True, "delay": 1.0}) as carrier:
        links = [link("prontosms", carrier.port)]
        async with near(furnish, tmp_path / "near", links) as gateway:
            await post(gateway, ["79161234500"])

            async def sent() -> bool:
                return await gateway.read(statuses) == {"sent": 1}

            await until(sent)
        async with near(furnish, tmp_path / "near", links) as gateway:
            await gateway.settled()
            assert await gateway.read(statuses) == {"delivered": 1}
