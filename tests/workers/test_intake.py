import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from tests.gateway import rows
from tests.workers.stage import PHONE, Stage, sms, working
from tolmach.core.commands import SendMessages
from tolmach.core.content import Channel
from tolmach.core.errors import CommitUnknownError, Failure, LostAnswerError, RequestError
from tolmach.core.ids import AccountId
from tolmach.core.limits import BacklogLimits
from tolmach.core.results import Accepted, SendResult
from tolmach.core.timezones import to_wall
from tolmach.services import accounts as services
from tolmach.services.access import Principal
from tolmach.services.accounts import Changes
from tolmach.services.backlogs import Backlogs
from tolmach.store.database import Tx
from tolmach.workers.bell import Bells
from tolmach.workers.intake import (
    BATCH_DRAFTS,
    SHARED_DRAFTS,
    SHORT_DRAFTS,
    SOON,
    WAITING_DRAFTS,
    WORTH_DRAFTS,
    IntakeWorker,
)
from tolmach.workers.tally import Tally

BROKEN = sms(PHONE, label="\ud800")  # no database can store it


async def given(intake: IntakeWorker, caller: Principal, *commands: SendMessages) -> list[asyncio.Task[SendResult]]:
    """Give commands that have to wait, because nobody writes yet."""
    tasks = [asyncio.create_task(intake.send(caller, command)) for command in commands]
    await asyncio.sleep(0)
    return tasks


def ids(result: SendResult | BaseException) -> list[int]:
    assert isinstance(result, SendResult), result
    return [item.id for item in result.items if isinstance(item, Accepted)]


async def test_what_comes_together_is_written_together(stage: Stage, intake: IntakeWorker, caller: Principal) -> None:
    tasks = await given(intake, caller, *[sms(PHONE)] * 50)
    async with working(intake.run()):
        results = await asyncio.gather(*tasks)
    assert [ids(result) for result in results] == [[number * 10] for number in range(1, 51)]
    assert (await stage.database.read(rows))["messages"] == 50


async def test_an_answer_comes_after_the_commit_and_the_bell_rings(stage: Stage, caller: Principal) -> None:
    accepted = Bells()
    intake = IntakeWorker(stage.database, stage.catalogue, stage.clock, accepted)
    async with working(intake.run()):
        (number,) = ids(await intake.send(caller, sms(PHONE)))
    assert stage.duty(number) is not None
    async with asyncio.timeout(5):
        await accepted.of(Channel.SMS).wait(60)


async def test_the_bell_rings_for_what_is_due_before_somebody_looks_anyway(stage: Stage, caller: Principal) -> None:
    rung: list[Channel] = []
    intake = IntakeWorker(stage.database, stage.catalogue, stage.clock, Bells(rung.append))
    now = to_wall(stage.clock.now(), "Europe/Moscow").replace(tzinfo=None)

    def due(seconds: float) -> SendMessages:
        return replace(
            sms(PHONE), drafts=[replace(one, due=now + timedelta(seconds=seconds)) for one in sms(PHONE).drafts]
        )

    async with working(intake.run()):
        await intake.send(caller, due(86_400))
        await intake.send(caller, due(SOON.total_seconds() + 1))
        assert rung == []
        await intake.send(caller, due(SOON.total_seconds() - 1))
        await intake.send(caller, due(-60))
        both = replace(sms(PHONE), drafts=[*due(86_400).drafts, *sms(PHONE).drafts])
        await intake.send(caller, both)
    assert rung == [Channel.SMS] * 3


async def test_one_that_cannot_be_written_does_not_fail_its_neighbours(
    stage: Stage, intake: IntakeWorker, caller: Principal
) -> None:
    tasks = await given(intake, caller, sms(PHONE), BROKEN, sms(PHONE), BROKEN, sms(PHONE))
    with capture_logs() as logs:
        async with working(intake.run()):
            results = await asyncio.gather(*tasks, return_exceptions=True)
    written = [number for result in (0, 2, 4) for number in ids(results[result])]
    assert written == sorted(set(written))
    assert len(written) == 3
    for number in (1, 3):
        error = results[number]
        assert isinstance(error, RequestError)
        assert error.failure is Failure.INTERNAL
    assert [entry["event"] for entry in logs] == ["a send command failed"] * 2
    after = await stage.database.read(rows)
    assert (after["messages"], after["queue"]) == (3, 3)


