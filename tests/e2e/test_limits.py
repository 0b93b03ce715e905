"""What one client may take of the gateway: each limit has the dialect's own error, and says when to come back."""

import asyncio
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from starlette.types import Message
from structlog.testing import capture_logs

from tests.clock import FakeClock
from tests.e2e.chain import HOOK, link
from tests.e2e.documents import mobil_sms, pager_sms, pronto, pronto_sms, target, target_sms
from tests.gateway import Answer, Inside, ask, inside, rows, running, until
from tolmach.api import execution, protocol
from tolmach.core.content import Channel
from tolmach.core.route import Conditions, Rule, Target
from tolmach.core.traffic import Traffic, lane
from tolmach.services import accounts, routing
from tolmach.workers.backlogs import BacklogsWorker

PHONE = "79161234500"
BUSY = "Сервис перегружен, повторите запрос позже".encode()
GOOD = pronto_sms(PHONE).encode()
ACCEPTED = b">send</information>"


@pytest.fixture
async def narrow(installation: Path) -> AsyncIterator[Inside]:
    """A gateway without sockets that takes few requests."""
    limits = {"rate": 10, "requests": 20, "body_seconds": 0.05}
    async with inside(installation, clock=FakeClock(), limits=limits) as gateway:
        yield gateway


async def test_an_account_that_is_too_fast_waits_and_is_then_refused(narrow: Inside) -> None:
    answers = await asyncio.gather(*[narrow.ask("/xml/", GOOD) for _ in range(20)])
    taken = [answer for answer in answers if ACCEPTED in answer.body]
    refused = [answer for answer in answers if BUSY in answer.body]
    assert len(taken) + len(refused) == 20
    assert 15 <= len(taken) <= 17  # half a second's at once, and those of one second that wait
    assert {answer.headers.get("retry-after") for answer in refused} == {"1"}
    assert {answer.headers.get("retry-after") for answer in taken} == {None}
    assert (await narrow.read(rows))["messages"] == len(taken)


async def test_a_refusal_comes_after_those_who_had_to_wait(narrow: Inside) -> None:
    assert [BUSY in answer.body for answer in await _in_order(narrow)][:10] == [False] * 10


