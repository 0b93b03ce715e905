from tolmach.store import counters
from tolmach.store.database import Tx


def test_a_counter_begins_with_one(tx: Tx) -> None:
    assert counters.value(tx, "sheep") == 0
    assert counters.reserve(tx, "sheep", 1) == 1
    assert counters.value(tx, "sheep") == 1


def test_blocks_follow_each_other(tx: Tx) -> None:
    assert [counters.reserve(tx, "sheep", count) for count in (5, 1, 3)] == [1, 6, 7]
    assert counters.value(tx, "sheep") == 9


def test_what_was_not_used_can_be_given_back(tx: Tx) -> None:
    counters.reserve(tx, "sheep", 5)
    counters.reserve(tx, "sheep", -3)
    assert counters.reserve(tx, "sheep", 2) == 3


def test_counters_do_not_know_each_other(tx: Tx) -> None:
    counters.reserve(tx, "sheep", 5)
    assert counters.reserve(tx, "goats", 2) == 1
    assert counters.value(tx, "sheep") == 5


def test_the_revision_moves_with_every_change(tx: Tx) -> None:
    before = counters.value(tx, counters.REVISION)
    counters.touch_revision(tx)
    counters.touch_revision(tx)
    assert counters.value(tx, counters.REVISION) == before + 2
