"""Sums over spans of time that are over, remembered: what is final need not be counted again with every look.

Kept in memory, bounded; what was used longest ago is forgotten first.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar, cast

V = TypeVar("V")

REMEMBERED = 200_000


class Tallies:
    """Remembered values by their keys; safe to use from several threads."""

    def __init__(self) -> None:
        self._values: OrderedDict[Hashable, Any] = OrderedDict()
        self._lock = threading.Lock()

    def known(self, key: Hashable, count: Callable[[], tuple[V, bool]]) -> V:
        """Return what is remembered, else what ``count`` returns, which is kept when it says that it lasts."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return cast(V, self._values[key])
        value, lasts = count()
        if lasts:
            with self._lock:
                self._values[key] = value
                while len(self._values) > REMEMBERED:
                    self._values.popitem(last=False)
        return value
