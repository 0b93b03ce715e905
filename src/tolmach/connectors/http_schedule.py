"""When to ask for which status: the parts of a link that wait, in memory, asked less and less often."""

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from tolmach.core.http_links import Polling
from tolmach.core.ports import Awaited
from tolmach.core.status import Status
from tolmach.providers.http_contract import Report

SLOWER: Final = 1.5


@dataclass(slots=True)
class _Waiting:
    """One part; ``told`` is the last status that was handed over, ``pause`` what lies before the next question."""

    part: Awaited
    pause: float
    told: Status | None = None


class Schedule:
    """Times are seconds of one monotonic clock, given as ``now``; ``wall`` is the real moment."""

    def __init__(self, polling: Polling) -> None:
        self._polling = polling
        self._waiting: dict[str, _Waiting] = {}
        self._heap: list[tuple[float, str]] = []

    def __len__(self) -> int:
        """Parts that wait."""
        return len(self._waiting)

    def add(self, parts: Iterable[Awaited], now: float) -> None:
        """Ask for these, first after the first pause."""
        for part in parts:
            if part.provider_id not in self._waiting:
                self._waiting[part.provider_id] = _Waiting(part, self._polling.first)
                heapq.heappush(self._heap, (now + self._polling.first, part.provider_id))

    def due(self, now: float, wall: datetime, limit: int) -> list[str]:
        """Take what is to be asked for now; each comes again after a longer pause, until nobody waits for it."""
        found: list[str] = []
        while self._heap and self._heap[0][0] <= now and len(found) < limit:
            _, provider_id = heapq.heappop(self._heap)
            waiting = self._waiting.get(provider_id)
            if waiting is None:
                continue
            if waiting.part.until <= wall:
                del self._waiting[provider_id]
                continue
            found.append(provider_id)
            waiting.pause = min(self._polling.most, waiting.pause * SLOWER)
            heapq.heappush(self._heap, (now + waiting.pause, provider_id))
        return found

    def next(self) -> float | None:
        """Return when the next is due; None when nothing waits."""
        while self._heap and self._heap[0][1] not in self._waiting:
            heapq.heappop(self._heap)
        return self._heap[0][0] if self._heap else None

    def news(self, reports: Sequence[Report]) -> list[Report]:
        """Return the reports that say something new about what waits, or about what is not known here."""
        return [report for report in reports if report.status is not None and self._is_new(report)]

    def told(self, reports: Sequence[Report]) -> None:
        """These are stored: what is final waits no more."""
        for report in reports:
            waiting = self._waiting.get(report.provider_id)
            if waiting is None:
                continue
            waiting.told = report.status
            if not (report.status is Status.DELIVERED and waiting.part.readable):
                del self._waiting[report.provider_id]

    def _is_new(self, report: Report) -> bool:
        waiting = self._waiting.get(report.provider_id)
        return waiting is None or waiting.told is not report.status
