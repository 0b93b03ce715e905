import asyncio
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web
from structlog.testing import capture_logs

from tests.gateway import conceal, until
from tests.receiver import Receiver, acknowledge, ids, receiving
from tests.workers.stage import PHONE, Stage, working
from tolmach.connectors.client import CallbackClient
from tolmach.core.moments import to_ms
from tolmach.core.status import Status
from tolmach.dialects.prontosms.push import StatusPush
from tolmach.services import accounts
from tolmach.services.accounts import Changes
from tolmach.services.notices import Notices
from tolmach.store import callbacks
from tolmach.store.callbacks import ACKNOWLEDGED, FAILED, PENDING, Callback
from tolmach.workers import callbacks as module
from tolmach.workers.bell import Bell
from tolmach.workers.callbacks import CallbacksWorker

DELAYS = [timedelta(minutes=minutes) for minutes in (10, 20, 30, 40)]
NOWHERE = "http://127.0.0.1:9/"  # the discard port: nobody listens


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as server:
        yield server


@asynccontextmanager
async def telling(stage: Stage, told: Bell | None = None, patience: float = 10) -> AsyncIterator[Bell]:
    """Let the worker run until the block ends."""
    bell = told or Bell()
    async with CallbackClient(timeout=patience, allow_private=True) as client:
        worker = CallbacksWorker(stage.database, Notices(stage.catalogue, DELAYS), StatusPush(), client, stage.clock)
        async with working(worker.run(bell)):
            yield bell


def owe(stage: Stage, url: str, count: int = 1, login: str = "demo") -> list[int]:
    """Have final messages of which an account has not been told yet."""
    stage.database.write_now(lambda tx: accounts.change(tx, login, Changes(callback_url=url)))
    numbers = stage.accept(*[PHONE] * count, login=login)
    account = stage.database.read_now(lambda tx: accounts.find(tx, login)).id
    now = to_ms(stage.clock.now())
    owed = [Callback(account, number, Status.DELIVERED, now, now) for number in numbers]
    stage.database.write_now(lambda tx: callbacks.add(tx, owed))
    return numbers


def second_account(stage: Stage) -> str:
    """Add an account that sends what the first may send."""
    changes = Changes(any_sender=True, default_sender="Second", tariff="demo")
    stage.database.write_now(lambda tx: accounts.add(tx, "second", conceal("second"), changes, stage.clock.now()))
    from tolmach.core.money import parse_money
    from tolmach.services import ledger

    stage.database.write_now(lambda tx: ledger.top_up(tx, "second", parse_money("100"), "", stage.clock.now()))
    return "second"


def told_of(stage: Stage, number: int) -> Callback:
    (row,) = stage.database.read_now(lambda tx: callbacks.of_message(tx, number))
    return row


async def tried(stage: Stage, number: int, times: int) -> Callback:
    """Wait until a callback has been tried so often, and the result is stored."""

    async def done() -> bool:
        row = told_of(stage, number)
        if row.state == PENDING and row.attempts == times <= len(DELAYS):
            return row.due_at == to_ms(stage.clock.now() + DELAYS[times - 1])  # else it is still under way
        return row.state != PENDING

    await until(done)
    return told_of(stage, number)


async def exhaust(stage: Stage, bell: Bell, number: int) -> list[Callback]:
    """Let every attempt come and go."""
    results = [await tried(stage, number, 1)]
    for times, delay in enumerate(DELAYS, 2):
        stage.clock.advance(delay)
        bell.ring()
        results.append(await tried(stage, number, times))
    return results


async def test_what_is_acknowledged_is_told_once(stage: Stage, receiver: Receiver) -> None:
    numbers = owe(stage, receiver.url, 3)
    async with telling(stage) as bell:
        for number in numbers:
            assert (await tried(stage, number, 1)).state == ACKNOWLEDGED
        stage.clock.advance(timedelta(days=3))
        bell.ring()
        more = owe(stage, receiver.url)
        bell.ring()
        await tried(stage, more[0], 1)
    assert [ids(body) for body in receiver.bodies] == [["10", "20", "30"], ["40"]]


async def test_a_receiver_that_is_down_five_times(stage: Stage) -> None:
    (number,) = owe(stage, NOWHERE)
    async with telling(stage) as bell:
        results = await exhaust(stage, bell, number)
    assert [row.state for row in results] == [PENDING] * 4 + [FAILED]
    assert results[-1].attempts == 5
    assert results[-1].error.startswith("cannot connect: ")
    assert results[-1].done_at == to_ms(stage.clock.now())


async def test_only_what_was_not_acknowledged_is_told_again(stage: Stage, receiver: Receiver) -> None:
    numbers = owe(stage, receiver.url, 4)

    async def most(body: str) -> web.StreamResponse:
        return acknowledge(*ids(body)[:-1], "9990", "x", "")

    receiver.answer = most
    async with telling(stage) as bell:
        results = await exhaust(stage, bell, numbers[3])
    assert [ids(body) for body in receiver.bodies] == [["10", "20", "30", "40"], *[["40"]] * 4]
    assert (results[-1].state, results[-1].error, results[-1].attempts) == (FAILED, "not acknowledged", 5)
    assert [told_of(stage, number).state for number in numbers[:3]] == [ACKNOWLEDGED] * 3


