"""Where pages begin."""

from datetime import timedelta

import pytest

from tests.clock import NOON
from tolmach.services import bookmarks
from tolmach.services.bookmarks import LASTS, Bookmarks
from tolmach.store.schedule import Mark

MARKS = [Mark(number, number) for number in range(5)]


def test_the_nearest_page_that_is_known() -> None:
    kept = Bookmarks()
    assert kept.nearest(1, 3, NOON) == (1, None)
    kept.put(1, 2, MARKS[2], NOON)
    kept.put(1, 4, MARKS[4], NOON)
    assert [kept.nearest(1, page, NOON) for page in (2, 3, 4, 9)] == [
        (2, MARKS[2]),
        (2, MARKS[2]),
        (4, MARKS[4]),
        (4, MARKS[4]),
    ]
    assert kept.nearest(2, 3, NOON) == (1, None)


def test_the_first_page_begins_anew() -> None:
    kept = Bookmarks()
    kept.put(1, 2, MARKS[2], NOON)
    assert kept.nearest(1, 1, NOON) == (1, None)
    assert kept.nearest(1, 2, NOON) == (1, None)


def test_bookmarks_last_for_a_while_after_the_last_reading() -> None:
    kept = Bookmarks()
    kept.put(1, 2, MARKS[2], NOON)
    kept.put(1, 3, MARKS[3], NOON + LASTS)
    assert kept.nearest(1, 2, NOON + 2 * LASTS) == (2, MARKS[2])
    assert kept.nearest(1, 2, NOON + 2 * LASTS + timedelta(seconds=1)) == (1, None)


def test_they_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bookmarks, "READERS", 2)
    monkeypatch.setattr(bookmarks, "PAGES", 2)
    kept = Bookmarks()
    for reader in (1, 2, 1, 3):
        kept.put(reader, 2, MARKS[2], NOON)
    assert [kept.nearest(reader, 2, NOON)[0] for reader in (1, 2, 3)] == [2, 1, 2]
    for page in (2, 3, 4):
        kept.put(1, page, MARKS[page], NOON)
    assert kept.nearest(1, 9, NOON) == (3, MARKS[3])
