"""The asynchronous clients against a gateway of our own."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.clients.test_plain import ANSWERS, PHONE, TEXT, saying
from tests.gateway import Live
from tolmach.clients import (
    AccountError,
    AnswerError,
    AsyncMobilgroup,
    AsyncProntoSMS,
    AsyncSMSPager,
    AsyncTargetSMS,
    ConnectError,
    Message,
    MessageRefusedError,
    Status,
    UnknownMessageError,
)


def clients(live: Live, password: str = "demo") -> dict[str, Any]:
    base = f"http://127.0.0.1:{live.port}"
    return {
        "prontosms": AsyncProntoSMS(f"{base}/xml/", "demo", password),
        "targetsms": AsyncTargetSMS(f"{base}/xml/", "demo", password),
        "smspager": AsyncSMSPager(f"{base}/", "demo", password),
        "mobilgroup": AsyncMobilgroup(f"{base}/extxml.php", 1, "demo", password),
    }


KINDS = ["mobilgroup", "prontosms", "smspager", "targetsms"]


@pytest.mark.parametrize("kind", KINDS)
async def test_a_message_and_its_status(live: Live, kind: str) -> None:
    async with clients(live)[kind] as client:
        sent = await client.send(PHONE, TEXT, sender="INFORM", valid_for=timedelta(hours=2))
        await live.settled()
        state = await client.status(sent.id)
        assert (state.status, state.final) == (Status.DELIVERED, True)
        assert (await client.balance()).amount == Decimal(999)
        with pytest.raises(UnknownMessageError):
            await client.status("999999")


@pytest.mark.parametrize("kind", KINDS)
async def test_a_wrong_password(live: Live, kind: str) -> None:
    async with clients(live, "wrong")[kind] as client:
        with pytest.raises(AccountError):
            await client.send(PHONE, TEXT)


async def test_the_rest(live: Live) -> None:
    async with clients(live)["prontosms"] as client:
        assert not (await client.senders()).any_sender
        with pytest.raises(MessageRefusedError):
            await client.send(PHONE, TEXT, sender="Nobody")
        sent = await client.send_many([Message(PHONE, TEXT, "INFORM"), Message(PHONE, TEXT, "Nobody")])
        assert [one.accepted for one in sent] == [True, False]
    async with clients(live)["smspager"] as client:
        assert await client.cancel("nothing") == 0


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
async def test_answers_that_tell_nothing(answer: bytes) -> None:
    with saying(answer) as url:
        async with AsyncProntoSMS(url, "me", "secret") as client:
            with pytest.raises(AnswerError):
                await client.send(PHONE, TEXT)


async def test_where_nobody_listens() -> None:
    async with AsyncProntoSMS("http://127.0.0.1:9/xml/", "me", "secret") as client:
        with pytest.raises(ConnectError):
            await client.balance()


async def test_it_has_to_be_entered() -> None:
    with pytest.raises(RuntimeError, match="async with"):
        await AsyncProntoSMS("http://127.0.0.1:9/xml/", "me", "secret").balance()
