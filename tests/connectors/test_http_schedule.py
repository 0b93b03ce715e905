from datetime import timedelta

from tests.clock import NOON
from tolmach.connectors.http_schedule import Schedule
from tolmach.core.http_links import Polling
from tolmach.core.ports import Awaited
from tolmach.core.status import Status
from tolmach.providers.http_contract import Report

LATER = NOON + timedelta(hours=1)


def schedule(*ids: str, readable: bool = False) -> Schedule:
    made = Schedule(Polling(first=2, most=5))
    made.add([Awaited(id_, LATER, readable) for id_ in ids], 0)
    return made


def test_each_is_asked_for_less_and_less_often() -> None:
    one = schedule("a")
    asked = [now for now in range(30) if one.due(now, NOON, 10)]
    assert asked == [2, 5, 10, 15, 20, 25]  # 2, then 3, 4.5 and from then on 5 seconds later


def test_no_more_than_asked_for() -> None:
    several = schedule("a", "b", "c")
    assert several.next() == 2
    assert several.due(1, NOON, 10) == []
    assert several.due(2, NOON, 2) == ["a", "b"]
    assert several.due(2, NOON, 2) == ["c"]


def test_nobody_waits_for_ever() -> None:
    one = schedule("a")
    assert one.due(2, LATER, 10) == []
    assert (len(one), one.next()) == (0, None)


def test_what_is_final_is_asked_for_no_more() -> None:
    two = schedule("a", "b")
    reports = [Report("a", Status.DELIVERED), Report("b", None), Report("elsewhere", Status.EXPIRED)]
    news = two.news(reports)
    assert news == [reports[0], reports[2]]  # also what is not known here: it may be another process's
    two.told(news)
    assert two.due(2, NOON, 10) == ["b"]
    assert len(two) == 1


def test_delivered_may_yet_be_read() -> None:
    one = schedule("a", readable=True)
    delivered, read = Report("a", Status.DELIVERED), Report("a", Status.READ)
    one.told(one.news([delivered]))
    assert one.news([delivered]) == []
    assert one.due(2, NOON, 10) == ["a"]
    one.told(one.news([read]))
    assert len(one) == 0


def test_the_same_part_is_planned_once() -> None:
    one = schedule("a", "a")
    assert one.due(2, NOON, 10) == ["a"]
