"""What becomes of messages that are not simply one SMS to one phone, at once."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.clock import FakeClock
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
    target_viber,
)
from tests.gateway import Live, rows, running, until
from tolmach.core.money import SCALE
from tolmach.services import stoplist

PHONE = "79161234500"


async def spent(live: Live) -> float:
    """Return what the account has paid, in roubles, once everything is final."""
    await live.settled()
    return 1000 - (await live.read(lambda tx: rows(tx)["money"])) / SCALE


async def state(live: Live, id_: int = 10) -> str:
    """Return the word for a message's status."""
    answer = await live.post("/xml/state.php", pronto_states([id_]))
    return answer.partition("</state>")[0].rpartition(">")[2]


async def wake(live: Live, clock: FakeClock, by: timedelta) -> None:
    """Let time pass, and the workers know it."""
    clock.advance(by)
    live.gateway.accepted.ring()
    live.gateway.told.ring()


@pytest.mark.parametrize(
    ("ending", "word", "price"),
    [("90", "not_deliver", 1), ("91", "expired", 1), ("92", "not_deliver", 0), ("94", "deliver", 1),
     ("95", "deliver", 1), ("00", "deliver", 1), ("89", "deliver", 1)],
)  # fmt: skip
async def test_endings_of_numbers(live: Live, ending: str, word: str, price: int) -> None:
    await live.post("/xml/", pronto_sms(f"791612345{ending}"))
    assert await spent(live) == price
    assert await state(live) == word


@pytest.mark.parametrize(("ending", "price"), [("00", 1), ("90", 0), ("91", 0), ("92", 0)])
async def test_only_delivery_is_paid(live: Live, ending: str, price: int) -> None:
    await live.post("/send.xml", pager_sms(f"791612345{ending}", more="<onlydelivery>1</onlydelivery>"))
    assert await spent(live) == price


async def test_no_receipt_ever(installation: Path) -> None:
    clock = FakeClock()
    async with running(installation, clock=clock) as live:
        await live.post("/xml/", pronto_sms("79161234593"))
        await live.phone("79161234593")
        assert await state(live) == "send"
        await wake(live, clock, timedelta(days=2, minutes=4))
        assert await state(live) == "send"
        await wake(live, clock, timedelta(minutes=2))  # validity and grace are over
        assert await spent(live) == 1
        assert await state(live) == "partly_deliver"


async def test_a_long_text_comes_whole_and_costs_its_parts(live: Live) -> None:
    text = "Длинный текст 😀. " * 30
    answer = await live.post("/xml/", pronto_sms(PHONE, text=text))
    found = await live.phone(PHONE)
    assert found["text"] == text
    assert f'parts="{found["parts"]}"' in answer
    assert await spent(live) == found["parts"] > 5
    assert len(found["provider_ids"]) == found["parts"]


async def test_a_text_of_the_gsm_alphabet(live: Live) -> None:
    await live.post("/xml/", pronto_sms(PHONE, text="x" * 155 + "€{}"))  # 161 septets
    found = await live.phone(PHONE)
    assert (found["parts"], found["encoding"]) == (2, "gsm7")
    assert await spent(live) == 2


async def test_viber_by_prontosms(live: Live) -> None:
    content = (
        '<message type="sms" type_send_1="viber"><sender_viber>INFORM</sender_viber><text_viber>Скидка</text_viber>'
        "<button_viber>Открыть</button_viber><action_viber>https://example.org/a?b=1&amp;c=2</action_viber>"
        f'<image_viber>https://example.org/p.png</image_viber><abonent phone="{PHONE}" number_sms="1"/></message>'
    )
    await live.post("/xml/", pronto(content))
    found = await live.phone(PHONE)
    assert (found["channel"], found["text"], found["picture"]) == ("viber", "Скидка", "https://example.org/p.png")
    assert found["button"] == {"text": "Открыть", "url": "https://example.org/a?b=1&c=2"}
    assert await spent(live) == 1.5
    assert await state(live) == "read"


async def test_viber_by_targetsms(live: Live) -> None:
    answer = await live.post("/xml/message.php", target(target_viber(), PHONE))
    assert 'id_sms="0" id_viber="11"' in answer
    assert (await live.phone(PHONE))["channel"] == "viber"
    assert await spent(live) == 1.5
    states = await live.post("/xml/state_message.php", target_states(10))
    assert 'state_sms="send" state_viber="deliver" num_parts_sms="0" price_sms="0" price_viber="1.5">deliver<' in states


async def test_a_cascade_stops_at_success(live: Live) -> None:
    await live.post("/xml/message.php", target(target_viber(1) + target_sms(2), PHONE))
    assert await spent(live) == 1.5
    assert [message["channel"] for message in await live.messages(PHONE)] == ["viber"]


async def test_a_cascade_goes_on_after_a_failure(live: Live) -> None:
    phone = "79161234590"
    await live.post("/xml/message.php", target(target_viber(1) + target_sms(2), phone))
    assert await spent(live) == 1  # a step that another can follow is paid only when it is delivered
    assert [message["channel"] for message in await live.messages(phone)] == ["viber", "sms"]
    states = await live.post("/xml/state_message.php", target_states(10))
    assert 'state_sms="not_deliver" state_viber="not_deliver"' in states


async def test_a_cascade_in_the_other_order(live: Live) -> None:
    phone = "79161234592"
    await live.post("/xml/message.php", target(target_viber(5) + target_sms(3), phone))
    assert await spent(live) == 0  # refused by both
    states = await live.post("/xml/state_message.php", target_states(10))
    assert 'price_sms="0" price_viber="0">not_deliver<' in states


