"""What clients of the four protocols see of a message that waits for a moderator, and of one that was refused."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.clock import NOON, FakeClock
from tests.e2e.documents import mobil, mobil_sms, pager, pager_sms, pronto_sms, pronto_states, target_sms, target_states
from tests.e2e.documents import target as target_message
from tests.gateway import Inside, inside
from tolmach.core.moderation import Verdict
from tolmach.services import accounts, moderation
from tolmach.services.accounts import Changes

PHONE = "79161234500"
DECLINED = "Текст SMS отклонен модератором."


@pytest.fixture
async def gateway(installation: Path) -> AsyncIterator[Inside]:
    async with inside(installation, clock=FakeClock(NOON)) as opened:
        await opened.write(lambda tx: accounts.change(tx, "demo", Changes(moderation="all")))
        yield opened


async def ask(gateway: Inside, path: str, body: str, encoding: str = "utf-8") -> str:
    return (await gateway.ask(path, body.encode(encoding))).body.decode(encoding)


async def refuse(gateway: Inside) -> None:
    await gateway.write(lambda tx: moderation.decide(tx, 1, Verdict(approved=False), NOON))
    await gateway.write(lambda tx: moderation.carry_out(tx, gateway.gateway.delivery, NOON))


async def test_prontosms(gateway: Inside) -> None:
    assert ">send</information>" in await ask(gateway, "/xml/", pronto_sms(PHONE))
    assert 'time="" num_parts="1" price="1">send</state>' in await ask(gateway, "/xml/state.php", pronto_states([10]))
    await refuse(gateway)
    assert f">{DECLINED}</state>" in await ask(gateway, "/xml/state.php", pronto_states([10]))
    assert f">{DECLINED}</information>" in await ask(gateway, "/xml/", pronto_sms(PHONE))


async def test_targetsms(gateway: Inside) -> None:
    await ask(gateway, "/xml/message.php", target_message(target_sms(), PHONE))
    assert ">send</state>" in await ask(gateway, "/xml/state_message.php", target_states(10))
    await refuse(gateway)
    assert f">{DECLINED}</state>" in await ask(gateway, "/xml/state_message.php", target_states(10))


async def test_smspager(gateway: Inside) -> None:
    await ask(gateway, "/send.xml", pager_sms(PHONE, more="<smsid>w</smsid>"))
    report = pager("<smsid>w</smsid>")
    assert f"<onModer><number>{PHONE}</number></onModer>" in await ask(gateway, "/report.xml", report)
    await refuse(gateway)
    assert f"<notDelivered><number>{PHONE}</number></notDelivered>" in await ask(gateway, "/report.xml", report)


async def test_smspager_cancels_what_waits(gateway: Inside) -> None:
    await ask(gateway, "/send.xml", pager_sms(PHONE, more="<smsid>w</smsid>"))
    cancelled = await ask(gateway, "/cancel.xml", pager("<smsid>w</smsid>"))
    assert "<cancelCol>1</cancelCol>" in cancelled


async def test_mobilgroup(gateway: Inside) -> None:
    await ask(gateway, "/extxml.php", mobil_sms(7, PHONE), "windows-1251")
    asked = mobil("status", "<id>7</id><extended>1</extended>")
    assert "<status>0</status></dest>" in await ask(gateway, "/extxml.php", asked, "windows-1251")
    await refuse(gateway)
    assert "<status>16</status></dest>" in await ask(gateway, "/extxml.php", asked, "windows-1251")