async def test_the_log_names_the_request_that_failed(intake: IntakeWorker, caller: Principal) -> None:
    with capture_logs() as logs:
        async with working(intake.run()):
            with pytest.raises(RequestError):
                await intake.send(caller, BROKEN, "order-7")
    assert logs[0]["request_id"] == "order-7"


async def test_a_refusal_is_the_callers_own(intake: IntakeWorker, caller: Principal) -> None:
    stranger = Principal(caller.account, "another hash", "127.0.0.1", open_to_blocked=False, digest=b"")
    tasks = [*await given(intake, caller, sms(PHONE)), *await given(intake, stranger, sms(PHONE))]
    async with working(intake.run()):
        results = await asyncio.gather(*tasks, return_exceptions=True)
    assert ids(results[0]) == [10]
    assert isinstance(results[1], RequestError)
    assert results[1].failure is Failure.UNAUTHORISED


async def test_too_much_at_once_is_told_to_come_back(intake: IntakeWorker, caller: Principal) -> None:
    many = SendMessages([*sms(PHONE).drafts] * (WAITING_DRAFTS + 1), "prontosms")
    tasks = await given(intake, caller, many)
    with pytest.raises(RequestError) as told:
        await intake.send(caller, sms(PHONE))
    assert told.value.failure is Failure.BUSY
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    async with working(intake.run()):
        await asyncio.sleep(0)  # those who have gone make room
        assert ids(await intake.send(caller, sms(PHONE))) == [10]


async def test_who_has_gone_before_the_writing_has_sent_nothing(
    stage: Stage, intake: IntakeWorker, caller: Principal
) -> None:
    gone, stays = await given(intake, caller, sms(PHONE), sms(PHONE))
    gone.cancel()
    async with working(intake.run()):
        assert ids(await stays) == [10]
    assert (await stage.database.read(rows))["messages"] == 1


async def test_a_large_command_is_written_whole(stage: Stage, intake: IntakeWorker, caller: Principal) -> None:
    large = sms(*[f"79{number:09}" for number in range(BATCH_DRAFTS + 1)])
    tasks = await given(intake, caller, large, sms(PHONE))
    async with working(intake.run()):
        first, second = await asyncio.gather(*tasks)
    assert len(first.items) == BATCH_DRAFTS + 1
    assert len(ids(first)) == 1000  # what the money is for
    assert ids(second) == []


@pytest.mark.sqlite
async def test_a_full_disk_is_told_as_busy_and_loses_nothing(
    stage: Stage, intake: IntakeWorker, caller: Principal
) -> None:
    before = await stage.database.read(rows)
    large = sms(*[f"79{number:09}" for number in range(500)])
    stage.fill_the_disk()
    with capture_logs() as logs:
        async with working(intake.run()):
            with pytest.raises(RequestError) as told:
                await intake.send(caller, large)
            assert told.value.failure is Failure.BUSY
            assert logs == [{"event": "intake cannot write", "error": "database or disk is full", "log_level": "error"}]
            assert await stage.database.read(rows) == before
            stage.empty_the_disk()
            assert len(ids(await intake.send(caller, large))) == 500


async def test_a_stop_answers_those_who_wait_and_those_who_come(intake: IntakeWorker, caller: Principal) -> None:
    running = asyncio.create_task(intake.run())
    await asyncio.sleep(0)
    waiting = asyncio.create_task(intake.send(caller, sms(PHONE)))
    waiting.add_done_callback(lambda task: task.exception())
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    with pytest.raises(RequestError, match="shutting down"):
        await intake.send(caller, sms(PHONE))
    with pytest.raises(RequestError, match="shutting down"):
        await waiting


@pytest.fixture
def polite(stage: Stage) -> Principal:
    """Return who signed in to another account."""
    other = stage.database.write_now(lambda tx: services.add(tx, "other", "x", Changes(), stage.clock.now()))
    return Principal(other.id, other.password_hash, "127.0.0.1", open_to_blocked=False, digest=b"")