async def test_a_cascade_waits_for_the_reading(installation: Path) -> None:
    clock = FakeClock()
    phone = "79161234594"
    more = "<finale_viber_read>1</finale_viber_read><validity_period_viber>10</validity_period_viber>"
    async with running(installation, clock=clock) as live:
        await live.post("/xml/message.php", target(target_viber(1) + target_sms(2) + more, phone))
        await live.phone(phone)

        async def delivered() -> bool:
            return 'state_viber="deliver"' in await live.post("/xml/state_message.php", target_states(10))

        await until(delivered)
        assert len(await live.messages(phone)) == 1
        await wake(live, clock, timedelta(minutes=16))
        assert (await live.phone(phone, "Привет"))["channel"] == "viber"
        assert await spent(live) == 2.5
        assert [message["channel"] for message in await live.messages(phone)] == ["viber", "sms"]


async def test_a_scheduled_message_waits_for_the_local_time(installation: Path) -> None:
    clock = FakeClock()  # noon in Greenwich: three in the afternoon in Moscow
    async with running(installation, clock=clock) as live:
        await live.post("/xml/", pronto_sms(PHONE, time_send="2026-03-02 15:30"))
        assert await live.post("/send.xml", pager_sms(PHONE, more="<datetime>2026-03-02 15:30:00</datetime>"))
        await live.post("/extxml.php", mobil_sms(1, PHONE, more="<schedule>2026-03-02 15:30</schedule>"), "cp1251")
        await wake(live, clock, timedelta(minutes=29, seconds=59))
        assert await live.messages(PHONE) == []
        await wake(live, clock, timedelta(seconds=1))
        assert await spent(live) == 3
        assert len(await live.messages(PHONE)) == 3


async def test_a_message_of_the_past_goes_at_once(live: Live) -> None:
    await live.post("/xml/", pronto_sms(PHONE, time_send="2001-12-31 12:34:54"))
    await live.phone(PHONE)
    assert await spent(live) == 1


async def test_a_cancelled_mailing_is_not_sent_and_not_paid(installation: Path) -> None:
    clock = FakeClock()
    async with running(installation, clock=clock) as live:
        sent = pager_sms(PHONE, more="<smsid>s</smsid><datetime>2026-03-02 18:00:00</datetime>")
        await live.post("/send.xml", sent)
        await live.post("/send.xml", sent)  # joins the group
        check = await live.post("/cancel.xml", pager("<smsid>s</smsid><action>check</action>"))
        assert "<action>check</action><cancelCol>2</cancelCol>" in check
        assert "<cancelCol>2</cancelCol>" in await live.post("/cancel.xml", pager("<smsid>s</smsid>"))
        assert "<cancelCol>0</cancelCol>" in await live.post("/API/XML/cancel.php", pager("<smsid>s</smsid>"))
        assert await spent(live) == 0
        await wake(live, clock, timedelta(hours=5))
        await live.post("/xml/", pronto_sms(PHONE))
        await live.settled()
        assert len(await live.messages(PHONE)) == 1
        detail = await live.post("/report.xml", pager("<smsid>s</smsid>"))
        assert f"<cancel><number>{PHONE}</number><number>{PHONE}</number></cancel>" in detail


async def test_what_a_carrier_has_cannot_be_cancelled(live: Live) -> None:
    await live.post("/send.xml", pager_sms(PHONE, more="<smsid>s</smsid>"))
    await live.settled()
    assert "<cancelCol>0</cancelCol>" in await live.post("/cancel.xml", pager("<smsid>s</smsid>"))


async def test_the_stop_list_refuses_at_once(live: Live) -> None:
    await live.write(lambda tx: stoplist.add(tx, "demo", [PHONE], live.gateway.clock.now()))
    assert ">Номер телефона присутствует в стоп-листе.<" in await live.post("/xml/", pronto_sms(PHONE))
    assert await live.messages(PHONE) == []
    assert await spent(live) == 0


@pytest.mark.parametrize("login", ["demo", None])
async def test_the_stop_list_is_asked_again_before_sending(installation: Path, login: str | None) -> None:
    clock = FakeClock()
    async with running(installation, clock=clock) as live:
        await live.post("/xml/", pronto_sms(PHONE, time_send="2026-03-02 18:00"))
        await live.write(lambda tx: stoplist.add(tx, login, [PHONE], clock.now()))
        await wake(live, clock, timedelta(hours=4))
        assert await spent(live) == 0
        assert await state(live) == "not_deliver"
        assert await live.messages(PHONE) == []


async def test_validity_ends_before_the_sending(installation: Path) -> None:
    clock = FakeClock()
    async with running(installation, clock=clock) as live:
        await live.post("/xml/", pronto_sms(PHONE, validity_period="2026-03-02 14:00"))
        assert await spent(live) == 0
        assert await state(live) == "expired"


async def test_one_client_id_is_one_message_for_ever(live: Live) -> None:
    """Each dialect in its own way: the earlier id, the same group, an error."""
    first = await live.post("/xml/", pronto_sms(PHONE, client_id_sms="42"))
    await live.settled()
    assert await live.post("/xml/", pronto_sms(PHONE, client_id_sms="42")) == first
    told = await live.post("/xml/message.php", target(target_sms(), PHONE))
    assert await live.post("/xml/message.php", target(target_sms(), PHONE)) == told
    await live.post("/extxml.php", mobil_sms(42, PHONE), "cp1251")
    assert "<error>7</error>" in await live.post("/extxml.php", mobil_sms(42, PHONE), "cp1251")
    assert await spent(live) == 3
    assert "<status>4</status>" in await live.post("/extxml.php", mobil("status", "<id>42</id>"), "cp1251")
