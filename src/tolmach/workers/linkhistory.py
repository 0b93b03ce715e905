"""The history of links: what happened in five minutes is counted in memory and written down when they are over."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tolmach.core.condition import Condition
from tolmach.store.linkhistory import SPAN, Span
from tolmach.workers.tally import Tally

_OUTCOMES = ("sent", "refused", "lost")


@dataclass(slots=True)
class _Looks:
    looks: int = 0
    up: int = 0


@dataclass(slots=True)
class LinkHistory:
    """Looks at the links of this process; a span that a process does not see the end of is not written."""

    at: int = 0
    _seen: dict[str, _Looks] = field(default_factory=dict)
    _counted: dict[str, tuple[int, ...]] = field(default_factory=dict)

    def look(self, conditions: Mapping[str, Condition], tally: Tally, now: int) -> list[Span]:
        """Look once at a moment (milliseconds); return the spans that are over."""
        at, over = now - now % SPAN, list[Span]()
        if at != self.at:
            over = [self._span(name, looks, tally) for name, looks in self._seen.items()] if self.at else []
            self.at, self._seen = at, {}
        for name, found in conditions.items():
            looks = self._seen.setdefault(name, _Looks())
            looks.looks += 1
            looks.up += found.up and not found.paused
        return over

    def _span(self, name: str, looks: _Looks, tally: Tally) -> Span:
        counts = (
            *(tally.submits[name, outcome] for outcome in _OUTCOMES),
            sum(count for (link, _), count in tally.receipts.items() if link == name),
        )
        before = self._counted.get(name, (0,) * len(counts))
        self._counted[name] = counts
        return Span(name, self.at, looks.looks, looks.up, *(new - old for new, old in zip(counts, before, strict=True)))
