from collections.abc import Collection
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from tests.services.world import PHONE, URL, World, command, draft
from tolmach.core.delivery import Sent
from tolmach.core.drafts import Group
from tolmach.core.ids import AccountId
from tolmach.core.moments import from_ms, to_ms
from tolmach.core.results import Accepted
from tolmach.core.status import Status
from tolmach.sections import CallbackSettings
from tolmach.services.notices import LEASE, Notice, Notices
from tolmach.store import callbacks, schema
from tolmach.store.callbacks import ACKNOWLEDGED, FAILED, PENDING, Callback

DELAYS = [timedelta(minutes=minutes) for minutes in (1, 5, 30, 120)]
S = Status


@pytest.fixture
def notices(world: World) -> Notices:
    return Notices(world.catalogue, DELAYS)


def claim(world: World, notices: Notices, busy: Collection[AccountId] = (), limit: int = 10) -> list[Notice]:
    return world.write(lambda tx: notices.claim(tx, world.clock.now(), busy, limit))


def settle(world: World, notices: Notices, notice: Notice, *acknowledged: int, error: str = "") -> dict[str, int]:
    return dict(world.write(lambda tx: notices.settle(tx, notice, acknowledged, error, world.clock.now())))


def delivered(world: World, *phones: str, id_: AccountId | None = None) -> list[int]:
    items = world.result(command(*map(draft, phones or [PHONE])), id_).items
    submissions = world.claim()
    for submission in submissions:
        world.settle(submission, Sent((str(submission.leg),)))
    world.receive(*((f"{submission.leg}", S.DELIVERED) for submission in submissions))
    return [item.id for item in items if isinstance(item, Accepted)]


def row(world: World, id_: int) -> Callback:
    (found,) = world.callbacks(id_)
    return found


def test_a_notice_carries_what_a_dialect_needs(world: World, notices: Notices) -> None:
    world.result(command(draft(key="my key")))
    (submission,) = world.claim()
    world.settle(submission, Sent((str(submission.leg),)))
    world.wait(minutes=5)
    world.receive((f"{submission.leg}", S.DELIVERED))
    (notice,) = claim(world, notices)
    (state,) = notice.states
    assert (notice.account, notice.url) == (world.demo, URL)
    assert (state.message, state.status, state.recipient, state.reference) == (10, S.DELIVERED, PHONE, "my key")
    assert (state.event, state.dialect) == (row(world, 10).id, "prontosms")
    assert (state.changed_at, state.changed_at.utcoffset()) == (world.clock.now(), timedelta(hours=3))


def test_a_moment_at_the_edge_of_the_calendar_holds_nobody_up(world: World, notices: Notices) -> None:
    """An account ahead of UTC: there that moment is of a year that no calendar has."""
    (id_,) = delivered(world)
    edge = to_ms(datetime(9999, 12, 31, 23, 59, tzinfo=UTC))
    world.write(lambda tx: tx.execute(update(schema.callbacks).values(changed_at=edge)))
    (notice,) = claim(world, notices)
    assert [state.message for state in notice.states] == [id_]


@pytest.mark.parametrize(("key", "reference"), [("spring", "spring"), (None, "1")])
def test_a_message_without_a_key_is_known_by_its_campaigns(
    world: World, notices: Notices, key: str | None, reference: str
) -> None:
    world.result(command(draft(), group=Group(key)))
    world.cancel(10)
    assert [state.reference for state in claim(world, notices)[0].states] == [reference]


def test_a_message_without_either_has_no_reference(world: World, notices: Notices) -> None:
    delivered(world)
    assert [state.reference for state in claim(world, notices)[0].states] == [""]


def test_what_is_acknowledged_is_done(world: World, notices: Notices) -> None:
    delivered(world)
    (notice,) = claim(world, notices)
    assert settle(world, notices, notice, 10) == {ACKNOWLEDGED: 1, PENDING: 0, FAILED: 0}
    assert (row(world, 10).state, row(world, 10).attempts, row(world, 10).error) == (ACKNOWLEDGED, 1, "")
    world.wait(days=30)
    assert claim(world, notices) == []


