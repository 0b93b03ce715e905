"""The clients against a gateway of our own: every method, in every protocol. They run in a thread, as programs do."""

import asyncio
import re
import socket
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from decimal import Decimal
from threading import Thread
from typing import Any, TypeVar

import pytest

from tests.gateway import Live
from tolmach.clients import (
    AccountError,
    AnswerError,
    ConnectError,
    FlashText,
    Message,
    MessageRefusedError,
    Mobilgroup,
    ProntoSMS,
    SMSPager,
    Status,
    TargetSMS,
    UnknownMessageError,
    ViberCard,
)
from tolmach.core.rejections import Rejection

T = TypeVar("T")
PHONE = "79161234500"
TEXT = "Привет"


def clients(live: Live, password: str = "demo") -> dict[str, Any]:
    """A client of each kind to the demonstration's account."""
    base = f"http://127.0.0.1:{live.port}"
    return {
        "prontosms": ProntoSMS(f"{base}/xml/", "demo", password),
        "targetsms": TargetSMS(f"{base}/xml/", "demo", password),
        "smspager": SMSPager(f"{base}/", "demo", password),
        "mobilgroup": Mobilgroup(f"{base}/extxml.php", 1, "demo", password),
    }


KINDS = ["mobilgroup", "prontosms", "smspager", "targetsms"]


async def ask(function: Callable[[], T]) -> T:
    return await asyncio.to_thread(function)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_message_and_its_status(live: Live, kind: str) -> None:
    with clients(live)[kind] as client:
        sent = await ask(lambda: client.send(PHONE, TEXT, sender="INFORM", client_id="12345"))
        assert (sent.accepted, sent.to, sent.reason) == (True, PHONE, "")
        await live.settled()
        assert (await live.phone(PHONE))["text"] == TEXT
        state = await ask(lambda: client.status(sent.id))
        assert (state.id, state.status, state.final) == (sent.id, Status.DELIVERED, True)
        assert (await ask(client.balance)).amount == Decimal(999)
        price = sent.price if kind == "smspager" else state.price
        assert price == (None if kind == "mobilgroup" else 1)


@pytest.mark.parametrize("kind", KINDS)
async def test_without_an_id_of_ones_own(live: Live, kind: str) -> None:
    client = clients(live)[kind]
    first, second = [await ask(lambda: client.send(PHONE, TEXT, sender="INFORM")) for _ in range(2)]
    assert first.id != second.id
    assert [state.id for state in await ask(lambda: client.statuses([first.id, second.id]))] == [first.id, second.id]


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "smspager"])
async def test_a_repetition_is_not_sent_again(live: Live, kind: str) -> None:
    client = clients(live)[kind]
    first, second = [await ask(lambda: client.send(PHONE, TEXT, sender="INFORM", client_id="77")) for _ in range(2)]
    assert first.id == second.id
    await live.settled()
    assert len(await live.messages(PHONE)) == 1


@pytest.mark.parametrize("kind", KINDS)
async def test_what_is_refused(live: Live, kind: str) -> None:
    client = clients(live)[kind]
    with pytest.raises(Exception, match=r"provider says|refused") as told:
        await ask(lambda: client.send(PHONE, TEXT, sender="Nobody"))
    if kind != "mobilgroup":  # it has no word for it
        assert isinstance(told.value, MessageRefusedError)
        assert (told.value.reason, told.value.permanent) == (Rejection.UNKNOWN_SENDER, False)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_wrong_password(live: Live, kind: str) -> None:
    client = clients(live, "wrong")[kind]
    for function in (lambda: client.send(PHONE, TEXT), client.balance, lambda: client.statuses(["1"])):
        with pytest.raises(AccountError) as told:
            await ask(function)
        assert "wrong" not in str(told.value)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_message_that_is_not_known(live: Live, kind: str) -> None:
    client = clients(live)[kind]
    with pytest.raises(UnknownMessageError):
        await ask(lambda: client.status("999999"))


