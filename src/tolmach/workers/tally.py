"""The tally: what this process has done since it started, counted for those who watch."""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, get_args

from tolmach.core.delivery import Inbound, Outcome, Receipt
from tolmach.core.results import Accepted, SendResult

LAG_BOUNDS: Final = (1.0, 5.0, 15.0, 60.0, 300.0, 900.0, 3600.0, 21600.0, 86400.0)

OUTCOMES: Final = tuple(kind.__name__.lower() for kind in get_args(Outcome))

SMOOTHING: Final = 1 / 32


@dataclass(slots=True)
class Lags:
    """How late things came: as many as in each of `LAG_BOUNDS`, and beyond; their sum in seconds."""

    counts: list[int] = field(default_factory=lambda: [0] * (len(LAG_BOUNDS) + 1))
    total: float = 0.0
    recent: float | None = None
    """Smoothed seconds."""

    def add(self, seconds: float) -> None:
        """Count one."""
        self.counts[bisect_left(LAG_BOUNDS, seconds)] += 1
        self.total += seconds
        self.recent = seconds if self.recent is None else self.recent + (seconds - self.recent) * SMOOTHING


class Tally:
    """Counts of one process; everything happens in the event loop's thread."""

    def __init__(self) -> None:
        self.intake: Counter[str] = Counter(accepted=0, repeated=0, rejected=0)
        self.intake_batches = 0
        self.refused: Counter[tuple[str, str]] = Counter()  # requests, by dialect and failure
        self.submits: Counter[tuple[str, str]] = Counter()  # by link and outcome
        self.receipts: Counter[tuple[str, str]] = Counter()  # by link and status
        self.unmatched = 0
        self.lags: defaultdict[str, Lags] = defaultdict(Lags)
        self.inbound: Counter[str] = Counter()  # by link; parts of long messages one by one
        self.callbacks: Counter[str] = Counter(acknowledged=0, pending=0, failed=0)

    def taken(self, results: Sequence[SendResult]) -> None:
        """Count what one batch of send commands came to."""
        self.intake_batches += 1
        for result in results:
            for item in result.items:
                accepted = ("repeated" if item.repeated else "accepted") if isinstance(item, Accepted) else "rejected"
                self.intake[accepted] += 1

    def submitted(self, link: str, outcome: Outcome) -> None:
        """Count a link's answer."""
        self.submits[link, type(outcome).__name__.lower()] += 1

    def told(self, receipts: Sequence[Receipt], unmatched: int, now: datetime) -> None:
        """Count receipts that were stored, and how long after their own moment they came."""
        self.unmatched += unmatched
        for one in receipts:
            self.receipts[one.link, one.status.value] += 1
            self.lags[one.link].add(max(0.0, (now - one.at).total_seconds()))

    def heard(self, letters: Sequence[Inbound]) -> None:
        """Count what subscribers wrote, when it was stored."""
        self.inbound.update(one.link for one in letters)

    def posted(self, counts: Mapping[str, int]) -> None:
        """Count what clients said to their callbacks."""
        self.callbacks.update(counts)
