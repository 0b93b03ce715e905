"""Cascades from the request to the money: the next channel is tried when one fails, and what was delivered is paid."""

import re
from typing import Any

import pytest

from tests.e2e.documents import pronto, target, target_sms, target_states, target_viber
from tests.gateway import Live, until
from tolmach.core.delivery import Receipt
from tolmach.core.status import Status
from tolmach.store import parts

SMS_THEN_VIBER = target_sms(1) + target_viber(2)
VIBER_THEN_SMS = target_viber(1) + target_sms(2)
UNTIL_READ = "<finale_viber_read>1</finale_viber_read>"


async def life(live: Live, phone: str, content: str) -> dict[str, str]:
    """Send a message, wait until it is final and return its state: attributes, and ``text`` for the whole."""
    answer = await live.post("/xml/message.php", target(content, phone))
    assert 'id_message="10"' in answer, answer
    await live.settled()
    return await state(live)


async def state(live: Live) -> dict[str, str]:
    answer = (await live.post("/xml/state_message.php", target_states(10))).splitlines()[2]
    found = re.fullmatch(r"<state (.*)>(.*)</state>", answer)
    assert found is not None, answer
    return {**dict(re.findall(r'(\w+)="([^"]*)"', found[1])), "text": found[2]}


async def channels(live: Live, phone: str) -> list[Any]:
    return [message["channel"] for message in await live.messages(phone)]


async def money(live: Live) -> str:
    found = re.search(r">([0-9.]+)</money>", await live.post("/xml/balance.php", pronto("")))
    assert found is not None
    return found[1]


async def test_viber_is_delivered_and_nothing_else_is_sent(live: Live) -> None:
    told = await life(live, "79161234500", VIBER_THEN_SMS)
    assert (told["state_viber"], told["state_sms"], told["text"]) == ("deliver", "send", "deliver")
    assert (told["price_viber"], told["price_sms"]) == ("1.5", "0")
    assert await channels(live, "79161234500") == ["viber"]
    assert await money(live) == "998.5"


@pytest.mark.parametrize(("phone", "word"), [("79161234596", "not_deliver"), ("79161234597", "not_deliver")])
async def test_viber_is_refused_or_not_delivered_and_the_sms_follows(live: Live, phone: str, word: str) -> None:
    told = await life(live, phone, VIBER_THEN_SMS)
    assert (told["state_viber"], told["state_sms"], told["text"]) == (word, "deliver", "deliver")
    assert (told["price_viber"], told["price_sms"]) == ("0", "1")
    assert await money(live) == "999"


@pytest.mark.parametrize("phone", ["79161234598", "79161234599"])
async def test_the_sms_is_refused_or_not_delivered_and_viber_follows(live: Live, phone: str) -> None:
    """The reverse cascade: subscribers who have refused mass mailings at their operator."""
    told = await life(live, phone, SMS_THEN_VIBER)
    assert (told["state_sms"], told["state_viber"], told["text"]) == ("not_deliver", "deliver", "deliver")
    assert (told["price_sms"], told["price_viber"]) == ("0", "1.5")
    assert await money(live) == "998.5"


async def test_delivered_but_not_read_and_the_sms_follows_when_the_time_is_over(live: Live) -> None:
    phone = "79161234594"
    content = target_viber(1) + UNTIL_READ + "<validity_period_viber>1</validity_period_viber>" + target_sms(2)
    await live.post("/xml/message.php", target(content, phone))

    async def delivered() -> bool:
        return (await state(live))["state_viber"] == "deliver"

    await until(delivered)
    assert await channels(live, phone) == ["viber"]  # its minute is not over
    await live.write(_hurry)
    await live.settled()
    told = await state(live)
    assert (told["state_viber"], told["state_sms"], told["text"]) == ("deliver", "deliver", "deliver")
    assert (told["price_viber"], told["price_sms"]) == ("1.5", "1")  # both were delivered
    assert await money(live) == "997.5"


async def test_a_late_receipt_of_the_step_before_is_recorded_and_not_charged(live: Live) -> None:
    phone = "79161234593"  # no receipt ever comes by itself
    content = target_viber(1) + "<validity_period_viber>1</validity_period_viber>" + target_sms(2)
    await live.post("/xml/message.php", target(content, phone))

    async def sent(count: int) -> bool:
        """Tell whether so many steps have gone out, and what the carrier calls them is stored."""
        stored = await live.read(lambda tx: parts.of_messages(tx, [10]))
        return len(await channels(live, phone)) == len(stored.get(10, ())) == count

    await until(lambda: sent(1))
    await live.write(_hurry)
    await until(lambda: sent(2))
    found = await live.read(lambda tx: parts.of_messages(tx, [10])[10])
    late = [Receipt(part.link, part.provider_id, Status.DELIVERED, live.gateway.clock.now()) for part in found]
    await live.gateway.receipts.take(late[:1])
    assert (await state(live))["state_viber"] == "deliver"
    await live.gateway.receipts.take(late[1:])
    await live.settled()
    told = await state(live)
    assert (told["state_viber"], told["state_sms"], told["text"]) == ("deliver", "deliver", "deliver")
    assert (told["price_viber"], told["price_sms"]) == ("1.5", "1")  # both really were delivered


async def test_four_channels_in_the_order_that_was_asked_for(live: Live) -> None:
    phone = "79161234590"  # nothing is ever delivered
    content = (
        target_viber(3)
        + "<send_whatsapp>2</send_whatsapp><sender_whatsapp>INFORM</sender_whatsapp><templateId>7</templateId>"
        + "<send_vk>1</send_vk><sender_vk>INFORM</sender_vk><text_vk>VK</text_vk>"
        + target_sms(4)
    )
    told = await life(live, phone, content)
    assert await channels(live, phone) == ["vk", "whatsapp", "viber", "sms"]
    states = [told[f"state_{name}"] for name in ("sms", "viber", "whatsapp", "vk")]
    assert (states, told["text"]) == (["not_deliver"] * 4, "not_deliver")
    assert [told[f"price_{name}"] for name in ("viber", "whatsapp", "vk")] == ["0"] * 3


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("<text_whatsapp></text_whatsapp>", "Нет текста сообщения."),
        ("<text_whatsapp>a</text_whatsapp><button_text_whatsapp>b</button_text_whatsapp>", "Для кнопки укажите"),
        ("<text_whatsapp>a</text_whatsapp><image_url_whatsapp>b</image_url_whatsapp>", "Для изображения укажите"),
    ],
)
async def test_a_whatsapp_message_has_the_limits_of_viber(live: Live, content: str, words: str) -> None:
    whole = "<send_whatsapp>1</send_whatsapp><sender_whatsapp>INFORM</sender_whatsapp>" + content
    answer = await live.post("/xml/message.php", target(whole, "79161234500"))
    assert words in answer
    assert " id_message=" not in answer


def _hurry(tx: Any) -> None:
    """Let the time of every step that is with its carrier be over."""
    tx.exec_driver_sql("UPDATE queue SET due_at = 0, expires_at = 0 WHERE kind = 1")
