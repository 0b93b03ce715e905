"""Where the pages of a list begin that somebody reads page by page, so that each begins where the last one ended.

Pages that are counted from the start of a list that shrinks while it is read miss what moves up. Kept in memory, for
a while after each reading: without a bookmark a page is found by going through those before it.
"""

import threading
from collections import OrderedDict
from datetime import datetime, timedelta
from typing import NamedTuple

from tolmach.store.schedule import Mark

LASTS = timedelta(minutes=10)
READERS = 1_000  # accounts whose reading is remembered
PAGES = 1_000  # of one reading


class _Reading(NamedTuple):
    last: datetime
    pages: dict[int, Mark]


class Bookmarks:
    """The bookmarks of many readers; safe to use from several threads."""

    def __init__(self) -> None:
        self._readings: OrderedDict[int, _Reading] = OrderedDict()
        self._lock = threading.Lock()

    def nearest(self, reader: int, page: int, now: datetime) -> tuple[int, Mark | None]:
        """Return the last page up to ``page`` whose beginning is known, and its mark; a first page begins anew."""
        with self._lock:
            reading = self._readings.get(reader)
            if reading is None or page <= 1 or now - reading.last > LASTS:
                self._readings.pop(reader, None)
                return 1, None
            known = max((number for number in reading.pages if number <= page), default=1)
            return known, reading.pages.get(known)

    def put(self, reader: int, page: int, mark: Mark, now: datetime) -> None:
        """Remember that a page begins after a row."""
        with self._lock:
            pages = self._readings.pop(reader, _Reading(now, {})).pages
            if len(pages) < PAGES:
                pages[page] = mark
            self._readings[reader] = _Reading(now, pages)
            if len(self._readings) > READERS:
                self._readings.popitem(last=False)
