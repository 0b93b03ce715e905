"""A reseller and its client, as their programs see each other's money."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.clock import NOON, FakeClock
from tests.e2e.documents import pronto, pronto_sms
from tests.gateway import Inside, assert_balanced, conceal, inside
from tolmach.services import accounts, demo, senders
from tolmach.services.accounts import Changes
from tolmach.store.database import Tx

CLIENT = '<security><login value="shop"/><password value="shop"/></security>'


@pytest.fixture
async def gateway(installation: Path) -> AsyncIterator[Inside]:
    async with inside(installation, clock=FakeClock()) as gateway:
        await gateway.write(add_client)
        yield gateway


def add_client(tx: Tx) -> None:
    accounts.add(tx, "shop", conceal("shop"), Changes(tariff=demo.TARIFF, parent=demo.LOGIN), NOON)
    senders.add(tx, "shop", "INFORM", NOON, approved=True)


async def give(gateway: Inside, balance: str, kind: str = "manager") -> str:
    client = f'<client login_client="shop" balance="{balance}" type_transaction="{kind}"/>'
    answer = (await gateway.ask("/xml/add_balance.php", pronto(client).encode())).body.decode()
    found = re.search('<transaction login="shop" id_transaction="([^"]+)"/>', answer)
    assert found is not None, answer
    return found[1]


async def money(gateway: Inside, security: str | None = None) -> str:
    body = pronto("", security) if security else pronto("")
    answer = (await gateway.ask("/xml/balance.php", body.encode())).body.decode()
    found = re.search("<money[^>]*>([^<]*)</money>", answer)
    assert found is not None, answer
    return found[1]


async def test_a_client_sends_with_what_its_reseller_gave(gateway: Inside) -> None:
    sms = pronto_sms("79161234500").replace('value="demo"', 'value="shop"').encode()
    assert "Закончились SMS." in (await gateway.ask("/xml/", sms)).body.decode()
    assert await give(gateway, "10.5") == "1"
    assert b">send</information>" in (await gateway.ask("/xml/", sms)).body
    assert (await money(gateway), await money(gateway, CLIENT)) == ("989.5", "9.5")
    assert await give(gateway, "9.6", "write_off") == "NO_MONEY"
    assert await give(gateway, "9.5", "subscription") == "2"
    assert (await money(gateway), await money(gateway, CLIENT)) == ("999", "0")
    await gateway.read(assert_balanced)


async def test_fifty_repeats_at_once_are_one_transfer(gateway: Inside) -> None:
    numbers = await asyncio.gather(*(give(gateway, "10") for _ in range(50)))
    assert set(numbers) == {"1"}
    assert (await money(gateway), await money(gateway, CLIENT)) == ("990", "10")


async def test_many_at_once_give_no_more_than_there_is(gateway: Inside) -> None:
    numbers = await asyncio.gather(*(give(gateway, f"{number}") for number in range(90, 110)))
    assert "NO_MONEY" in numbers
    given = sum(number for number, answer in zip(range(90, 110), numbers, strict=True) if answer != "NO_MONEY")
    assert (await money(gateway), await money(gateway, CLIENT)) == (str(1000 - given), str(given))
    await gateway.read(assert_balanced)
