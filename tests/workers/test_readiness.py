from datetime import timedelta
from time import monotonic

import pytest

from tests.gateway import until
from tests.workers.stage import PHONE, Link, Stage, working
from tolmach.core.content import Channel
from tolmach.core.errors import StoreUnavailableError
from tolmach.workers.links import Links
from tolmach.workers.readiness import LATE, STUCK, Readiness

SMS = "queue sms"


def looking(stage: Stage, *running: Link) -> Readiness:
    return Readiness(stage.database, Links(running, stage.clock), stage.clock)


async def look(readiness: Readiness) -> tuple[bool, list[str]]:
    """Look once; tell whether something is wrong, and what the warnings are about."""
    await readiness.turn()
    return readiness.problem is not None, sorted(readiness.warnings)


async def test_an_installation_without_links_has_nothing_to_warn_of(stage: Stage) -> None:
    assert await look(looking(stage)) == (False, [])


async def test_a_channel_whose_links_are_all_down(stage: Stage) -> None:
    first, second = Link("a", up=False), Link("b", up=False)
    first.channels = second.channels = frozenset({Channel.SMS})
    readiness = looking(stage, first, second)
    assert await look(readiness) == (False, ["links sms"])
    second.up = True
    assert await look(readiness) == (False, [])


async def test_what_is_due_for_long_while_a_link_is_up(stage: Stage) -> None:
    readiness = looking(stage, Link("a"))
    stage.accept(PHONE)
    assert await look(readiness) == (False, [])
    stage.clock.advance(LATE)
    assert await look(readiness) == (False, [SMS])
    stage.clock.advance(STUCK - LATE - timedelta(seconds=1))
    assert await look(readiness) == (False, [SMS])
    stage.clock.advance(timedelta(seconds=1))
    assert await look(readiness) == (True, [SMS])
    assert readiness.problem == "a link is up, and due messages are not taken: sms"


async def test_a_backlog_that_is_worked_on_is_old_and_no_problem(stage: Stage) -> None:
    board = Links([Link("a")], stage.clock)
    readiness = Readiness(stage.database, board, stage.clock)
    stage.accept(PHONE)
    stage.clock.advance(timedelta(hours=3))
    board.claimed[Channel.SMS] = stage.clock.now()
    assert await look(readiness) == (False, [SMS])


async def test_without_a_link_that_is_up_waiting_is_right(stage: Stage) -> None:
    link = Link("a", up=False)
    readiness = looking(stage, link)
    stage.accept(PHONE)
    stage.clock.advance(STUCK)
    assert (await look(readiness))[0] is False
    link.up = True
    assert (await look(readiness))[0] is True


async def test_a_database_that_cannot_be_written_or_read_is_told(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    readiness, failing = looking(stage), StoreUnavailableError("the disk is full")

    async def trouble() -> str | None:
        return readiness.database

    def full(_tx: object) -> None:
        raise failing

    async def away(_function: object) -> None:
        raise failing

    await readiness.turn()
    assert await trouble() is None
    with pytest.raises(StoreUnavailableError):
        await stage.database.write(full)
    assert await trouble() == "it cannot be written: the disk is full"
    await readiness.turn()  # which tries, since perhaps nobody else writes
    assert await trouble() is None
    monkeypatch.setattr(stage.database, "read", away)
    monkeypatch.setattr("tolmach.workers.readiness.LOOK_SECONDS", 0.01)
    async with working(readiness.run()):
        assert await until(trouble) == "it cannot be read: the disk is full"


async def test_a_database_that_does_not_answer_is_told(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    readiness = looking(stage)
    await readiness.turn()
    now = monotonic()
    monkeypatch.setattr("tolmach.workers.readiness.monotonic", lambda: now + 90)
    assert readiness.database == "it has not answered for 90 seconds"
