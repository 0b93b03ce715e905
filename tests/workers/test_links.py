from datetime import timedelta

from tests.clock import FakeClock
from tests.workers.stage import Link
from tolmach.workers.links import Links


def links(clock: FakeClock, *all_of_them: Link) -> Links:
    return Links(all_of_them, clock)


def names(board: Links, *route: str, patience: float = 10.0) -> list[str]:
    return [link.name for link in board.ready(board.current, route, patience)]


def test_a_route_keeps_its_order_and_passes_over_what_is_down_or_unknown() -> None:
    a, b, c = Link("a"), Link("b", up=False), Link("c")
    board = links(FakeClock(), a, b, c)
    assert names(board, "c", "nobody", "b", "a") == ["c", "a"]
    assert names(board, "b") == []


def test_a_link_without_room_is_waited_for_as_long_as_the_route_is_patient() -> None:
    clock = FakeClock()
    full, spare = Link("full", room=0), Link("spare")
    board = links(clock, full, spare)
    assert names(board, "full", "spare") == []
    clock.advance(timedelta(seconds=9))
    assert names(board, "full", "spare") == []
    clock.advance(timedelta(seconds=1))
    assert names(board, "full", "spare") == ["spare"]
    full.room = 1
    assert names(board, "full", "spare") == ["full", "spare"]
    full.room = 0
    assert names(board, "full", "spare") == []  # its time counts anew


def test_without_patience_the_next_one_is_asked_at_once() -> None:
    board = links(FakeClock(), Link("full", room=0), Link("spare"))
    assert names(board, "full", "spare", patience=0) == ["spare"]