async def test_accounts_take_turns(intake: IntakeWorker, caller: Principal, polite: Principal) -> None:
    """One that has much waiting holds another up by one batch, and its own commands keep their order."""
    large = sms(*[PHONE] * (SHARED_DRAFTS // 2))
    tasks = await given(intake, caller, *[large] * 4)
    tasks += await given(intake, polite, sms(PHONE))
    half = (caller.account, SHARED_DRAFTS // 2)
    assert gathered(intake) == [[half, (polite.account, 1)], [half, half], [half]]
    await gone(tasks)


async def test_an_account_that_is_alone_fills_batches(stage: Stage, intake: IntakeWorker, caller: Principal) -> None:
    tasks = await given(intake, caller, *[sms(*[PHONE] * (SHARED_DRAFTS // 2))] * 4)
    assert gathered(intake) == [[(caller.account, SHARED_DRAFTS // 2)] * 4]
    assert stage.database.pile(800) == 800
    await gone(tasks)


@pytest.mark.sqlite
async def test_what_nobody_waits_for_comes_in_small_piles_while_several_send(
    stage: Stage, intake: IntakeWorker, caller: Principal, polite: Principal
) -> None:
    tasks = await given(intake, caller, sms(PHONE))
    tasks += await given(intake, polite, sms(PHONE))
    assert stage.database.pile(800) < 800
    await gone(tasks)


async def test_what_is_short_does_not_wait_for_a_long_list(intake: IntakeWorker, caller: Principal) -> None:
    tasks = await given(intake, caller, *[sms(PHONE)] * (WORTH_DRAFTS - 1))
    intake._writing = WORTH_DRAFTS
    assert gathered(intake) == []  # few go with those who come meanwhile
    intake._writing = SHORT_DRAFTS + 1
    assert gathered(intake) == [[(caller.account, 1)] * (WORTH_DRAFTS - 1)]
    await gone(tasks)


def gathered(intake: IntakeWorker) -> list[list[tuple[AccountId, int]]]:
    """Return the batches that would be written now: the account and messages of each command."""
    found = []
    while batch := intake._gather():
        found.append([(waiting.order.principal.account, len(waiting.order.command.drafts)) for waiting in batch])
    return found


async def gone(tasks: Sequence[asyncio.Task[SendResult]]) -> None:
    """Let those who wait go."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def test_too_much_that_waits_is_refused_and_a_trial_is_not(stage: Stage, caller: Principal) -> None:
    tally = Tally()
    intake = IntakeWorker(stage.database, stage.catalogue, stage.clock, Bells(), tally)
    intake.backlogs = Backlogs(BacklogLimits(account=2))
    async with working(intake.run()):
        await intake.send(caller, replace(sms(PHONE, PHONE), dry_run=True))
        assert ids(await intake.send(caller, sms(PHONE, PHONE))) == [10, 20]
        with pytest.raises(RequestError, match="2 messages of the account wait") as told:
            await intake.send(caller, sms(PHONE))
        assert told.value.failure is Failure.BUSY
        await intake.send(caller, replace(sms(PHONE), dry_run=True))
    assert tally.intake["accepted"] == 2
    assert (await stage.database.read(rows))["messages"] == 2


async def test_who_is_being_written_when_intake_ends_is_told_that_nobody_knows(
    stage: Stage, intake: IntakeWorker, caller: Principal, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = asyncio.Event()

    async def slow(_fn: object, _rows: int = 0) -> None:
        begun.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(stage.database, "write", slow)
    running = asyncio.create_task(intake.run())
    asked = asyncio.create_task(intake.send(caller, sms(PHONE)))
    await begun.wait()
    running.cancel()
    with pytest.raises(LostAnswerError):
        await asked


async def test_who_was_written_when_the_commit_was_lost_is_told_that_nobody_knows(
    stage: Stage, intake: IntakeWorker, caller: Principal, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = stage.database.write

    async def lost(function: Callable[[Tx], object], rows: int = 0) -> None:
        await real(function, rows)
        raise CommitUnknownError("the server has gone")

    monkeypatch.setattr(stage.database, "write", lost)
    async with working(intake.run()):
        with pytest.raises(LostAnswerError):
            await intake.send(caller, sms(PHONE))
    assert (await stage.database.read(rows))["messages"] == 1  # "come again" would have it sent twice