async def test_of_many_refusals_the_rest_comes_at_once(narrow: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(execution, "MOST_HELD", 2)
    refused = [BUSY in answer.body for answer in await _in_order(narrow)]
    assert any(refused[:10])
    assert sum(refused[-3:]) >= 2


async def _in_order(gateway: Inside) -> list[Answer]:
    """Ask twenty times at once; return the answers as they come."""
    return [await answer for answer in asyncio.as_completed([gateway.ask("/xml/", GOOD) for _ in range(20)])]


async def test_in_another_dialect_it_is_that_dialects_error(narrow: Inside) -> None:
    answers = await asyncio.gather(*[narrow.ask("/send.xml", pager_sms(PHONE).encode()) for _ in range(20)])
    assert {answer.headers.get("retry-after") for answer in answers} == {None, "1"}
    assert {answer.status for answer in answers} == {200}


class Slow:
    """A client whose body comes when the test says so."""

    def __init__(self, gateway: Inside) -> None:
        self.gateway = gateway
        self.body: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self.sent: list[Message] = []

    async def ask(self) -> Answer:
        endpoint = self.gateway.gateway.northbound.endpoint("/xml/")
        assert endpoint is not None
        scope = {"method": "POST", "path": "/xml/", "query_string": b"", "headers": []}
        await self.gateway.gateway.northbound(endpoint, scope, self.receive, self.send)
        headers = {name.decode(): value.decode() for name, value in self.sent[0]["headers"]}
        return Answer(self.sent[0]["status"], headers, self.sent[1]["body"])

    async def receive(self) -> Message:
        return {"type": "http.request", "body": await self.body, "more_body": False}

    async def send(self, message: Message) -> None:
        self.sent.append(message)


async def test_a_body_that_does_not_come_is_not_waited_for(narrow: Inside) -> None:
    answer = await Slow(narrow).ask()
    assert BUSY in answer.body
    assert answer.headers["connection"] == "close"


async def test_so_many_at_once(installation: Path) -> None:
    async with inside(installation, clock=FakeClock(), limits={"requests": 2}) as gateway:
        written = threading.Event()
        holding = asyncio.create_task(gateway.write(lambda _tx: written.wait(30)))
        asking = [asyncio.create_task(gateway.ask("/xml/", GOOD)) for _ in range(2)]
        try:
            await asyncio.sleep(0)
            crowded = await gateway.ask("/xml/", GOOD)
            assert BUSY in crowded.body
            assert crowded.headers["retry-after"] == "1"
        finally:
            written.set()
        assert all(ACCEPTED in answer.body for answer in await asyncio.gather(*asking))
        assert ACCEPTED in (await gateway.ask("/xml/", GOOD)).body
        await holding


async def test_bodies_that_do_not_come_keep_nobody_out(installation: Path) -> None:
    """As many wait for their bodies as may be in work; for another one the oldest gives way."""
    async with inside(installation, clock=FakeClock(), limits={"requests": 2}) as gateway:
        slow = [Slow(gateway) for _ in range(3)]
        asking = [asyncio.create_task(one.ask()) for one in slow]
        await asyncio.sleep(0)
        answer = await asking[0]
        assert BUSY in answer.body
        assert (answer.headers["retry-after"], answer.headers["connection"]) == ("1", "close")
        assert ACCEPTED in (await gateway.ask("/xml/", GOOD)).body
        assert BUSY in (await asking[1]).body
        slow[2].body.set_result(GOOD)
        assert ACCEPTED in (await asking[2]).body


@pytest.mark.parametrize("path", ["/sign-in", f"/hooks/gate/{HOOK}", "/nothing", "/xml/"])
async def test_a_body_that_does_not_come_ends_its_connection(
    installation: Path, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    """Whoever is to read it."""
    monkeypatch.setattr(protocol, "ANSWER_SECONDS", 0.05)
    gate = link("prontosms", 9, name="gate", hook=HOOK)
    async with running(installation, sandbox={}, links=[gate], limits={"body_seconds": 0.05}) as live:
        reader, writer = await asyncio.open_connection("127.0.0.1", live.port)
        writer.write(f"POST {path} HTTP/1.1\r\nHost: a\r\nContent-Length: 40\r\n\r\nbody".encode())
        async with asyncio.timeout(10):
            came = await reader.read()
        assert (BUSY in came) == (path == "/xml/")
        writer.close()


async def test_a_backlog_that_no_link_takes_refuses_more(installation: Path) -> None:
    """What is accepted waits without a link; above the bound the account has to come back, and nothing is stored."""
    async with running(installation, sandbox={}, limits={"account_backlog": 30}) as live:
        answer = await live.post("/xml/", pronto_sms(*[PHONE] * 40))
        assert answer.count(">send<") == 40
        assert BUSY.decode() in await live.post("/xml/", GOOD)
        assert (await live.read(rows))["messages"] == 40

        async def taken() -> bool:
            return ">send<" in await live.post("/xml/", GOOD)

        await until(taken)  # without a link they are put off for half a minute, and are not due then


SENDING = {
    "/xml/": pronto_sms(PHONE),
    "/xml/message.php": target(target_sms(), PHONE),
    "/send.xml": pager_sms(PHONE),
    "/extxml.php": mobil_sms(1, PHONE),
}


@pytest.mark.parametrize("path", SENDING)
async def test_a_channel_that_has_too_much_waiting_refuses_more(installation: Path, path: str) -> None:
    async with inside(installation, clock=FakeClock(), limits={"channel_backlog": 30}) as gateway:
        gateway.gateway.backlogs.counted({(999, lane(Channel.SMS, Traffic.ADVERT)): 30})
        answer = await gateway.ask(path, SENDING[path].encode())
        assert (answer.status, answer.headers["retry-after"]) == (200, "30")
        assert (await gateway.read(rows))["messages"] == 0
        gateway.gateway.backlogs.counted({(999, lane(Channel.VIBER, Traffic.ADVERT)): 30})
        assert "retry-after" not in (await gateway.ask(path, SENDING[path].encode())).headers
        assert (await gateway.read(rows))["messages"] == 1


@pytest.mark.parametrize("path", SENDING)
async def test_a_link_that_has_too_much_waiting_refuses_what_only_it_carries(installation: Path, path: str) -> None:
    """One link's numbers are refused with the dialect's error; the others are taken."""
    links = [
        {"name": name, "host": "127.0.0.1", "system_id": "t", "backlog": most}
        for name, most in (("mts", 2), ("other", 0))
    ]
    async with inside(installation, clock=FakeClock(), links=links, sandbox={}) as gateway:
        rule = Rule(0, 0, Conditions(prefix=PHONE[:4]), (Target("mts"),))
        await gateway.write(lambda tx: routing.add(tx, rule))
        parts = gateway.gateway
        parts.links.current = parts.carriers.configured()

        async def count() -> None:
            await BacklogsWorker(parts.database, parts.backlogs, parts.clock, parts.catalogue).count()

        await gateway.ask("/xml/", pronto_sms(PHONE, PHONE).encode())
        await count()
        answer = await gateway.ask(path, SENDING[path].encode())
        assert (answer.status, answer.headers["retry-after"]) == (200, "30")
        assert ACCEPTED in (await gateway.ask("/xml/", pronto_sms("79031234500").encode())).body
        assert (await gateway.read(rows))["messages"] == 3
        shown = (await ask(parts.metrics, "/metrics", [b""], "GET")).body.decode()
        assert 'tolmach_link_backlog{link="mts"} 2.0' in shown
        assert 'tolmach_link_backlog{link="other"} 1.0' not in shown  # counted before the third came
        assert 'tolmach_link_backlog_limit{link="mts"} 2.0' in shown
        await gateway.write(lambda tx: routing.remove(tx, 1))
        await count()
        assert "retry-after" not in (await gateway.ask(path, SENDING[path].encode())).headers


async def test_an_account_may_send_so_many_messages_a_second(installation: Path) -> None:
    """A list goes whole; the next one has to come back, and is told when. Questions are not counted."""
    async with inside(installation, clock=FakeClock(), limits={"messages": 10}) as gateway:
        answer = await gateway.ask("/xml/", pronto_sms(*[PHONE] * 100).encode())
        assert answer.body.count(ACCEPTED) == 100
        later = await gateway.ask("/xml/", GOOD)
        assert BUSY in later.body
        assert 1 <= int(later.headers["retry-after"]) <= 9
        assert BUSY not in (await gateway.ask("/xml/balance.php", pronto("").encode())).body


async def test_an_account_may_have_limits_of_its_own(installation: Path) -> None:
    """They hold instead of those of the settings, from a second after they were set, and until they are taken away."""
    async with inside(installation, clock=FakeClock(), limits={"messages": 10}) as gateway:

        async def sent() -> bool:
            return ACCEPTED in (await gateway.ask("/xml/", pronto_sms(*[PHONE] * 100).encode())).body

        async def limited(rate: str) -> None:
            changes = accounts.Changes(message_rate=rate)
            await gateway.write(lambda tx: accounts.change(tx, "demo", changes))

        assert (await sent(), await sent()) == (True, False)
        await limited("0")
        await until(sent)
        assert await sent()
        await limited("")

        async def refused() -> bool:
            return not await sent()

        await until(refused)


async def test_who_is_refused_is_named_and_counted(installation: Path) -> None:
    async with inside(installation, clock=FakeClock(), limits={"messages": 10}) as gateway:
        with capture_logs() as logs:
            for _ in range(2):
                await gateway.ask("/xml/", pronto_sms(*[PHONE] * 100).encode())
            await gateway.ask("/xml/", GOOD.replace(b'password value="demo"', b'password value="wrong"'))
            await gateway.ask("/xml/", GOOD.removesuffix(b"</request>"))
        told = [entry for entry in logs if entry["event"] == "request refused"]
        assert [(entry["failure"], entry.get("account"), entry["remote"]) for entry in told] == [
            ("busy", 1, "127.0.0.1"),
            ("unauthorised", None, "127.0.0.1"),
            ("malformed", None, "127.0.0.1"),
        ]
        counted = gateway.gateway.links.tally.refused
        assert counted == {("prontosms", failure): 1 for failure in ("busy", "unauthorised", "malformed")}
