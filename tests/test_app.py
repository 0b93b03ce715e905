import asyncio
import gc
import socket
import threading
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import aiohttp
import orjson
import pytest
from structlog.testing import capture_logs

from tests.clock import FakeClock
from tests.databases import place_of
from tests.e2e.documents import pronto_sms
from tests.gateway import Live, ask, rows, running, settings, until
from tests.workers.stage import Link, Stage, take_all
from tolmach.api.server import HttpServer
from tolmach.api.sockets import PortTakenError
from tolmach.app import Gateway, build
from tolmach.core.delivery import Outcome, Submission
from tolmach.core.ports import EventSink
from tolmach.gateway import parts
from tolmach.gateway.composition import NotReadyError
from tolmach.gateway.membership import Membership
from tolmach.services import messages
from tolmach.store import legs, queue
from tolmach.store.database import Database

PHONE = "79161234500"


def of_ours() -> list[str]:
    """Return the threads that a gateway starts."""
    return [each.name for each in threading.enumerate() if each.name.startswith(("store-", "sandbox"))]


async def health(gateway: Gateway) -> tuple[int, dict[str, object]]:
    """Ask a gateway itself, without its server."""
    answer = await ask(gateway, "/health/ready", [b""], "GET")
    return answer.status, orjson.loads(answer.body)


async def test_it_is_alive_and_ready(live: Live) -> None:
    async with live.http.get("/health/live") as response:
        assert (response.status, await response.json()) == (200, {"status": "live"})
    async with live.http.get("/health/ready") as response:
        checks = {"migrations": "ok", "database": "ok", "workers": "ok", "queue": "ok"}
        assert (response.status, await response.json()) == (200, {"status": "ready", "checks": checks})


@pytest.mark.parametrize("make", [False, True])
def test_it_refuses_a_file_without_migrations(tmp_path: Path, make: bool) -> None:
    if make:
        Database(tmp_path / "tolmach.sqlite").close()
    with pytest.raises(NotReadyError, match=r"tolmach\.sqlite lacks migrations: run `tolmach migrate`"):
        build(settings(tmp_path))
    assert of_ours() == []


@pytest.mark.sqlite
async def test_one_directory_has_one_gateway(installation: Path) -> None:
    async with running(installation) as first:
        with pytest.raises(NotReadyError, match="another gateway already runs on "):
            async with running(installation):
                pytest.fail("two gateways on one file")
        assert ">send</information>" in await first.post("/xml/", pronto_sms(PHONE))
    async with running(installation) as second:
        await second.settled()
    assert of_ours() == []


