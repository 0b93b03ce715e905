"""Statuses that could not be told, and telling them again."""

from datetime import timedelta

import pytest

from tests.services.world import World
from tolmach.core.commands.pulse import ListFailedCallbacks, ReplayCallbacks
from tolmach.core.ids import AccountId
from tolmach.core.results.pulse import FailedCallbacksPage
from tolmach.core.status import Status
from tolmach.services import replays
from tolmach.services.administration import BadValueError, NotFoundError
from tolmach.services.notices import Notices


def look(world: World, login: str = "", before: int = 0) -> FailedCallbacksPage:
    return world.read(lambda tx: replays.listing(tx, ListFailedCallbacks(login, before), world.clock.now()))


def again(world: World, ids: tuple[int, ...] = (), login: str = "") -> int:
    return world.write(lambda tx: replays.replay(tx, ReplayCallbacks(ids, login), world.clock.now()))


def failed(world: World, notices: Notices) -> int:
    """Have a message delivered whose one attempt to tell so fails; return it."""
    message = world.send()
    submission = world.submit()
    world.receive((str(submission.leg), Status.DELIVERED))
    told(world, notices, "HTTP 500")
    return message


def told(world: World, notices: Notices, error: str) -> list[int]:
    found = world.write(lambda tx: notices.claim(tx, world.clock.now(), frozenset[AccountId](), 10))
    for one in found:
        world.write(lambda tx, notice=one: notices.settle(tx, notice, (), error, world.clock.now()))  # type: ignore[misc]
    return [state.message for one in found for state in one.states]


@pytest.fixture
def notices(world: World) -> Notices:
    return Notices(world.catalogue, [])


def test_failed_ones_are_listed_and_told_again(world: World, notices: Notices) -> None:
    message = failed(world, notices)
    newest, *_ = look(world).rows
    assert (newest.login, newest.message, newest.status) == ("demo", message, Status.DELIVERED)
    assert (newest.attempts, newest.error, newest.failed_at) == (1, "HTTP 500", world.clock.now())
    assert look(world, "other").rows == []
    assert told(world, notices, "") == []
    assert again(world, (newest.id,)) == 1
    assert again(world, (newest.id,)) == 0  # it waits already
    assert newest.id not in [row.id for row in look(world).rows]
    assert told(world, notices, "HTTP 500") == [message]
    assert look(world).rows[0].attempts == 1


def test_all_of_an_account_are_told_again(world: World, notices: Notices) -> None:
    messages = {failed(world, notices) for _ in range(2)}
    assert again(world, login="other") == 0
    rows = look(world).rows
    assert again(world, login="demo") == len(rows) >= 2
    assert look(world).rows == []
    assert set(told(world, notices, "")) == messages


def test_pages(world: World, notices: Notices, monkeypatch: pytest.MonkeyPatch) -> None:
    failed(world, notices)
    world.wait(seconds=timedelta(hours=1).total_seconds())
    failed(world, notices)
    everything = [row.id for row in look(world).rows]
    monkeypatch.setattr(replays, "PAGE", 1)
    page = look(world)
    assert [row.id for row in page.rows] == everything[:1]
    assert [row.id for row in look(world, before=page.before).rows] == everything[1:2]


def test_nothing_named_and_nobody(world: World) -> None:
    with pytest.raises(BadValueError):
        again(world)
    with pytest.raises(NotFoundError):
        again(world, login="nobody")
    with pytest.raises(NotFoundError):
        look(world, "nobody")