def test_what_is_left_out_of_an_acknowledgement_is_told_again(world: World, notices: Notices) -> None:
    ids = delivered(world, "79030000001", "79030000002", "79030000003")
    (notice,) = claim(world, notices)
    assert [state.message for state in notice.states] == ids
    assert settle(world, notices, notice, ids[1], 999) == {ACKNOWLEDGED: 1, PENDING: 2, FAILED: 0}
    assert row(world, ids[0]).error == "not acknowledged"
    world.wait(seconds=59)
    assert claim(world, notices) == []
    world.wait(seconds=1)
    (again,) = claim(world, notices)
    assert [state.message for state in again.states] == [ids[0], ids[2]]
    assert [state.event for state in again.states] == [notice.states[0].event, notice.states[2].event]


def test_five_attempts_and_then_it_has_visibly_failed(world: World, notices: Notices) -> None:
    delivered(world)
    for delay in [*DELAYS, None]:
        (notice,) = claim(world, notices)
        assert claim(world, notices) == []
        counts = settle(world, notices, notice, error="HTTP 500")
        if delay is not None:
            assert counts == {ACKNOWLEDGED: 0, PENDING: 1, FAILED: 0}
            world.clock.advance(delay - timedelta(milliseconds=1))
            assert claim(world, notices) == []
            world.wait(milliseconds=1)
    assert counts == {ACKNOWLEDGED: 0, PENDING: 0, FAILED: 1}
    assert (row(world, 10).state, row(world, 10).attempts, row(world, 10).error) == (FAILED, 5, "HTTP 500")
    world.wait(days=30)
    assert claim(world, notices) == []


def test_five_answers_that_do_not_confirm_it_and_then_it_has_visibly_failed(world: World) -> None:
    notices = Notices(world.catalogue, [timedelta(minutes=minutes) for minutes in range(1, 20)])
    delivered(world)
    for minutes in range(1, 5):
        (notice,) = claim(world, notices)
        assert settle(world, notices, notice) == {ACKNOWLEDGED: 0, PENDING: 1, FAILED: 0}
        world.wait(minutes=minutes)
    (notice,) = claim(world, notices)
    assert settle(world, notices, notice) == {ACKNOWLEDGED: 0, PENDING: 0, FAILED: 1}
    assert (row(world, 10).attempts, row(world, 10).error) == (5, "not acknowledged")


def test_a_server_that_is_up_after_72_hours_is_told_everything(world: World) -> None:
    notices = Notices(world.catalogue, [timedelta(seconds=seconds) for seconds in CallbackSettings().delays])
    ids = delivered(world, "79030000001", "79030000002")
    start, events = world.clock.now(), []
    while world.clock.now() - start <= timedelta(hours=72):
        (notice,) = claim(world, notices)
        events.append([state.event for state in notice.states])
        assert settle(world, notices, notice, error="refused") == {ACKNOWLEDGED: 0, PENDING: 2, FAILED: 0}
        world.clock.advance(from_ms(row(world, ids[0]).due_at) - world.clock.now())
    (notice,) = claim(world, notices)
    assert settle(world, notices, notice, ids[0]) == {ACKNOWLEDGED: 1, PENDING: 1, FAILED: 0}  # half of it at first
    world.wait(minutes=1)
    (again,) = claim(world, notices)
    assert settle(world, notices, again, ids[1]) == {ACKNOWLEDGED: 1, PENDING: 0, FAILED: 0}
    assert all(one == events[0] for one in events)  # under the same ids


def test_a_notice_of_a_worker_that_died_is_told_again(world: World, notices: Notices) -> None:
    delivered(world)
    claim(world, notices)
    world.clock.advance(LEASE - timedelta(milliseconds=1))
    assert claim(world, notices) == []
    world.wait(milliseconds=1)
    (again,) = claim(world, notices)
    assert [callback.attempts for callback in again.callbacks] == [2]


def test_an_account_is_told_one_thing_at_a_time(world: World, notices: Notices) -> None:
    delivered(world)
    assert claim(world, notices, busy=[world.demo]) == []
    assert claim(world, notices, limit=0) == []
    assert len(claim(world, notices)) == 1


