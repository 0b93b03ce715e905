"""One message's whole life in each dialect: request, phone, status by request, callback, money."""

import re

import pytest

from tests.e2e.documents import (
    mobil,
    mobil_sms,
    pager,
    pager_sms,
    pronto,
    pronto_sms,
    pronto_states,
    target,
    target_sms,
    target_states,
)
from tests.gateway import Live, until
from tests.receiver import Receiver
from tolmach.store import callbacks
from tolmach.store.callbacks import ACKNOWLEDGED

PHONE = "79161234500"
TIME = r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}"


async def acknowledged(live: Live, message: int) -> None:
    """Wait until the one callback about a message is confirmed."""

    async def confirmed() -> bool:
        return [row.state for row in await live.read(lambda tx: callbacks.of_message(tx, message))] == [ACKNOWLEDGED]

    await until(confirmed)


async def test_prontosms(telling: Live, receiver: Receiver) -> None:
    answer = await telling.post("/xml/", pronto_sms(PHONE, text="Жизнь"))
    assert answer.splitlines()[2] == '<information number_sms="1" id_sms="10" parts="1">send</information>'
    arrived = await telling.phone(PHONE)
    assert (arrived["text"], arrived["sender"], arrived["encoding"]) == ("Жизнь", "INFORM", "ucs2")
    await telling.settled()
    state = (await telling.post("/xml/state.php", pronto_states([10]))).splitlines()[2]
    assert re.fullmatch(rf'<state id_sms="10" time="{TIME}" num_parts="1" price="1">deliver</state>', state)
    pushed = (await receiver.body()).splitlines()
    assert pushed[0] == '<?xml version="1.0" encoding="utf-8"?>'
    assert pushed[1] == "<request>"
    assert re.fullmatch(rf'<state id_sms="10" time="{TIME}">deliver</state>', pushed[2])
    assert pushed[3:] == ["</request>"]
    await acknowledged(telling, 10)
    assert '<money currency="RUR">999</money>' in await telling.post("/xml/balance.php", pronto(""))
    assert len(receiver.bodies) == 1


async def test_smspager(telling: Live, receiver: Receiver) -> None:
    answer = await telling.post("/send.xml", pager_sms(PHONE, text="Жизнь", more="<smsid>life</smsid>"))
    assert "<code>1</code>" in answer
    assert "<smsid>life</smsid>" in answer
    assert (await telling.phone(PHONE))["text"] == "Жизнь"
    await telling.settled()
    report = await telling.post("/report.xml", pager("<smsid>life</smsid>"))
    assert f"<detail><delivered><number>{PHONE}</number></delivered><notDelivered></notDelivered>" in report
    pushed = (await receiver.body()).splitlines()[2]
    assert re.fullmatch(rf'<state id_sms="10" time="{TIME}" smsid="life" phone="{PHONE}">deliver</state>', pushed)
    await acknowledged(telling, 10)
    assert "<account>999</account>" in await telling.post("/API/XML/balance.php", pager())


async def test_targetsms(telling: Live, receiver: Receiver) -> None:
    answer = await telling.post("/xml/message.php", target(target_sms(text="Жизнь"), PHONE))
    assert (
        f'<information id_message="10" client_id_message="7" id_sms="11" id_viber="0" phone="{PHONE}" '
        'count_message="1">send</information>'
    ) in answer
    assert (await telling.phone(PHONE))["text"] == "Жизнь"
    await telling.settled()
    state = (await telling.post("/xml/state_message.php", target_states(10))).splitlines()[2]
    assert re.fullmatch(
        rf'<state id_message="10" time_change_state="{TIME}" state_sms="deliver" state_viber="send" num_parts_sms="1" '
        r'price_sms="1" price_viber="0">deliver</state>',
        state,
    )
    pushed = (await receiver.body()).splitlines()[2]
    assert re.fullmatch(rf'<state id_sms="10" time="{TIME}">deliver</state>', pushed)
    await acknowledged(telling, 10)
    assert '<money currency="RUR">999</money>' in await telling.post("/xml/balance.php", pronto(""))


async def test_mobilgroup(telling: Live, receiver: Receiver) -> None:
    async def post(body: str) -> str:
        return await telling.post("/extxml.php", body, "windows-1251")

    answer = await post(mobil_sms(2026, PHONE, text="Жизнь"))
    assert answer.splitlines()[2:5] == ["<result>OK</result>", "<error>0</error>", "<id>2026</id>"]
    assert (await telling.phone(PHONE))["text"] == "Жизнь"
    await telling.settled()
    state = await post(mobil("status", "<id>2026</id><extended>1</extended>"))
    assert "<status>4</status>" in state
    assert re.search(rf"<dest><phone>{PHONE}</phone><time>{TIME[:-9]}</time><status>1</status></dest>", state)
    pushed = (await receiver.body()).splitlines()[2]
    assert re.fullmatch(rf'<state id_sms="10" time="{TIME}" smsid="2026" phone="{PHONE}">deliver</state>', pushed)
    await acknowledged(telling, 10)
    assert "<balance>999</balance>" in await post(mobil("balance"))
    assert "<error>7</error>" in await post(mobil_sms(2026, PHONE, text="Жизнь"))


@pytest.mark.parametrize(("phone", "word"), [(PHONE, "deliver"), ("79161234591", "expired")])
async def test_a_silent_message_tells_whether_the_phone_is_there(live: Live, phone: str, word: str) -> None:
    body = f'<message type="silence"><sender>INFORM</sender><abonent phone="{phone}" number_sms="1"/></message>'
    answer = await live.post("/xml/", pronto(body))
    assert '<information number_sms="1" id_sms="10" parts="1">send</information>' in answer
    arrived = await live.phone(phone)
    assert (arrived["kind"], arrived["text"]) == ("ping", "")
    async with live.http.get(f"/sandbox/api/messages/{arrived['id']}/raw") as response:
        (part,) = (await response.json())["parts"]
    assert part["protocol_id"] == 0x40
    await live.settled()
    state = (await live.post("/xml/state.php", pronto_states([10]))).splitlines()[2]
    assert re.fullmatch(rf'<state id_sms="10" time="{TIME}" num_parts="1" price="1">{word}</state>', state)