async def test_many_messages_in_few_requests(live: Live) -> None:
    client = clients(live)["prontosms"]
    messages = [Message(f"7916123{number:02}00", TEXT, "INFORM") for number in range(60)]
    messages[30] = Message(PHONE, TEXT, "Nobody")
    sent = await ask(lambda: client.send_many(messages))
    assert len(sent) == 60
    assert [number for number, one in enumerate(sent) if not one.accepted] == [30]
    assert sent[30].reason == Rejection.UNKNOWN_SENDER


@pytest.mark.parametrize("kind", ["prontosms", "targetsms"])
async def test_viber(live: Live, kind: str) -> None:
    client = clients(live)[kind]
    card = ViberCard(TEXT, "Открыть", "https://a.example/")
    sent = await ask(lambda: client.send(PHONE, card, sender="INFORM", valid_for=timedelta(hours=1)))
    await live.settled()
    assert (await live.phone(PHONE))["channel"] == "viber"
    assert (await ask(lambda: client.status(sent.id))).price == Decimal("1.5")


@pytest.mark.parametrize("kind", ["targetsms", "smspager", "mobilgroup"])
async def test_what_a_protocol_has_no_form_for(live: Live, kind: str) -> None:
    client = clients(live)[kind]
    with pytest.raises(MessageRefusedError, match="text"):
        await ask(lambda: client.send(PHONE, FlashText(TEXT)))


async def test_senders(live: Live) -> None:
    found = await ask(clients(live)["prontosms"].senders)
    assert not found.any_sender
    assert {sender.name: sender.state for sender in found.senders} == {"INFORM": "completed", "Tolmach": "completed"}


async def test_cancelling(live: Live) -> None:
    assert await ask(lambda: clients(live)["smspager"].cancel("nothing")) == 0


def test_options_are_the_ones_there_are() -> None:
    assert ProntoSMS("https://a.example/", "me", "x", time_zone="Asia/Omsk", timeout=3)
    with pytest.raises(Exception, match="Nowhere"):
        ProntoSMS("https://a.example/", "me", "x", time_zone="Nowhere/Land")


@contextmanager
def saying(*answers: bytes) -> Iterator[str]:
    """A server that answers each connection with some bytes, and hangs up."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:

        def serve() -> None:
            for answer in answers:
                connection, _ = server.accept()
                with closing(connection):
                    seen = b""
                    while b"</request>" not in seen and b"</data>" not in seen:
                        seen += connection.recv(65536)
                    connection.sendall(answer)

        thread = Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/xml/"
        thread.join(5)


ANSWERS = {
    "nothing": b"",
    "no http": b"SSH-2.0-OpenSSH_9.2\r\n",
    "half": b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf",
    "no xml": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
    "a proxy": b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n",
    "nobody": b"HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n<response/>",
}


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
def test_answers_that_tell_nothing(answer: bytes) -> None:
    with saying(answer) as url, pytest.raises(AnswerError):
        ProntoSMS(url, "me", "secret").send(PHONE, TEXT)


def test_what_was_done_before_an_error() -> None:
    lines = "".join(
        f'<information number_sms="{number}" id_sms="{number}">send</information>' for number in range(1, 51)
    )
    body = f"<response>{lines}</response>".encode()
    whole = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)
    with saying(whole, b"") as url, pytest.raises(AnswerError) as told:
        ProntoSMS(url, "me", "secret").send_many([Message(PHONE, TEXT)] * 60)
    assert len(told.value.done) == 50


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:9/xml/", "http://nowhere.invalid/", "ftp://a.example/", "/xml/", "http://["]
)
def test_where_nobody_listens(url: str) -> None:
    with pytest.raises(ConnectError) as told:
        ProntoSMS(url, "me", "secret", timeout=5).balance()
    assert not re.search("secret", str(told.value))


def test_patience_ends() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as silent, pytest.raises(AnswerError, match="no answer"):
        ProntoSMS(f"http://127.0.0.1:{silent.getsockname()[1]}/", "me", "secret", timeout=0.1).balance()