def test_accounts_are_told_side_by_side(world: World, notices: Notices) -> None:
    world.change(world.other, callback_url=URL + "2")
    (mine,), (theirs,) = delivered(world), delivered(world, id_=world.other)
    found = {notice.url: [state.message for state in notice.states] for notice in claim(world, notices)}
    assert found == {URL: [mine], URL + "2": [theirs]}


def test_at_most_so_many_accounts_at_once(world: World, notices: Notices) -> None:
    world.change(world.other, callback_url=URL + "2")
    delivered(world)
    delivered(world, id_=world.other)
    first = claim(world, notices, limit=1)
    second = claim(world, notices, busy=[first[0].account], limit=1)
    assert {notice.account for notice in (*first, *second)} == {world.demo, world.other}


def test_accounts_take_turns_at_a_free_place(world: World) -> None:
    world.change(world.other, callback_url=URL + "2")
    notices = Notices(world.catalogue, DELAYS, batch=1)
    delivered(world, *(f"7903000000{number}" for number in range(4)))
    delivered(world, "79030000010", "79030000011", id_=world.other)
    served = []
    for _ in range(6):
        (notice,) = claim(world, notices, limit=1)
        served.append(notice.account)
        settle(world, notices, notice, *(state.message for state in notice.states))
    assert served == [world.demo, world.other, world.demo, world.other, world.demo, world.demo]


def test_a_post_carries_at_most_a_batch(world: World) -> None:
    notices = Notices(world.catalogue, DELAYS, batch=2)
    ids = delivered(world, "79030000001", "79030000002", "79030000003")
    posts = [[state.message for state in claim(world, notices)[0].states] for _ in range(2)]
    assert posts == [ids[:2], ids[2:]]


def test_a_url_that_was_taken_away_fails_what_waits(world: World, notices: Notices) -> None:
    delivered(world)
    world.change(callback_url=None)
    assert claim(world, notices) == []
    assert (row(world, 10).state, row(world, 10).error) == (FAILED, "no callback URL")
    assert row(world, 10).done_at == to_ms(world.clock.now())


def test_what_is_left_of_a_message_that_is_gone_fails_and_the_others_are_told(world: World, notices: Notices) -> None:
    world.change(world.other, callback_url=URL + "2")
    ids = delivered(world, id_=world.other)
    now = to_ms(world.clock.now())
    gone = [Callback(account, 999, S.DELIVERED, now, now) for account in (world.demo, world.other)]
    world.write(lambda tx: callbacks.add(tx, gone))
    found = claim(world, notices)
    assert [state.message for notice in found for state in notice.states] == ids
    assert [one.message for notice in found for one in notice.callbacks] == ids
    left = world.callbacks(999)
    assert {(one.state, one.error, one.done_at) for one in left} == {(FAILED, "its message is gone", now)}
    assert claim(world, notices) == []


def test_a_url_that_was_changed_gets_what_waits(world: World, notices: Notices) -> None:
    delivered(world)
    world.change(callback_url=URL + "2")
    assert [notice.url for notice in claim(world, notices)] == [URL + "2"]


def test_of_two_statuses_of_a_message_the_newest_is_told(world: World, notices: Notices) -> None:
    """An acknowledgement names only the message, so it stands for both."""
    delivered(world)
    world.receive(("11", S.READ))
    (notice,) = claim(world, notices)
    assert [state.status for state in notice.states] == [S.READ]
    assert settle(world, notices, notice, 10)[ACKNOWLEDGED] == 2


def test_nothing_to_tell(world: World, notices: Notices) -> None:
    world.send()
    assert claim(world, notices) == []


def test_what_a_message_became_later_waits_for_what_it_was_earlier(world: World, notices: Notices) -> None:
    (id_,) = delivered(world)
    (first,) = claim(world, notices)
    settle(world, notices, first, error="HTTP 500")
    world.receive((f"{id_ + 1}", S.READ))
    assert claim(world, notices) == []
    world.wait(minutes=1)
    for status in (S.DELIVERED, S.READ):
        (notice,) = claim(world, notices)
        assert [callback.status for callback in notice.callbacks] == [status]
        assert claim(world, notices) == []
        settle(world, notices, notice, id_)
