from collections.abc import Sequence
from datetime import date, time, timedelta
from typing import Any

import pytest

from tests.clock import NOON
from tests.services.world import DAY, PHONE, World, command, draft, sms, viber
from tolmach.core.commands import ListStatistics
from tolmach.core.errors import Failure, RequestError
from tolmach.core.ids import AccountId
from tolmach.core.results import Accepted, StatisticsResult, StatisticsRow
from tolmach.core.status import Status
from tolmach.services import statistics
from tolmach.services.context import Context

TODAY = date(2026, 3, 2)


def listed(world: World, account: AccountId | None = None, **asked: Any) -> StatisticsResult:
    owner = world.account(account)

    def run(tx: Any) -> StatisticsResult:
        context = Context(tx, world.catalogue.at(tx), owner, world.clock.now(), world.delivery)
        return statistics.listing(context, ListStatistics(**asked))

    return world.read(run)


def rows(world: World, **asked: Any) -> Sequence[StatisticsRow]:
    return listed(world, **asked).rows


def test_a_message_before_and_after_its_delivery(world: World) -> None:
    number = world.send(sms("Hello"))
    (row,) = rows(world)
    assert (row.message, row.leg, row.recipient, row.sender) == (number, number + 1, PHONE, "Tolmach")
    assert (row.status, row.changed_at, row.texts) == (Status.QUEUED, None, ("Hello",))
    assert f"{row.sends_at:%Y-%m-%d %H:%M %z}" == "2026-03-02 15:00 +0300"
    world.submit()
    world.wait(minutes=5)
    world.receive((str(number + 1), Status.DELIVERED))
    (row,) = rows(world)
    assert row.status is Status.DELIVERED
    assert row.changed_at == NOON + timedelta(minutes=5)


def test_the_text_of_each_part(world: World) -> None:
    world.send(sms("x" * 200))
    world.send(viber(), sms())
    assert [row.texts for row in rows(world)] == [("x" * 153, "x" * 47), ("Hello",)]


def test_only_the_own_messages(world: World) -> None:
    world.send()
    assert listed(world, world.other).rows == []


def test_filters(world: World) -> None:
    first, second = world.send(phone="79261234500"), world.send(phone="79031234567")
    assert [row.message for row in rows(world, recipient="+7 (926) 123-45-00")] == [first]
    assert [row.message for row in rows(world, recipient="no number")] == []
    assert [row.message for row in rows(world, sender="Tolmach")] == [first, second]
    assert [row.message for row in rows(world, sender="tolmach")] == []
    assert [row.message for row in rows(world, statuses=frozenset({Status.QUEUED}))] == [first, second]
    assert [row.message for row in rows(world, statuses=frozenset({Status.SENT}))] == []
    assert [row.message for row in rows(world, operator="Beeline")] == [second]
    assert [row.message for row in rows(world, operator=" МЕГАФОН ")] == [first]


def test_an_operator_that_nobody_knows(world: World) -> None:
    with pytest.raises(RequestError) as told:
        rows(world, operator="Nobody")
    assert told.value.failure is Failure.UNKNOWN_OPERATOR


def test_days_and_hours_are_those_of_the_account(world: World) -> None:
    number = world.send()
    assert [row.message for row in rows(world, first_day=TODAY, last_day=TODAY)] == [number]
    for asked in (
        {"first_day": TODAY + DAY, "last_day": TODAY + DAY},
        {"last_day": TODAY - DAY, "first_day": TODAY - DAY},
        {"from_time": time(15, 1)},
        {"to_time": time(14, 59, 59)},
    ):
        assert rows(world, **asked) == []
    assert len(rows(world, from_time=time(15, 0), to_time=time(15, 0))) == 1
    world.wait(hours=8, minutes=59)
    assert len(rows(world)) == 1
    world.wait(hours=1)
    assert rows(world) == []


def test_what_is_scheduled_is_told_on_its_day(world: World) -> None:
    due = (NOON + 2 * DAY).replace(tzinfo=None)
    (item,) = world.result(command(draft(PHONE, due=due))).items
    assert isinstance(item, Accepted)
    assert rows(world) == []
    assert len(rows(world, last_day=TODAY + 2 * DAY)) == 1


def test_three_months_and_no_more(world: World) -> None:
    world.send()
    world.wait(days=92)
    assert len(rows(world, first_day=TODAY)) == 1
    world.wait(seconds=1)
    assert rows(world, first_day=TODAY) == []


def test_an_answer_is_bounded_and_says_where_to_go_on(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = [world.send(sms("x" * 200 if number % 2 else "x")) for number in range(7)]
    monkeypatch.setattr(statistics, "PAGE", 2)
    monkeypatch.setattr(statistics, "PARTS", 3)
    seen, after = [], 0
    for _ in range(10):
        result = listed(world, after=after)
        seen += [row.message for row in result.rows]
        assert sum(len(row.texts) for row in result.rows) <= 4
        if result.more is None:
            break
        after = result.more
    assert seen == ids
    monkeypatch.setattr(statistics, "LOOKED_AT", 2)
    found = listed(world, sender="Nobody")
    assert (found.rows, found.more) == ([], ids[1])