async def test_a_port_that_is_taken(installation: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(PortTakenError, match=r"cannot listen on 127\.0\.0\.1:"):
            async with running(installation, port=taken.getsockname()[1]):
                pytest.fail("two servers on one port")
    assert of_ours() == []
    async with running(installation) as live:  # and the directory is free again
        assert live.port > 0


async def test_a_port_for_metrics_that_is_taken_is_told_before_any_work(
    installation: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[object] = []
    monkeypatch.setattr(Gateway, "_start_workers", lambda self, _stack: begun.append(self))
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        for port in (taken.getsockname()[1], 65_535):
            gateway = build(
                settings(installation, metrics=f"127.0.0.1:{port}"), membership=Membership(number=int(port == 65_535))
            )
            with pytest.raises(PortTakenError, match=f":{port + gateway._membership.number}: ") as error:
                await gateway.run()
            assert error.value.setting == "the setting metrics"
    assert begun == []
    assert of_ours() == []


async def test_it_listens_on_ipv6(installation: Path) -> None:
    async with running(installation, host="::1") as live:
        assert live.gateway.url == f"http://[::1]:{live.port}"
        async with live.http.get("/health/live") as response:
            assert response.status == 200


@dataclass
class Ending(Link):
    """A link that ends when it is told to, as no link should."""

    error: Exception | None = None
    end: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self, sink: EventSink) -> None:
        await self.end.wait()
        if self.error is not None:
            raise self.error


@pytest.mark.parametrize("error", [None, ConnectionResetError("gone")])
async def test_a_part_that_ends_ends_the_gateway(installation: Path, error: Exception | None) -> None:
    link = Ending(error=error)
    raised = pytest.raises(ConnectionResetError, match="gone") if error else pytest.raises(RuntimeError, match="ended")
    with capture_logs() as logs, raised:
        async with running(installation, connectors=[link]) as live:
            gateway = live.gateway
            assert (await health(gateway))[0] == 200
            link.end.set()

            async def over() -> bool:
                told = any(entry.get("part") == "links" for entry in logs)  # before it is stopped by this test
                return told and (await health(gateway))[0] == 503

            await until(over)
    assert [entry.get("part", entry.get("link")) for entry in logs if entry["log_level"] == "error"] == [
        "test",
        "links",
    ]
    status, body = await health(gateway)
    assert status == 503
    assert body["status"] == "not ready"
    assert "links" in str(body["checks"])
    assert of_ours() == []


async def test_before_it_runs_it_is_not_ready(installation: Path) -> None:
    gateway = build(settings(installation))
    try:
        assert await health(gateway) == (
            503,
            {
                "status": "not ready",
                "checks": {"migrations": "ok", "database": "ok", "workers": "not running", "queue": "ok"},
            },
        )
    finally:
        assert gateway.phones is not None
        gateway.phones.close()
        gateway.database.close()


async def test_a_stop_answers_the_requests_under_way(installation: Path) -> None:
    """Ten callers have sent their documents when the gateway is told to stop: all get ids, and all ids are kept."""
    async with running(installation) as live:
        answers = [asyncio.create_task(live.post("/xml/", pronto_sms(PHONE))) for _ in range(10)]

        async def under_way() -> bool:
            return live.gateway.intake._drafts > 0 or any(answer.done() for answer in answers)

        await until(under_way)
        live.gateway.stop()
        done = await asyncio.gather(*answers, return_exceptions=True)
        answered = [answer for answer in done if isinstance(answer, str)]
        assert answered
        assert all(">send</information>" in answer for answer in answered)
        assert all(isinstance(answer, str | aiohttp.ClientConnectionError) for answer in done)
    database = Database(place_of(installation))
    assert database.read_now(rows)["messages"] == len(answered)
    database.close()
    assert of_ours() == []


async def test_a_stop_does_not_wait_for_those_who_only_look(installation: Path) -> None:
    async with running(installation) as live:
        waiting = asyncio.create_task(live.http.get("/sandbox/api/wait", params={"timeout": "60"}))
        stream = await live.http.get("/sandbox/api/events")
        idle = await asyncio.open_connection("127.0.0.1", live.port)
        async with asyncio.timeout(8):  # less than what answers under way are given
            live.gateway.stop()
            response = await waiting
            assert response.status == 503
            await stream.read()
            assert await idle[0].read() == b""
        idle[1].close()


@pytest.mark.sqlite  # on PostgreSQL other processes may be at work: see tests/faults/test_processes.py
async def test_what_a_dead_gateway_had_in_hand_is_taken_up_at_once(installation: Path) -> None:
    """Nobody waits for its leases to run out; what it may have sent is marked."""
    clock = FakeClock()
    database = Database(place_of(installation))
    stage = Stage(database, clock)
    stage.accept(PHONE)
    database.write_now(lambda tx: stage.delivery.claim(tx, "dead", clock.now(), 10))
    database.close()
    link = Link()
    async with running(installation, clock=clock, connectors=[link]) as live:
        await until(lambda: live.read(lambda tx: legs.of_messages(tx, [10])))
        (leg,) = (await live.read(lambda tx: legs.of_messages(tx, [10])))[10]
    assert leg.uncertain
    assert [submission.uncertain for submission in link.submissions] == [True]


async def test_what_the_command_line_accepts_is_sent_too(live: Live) -> None:
    """Another process writes to the same file and rings no bell."""
    from tests.workers.stage import sms

    other = Database(live.gateway.settings.database)
    other.write_now(lambda tx: messages.post(tx, "demo", sms(PHONE, text="by hand"), live.gateway.clock.now()))
    other.close()
    assert (await live.phone(PHONE))["text"] == "by hand"
    await live.settled()


async def test_without_a_carrier_messages_wait(installation: Path) -> None:
    async with running(installation, sandbox={"enabled": False}) as live:
        assert ">send</information>" in await live.post("/xml/", pronto_sms(PHONE))
        async with live.http.get("/sandbox/") as response:
            assert response.status == 404

        async def put_off() -> bool:
            entry = (await live.read(lambda tx: queue.by_ids(tx, [10])))[10]
            return entry.attempts == 1 and not entry.claimed_by

        await until(put_off)


async def test_several_carriers_have_their_channels(installation: Path) -> None:
    taken: list[Sequence[Submission]] = []

    async def take(batch: Sequence[Submission]) -> Sequence[Outcome]:
        taken.append(batch)
        return await take_all(batch)

    async with running(installation, connectors=[Link(answer=take)]) as live:
        await live.post("/xml/", pronto_sms(PHONE))
        await until(lambda: live.read(lambda tx: legs.of_messages(tx, [10])))
    assert [submission.recipient for batch in taken for submission in batch] == [PHONE]


async def test_nothing_is_left_behind(installation: Path) -> None:
    before = asyncio.all_tasks()
    async with running(installation) as live:
        await live.post("/xml/", pronto_sms(PHONE))
        await live.phone(PHONE)
    await asyncio.sleep(0)
    assert asyncio.all_tasks() == before
    assert of_ours() == []
    gc.collect()  # what was not closed would complain


class Lingering:
    """A server that has an answer to give for as long as it is let."""

    def __init__(self) -> None:
        self.listening, self.told = asyncio.Event(), asyncio.Event()

    async def run_until_stopped(self) -> None:
        self.listening.set()
        await asyncio.Event().wait()

    def stop(self) -> None:
        self.told.set()


async def test_who_is_cancelled_while_a_server_ends_what_is_under_way_is_cancelled() -> None:
    server, serving = Lingering(), list[asyncio.Task[None]]()

    async def serve() -> None:
        async with AsyncExitStack() as stack:
            serving.append(await parts.serve(stack, cast("HttpServer", server)))
        raise AssertionError("it goes on")

    caller = asyncio.create_task(serve())
    await server.told.wait()
    caller.cancel()
    await asyncio.wait([caller])
    assert caller.cancelled()
    assert serving[0].cancelled()