@pytest.mark.parametrize(
    ("answer", "state", "error"),
    [
        (web.Response(status=500, text="oops"), PENDING, "HTTP 500"),
        (web.Response(status=404, text="<response><id_sms>10</id_sms></response>"), ACKNOWLEDGED, ""),
        (web.Response(status=302, headers={"location": "http://127.0.0.1:9/"}), PENDING, "not acknowledged"),
        (web.Response(text=""), PENDING, "not acknowledged"),
        (web.Response(text="<response><id_sms> 10\n</id_sms></response>"), ACKNOWLEDGED, ""),
        (web.Response(text="<!DOCTYPE r><response><id_sms>10</id_sms></response>"), PENDING, "not acknowledged"),
        (web.Response(body=bytes(range(256))), PENDING, "not acknowledged"),
    ],
)
async def test_the_words_count_and_not_the_code(
    stage: Stage, receiver: Receiver, answer: web.Response, state: str, error: str
) -> None:
    (number,) = owe(stage, receiver.url)

    async def reply(_: str) -> web.StreamResponse:
        return answer

    receiver.answer = reply
    async with telling(stage):
        row = await tried(stage, number, 1)
    assert (row.state, row.error) == (state, error)


def held_up(receiver: Receiver) -> asyncio.Event:
    """Have a receiver acknowledge only once this is set."""
    go_on = asyncio.Event()

    async def slow(body: str) -> web.StreamResponse:
        await go_on.wait()
        return acknowledge(*ids(body))

    receiver.answer = slow
    return go_on


async def test_a_slow_receiver_delays_nobody_else(stage: Stage, receiver: Receiver) -> None:
    go_on = held_up(receiver)
    (first,) = owe(stage, receiver.url)
    async with receiving() as quick, telling(stage) as bell:
        await receiver.body()
        for number in owe(stage, quick.url, 2, login=second_account(stage)):
            bell.ring()
            assert (await tried(stage, number, 1)).state == ACKNOWLEDGED
        (later,) = owe(stage, receiver.url)  # the slow one hears nothing new while it is busy
        bell.ring()
        assert told_of(stage, first).state == PENDING
        assert told_of(stage, later).attempts == 0
        go_on.set()
        assert (await tried(stage, first, 1)).state == ACKNOWLEDGED
        assert (await tried(stage, later, 1)).state == ACKNOWLEDGED
    assert len(receiver.bodies) == 2


async def test_a_receiver_that_never_answers(stage: Stage, receiver: Receiver) -> None:
    async def never(body: str) -> web.StreamResponse:
        await asyncio.Event().wait()
        return acknowledge()

    receiver.answer = never
    (number,) = owe(stage, receiver.url)
    async with telling(stage, patience=0.5):
        row = await tried(stage, number, 1)
    assert (row.state, row.error) == (PENDING, "no answer in time")


async def test_what_is_being_told_at_a_stop_is_not_told_again(stage: Stage, receiver: Receiver) -> None:
    go_on = held_up(receiver)
    (number,) = owe(stage, receiver.url)
    async with telling(stage):
        await receiver.body()
        asyncio.get_running_loop().call_later(0.05, go_on.set)
    assert told_of(stage, number).state == ACKNOWLEDGED


async def test_a_stop_does_not_wait_long_for_a_receiver(
    stage: Stage, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "FAREWELL_SECONDS", 0.01)

    async def never(body: str) -> web.StreamResponse:
        await asyncio.Event().wait()
        return acknowledge()

    receiver.answer = never
    (number,) = owe(stage, receiver.url)
    async with telling(stage):
        await receiver.body()
    assert told_of(stage, number).state == PENDING


async def test_an_address_that_was_taken_away(stage: Stage) -> None:
    (number,) = owe(stage, NOWHERE)
    stage.database.write_now(lambda tx: accounts.change(tx, "demo", Changes(callback_url="")))
    async with telling(stage):
        row = await tried(stage, number, 1)
    assert (row.state, row.error) == (FAILED, "no callback URL")


async def test_a_claim_of_a_dead_worker_is_made_again(stage: Stage, receiver: Receiver) -> None:
    (number,) = owe(stage, receiver.url)
    notices = Notices(stage.catalogue, DELAYS)
    stage.database.write_now(lambda tx: notices.claim(tx, stage.clock.now(), (), 10))
    async with telling(stage) as bell:
        stage.clock.advance(timedelta(minutes=3))
        bell.ring()
        row = await tried(stage, number, 2)
    assert (row.state, row.attempts) == (ACKNOWLEDGED, 2)


async def test_a_failing_push_is_logged_once_and_hinders_nobody(stage: Stage, receiver: Receiver) -> None:
    class Broken(StatusPush):
        def request(self, url: str, states: Sequence[Any]) -> Any:
            raise ZeroDivisionError

    owe(stage, receiver.url)
    with capture_logs() as logs:
        async with CallbackClient(timeout=1, allow_private=True) as client:
            worker = CallbacksWorker(stage.database, Notices(stage.catalogue, DELAYS), Broken(), client, stage.clock)

            async def complained() -> bool:
                return bool(logs)

            work: Coroutine[Any, Any, None] = worker.run(Bell())
            async with working(work):
                await until(complained)
    assert [entry["event"] for entry in logs] == ["a callback failed"]
    assert told_of(stage, 10).state == PENDING
