"""The condition of a link as it is stored, so that another process can show it, and what its changes mean."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Final, NamedTuple

import orjson

from tolmach.core.http_links import HttpHealth
from tolmach.core.links import LinkHealth
from tolmach.core.money import fixed

THROTTLED: Final = 0.01
"""The share of throttled answers from which an event is written."""
LATE: Final = 300.0
"""Seconds of lag from which receipts are said to be late; many carriers write their moments to the minute."""


class LinkState(StrEnum):
    """What a link is doing. STALE: nobody has said anything of it for a while, so no gateway runs or it hangs."""

    UP = "up"
    DOWN = "down"
    PAUSED = "paused"
    STALE = "stale"


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """How a link fares. Seconds; parts per second; shares of one. ``balance`` is an amount as text, "" unknown.

    ``waiting`` parts wait for their turn (SMPP) or for a final status (HTTP); ``window`` and ``binds`` are 0 for links
    without them. ``lag`` is how long after their own moments receipts come, smoothed.
    """

    up: bool
    paused: bool = False
    binds: int = 0
    bound: int = 0
    window: int = 0
    in_flight: int = 0
    waiting: int = 0
    doubtful: int = 0
    round_trip: float | None = None
    possible: float | None = None
    rate: float | None = None
    throttled: float = 0.0
    lag: float | None = None
    balance: str = ""
    low: bool = False
    last_error: str = ""
    counters: Mapping[str, int] = field(default_factory=dict)

    @property
    def state(self) -> LinkState:
        """What it is doing."""
        return LinkState.PAUSED if self.paused else LinkState.UP if self.up else LinkState.DOWN


class LinkEvent(NamedTuple):
    """Something that happened to a link: bound, lost, up, down, throttled, paused, resumed, low balance ..."""

    kind: str
    detail: str = ""


def of_smpp(health: LinkHealth, *, paused: bool) -> Condition:
    """Return the condition of an SMPP link."""
    return Condition(
        up=health.window > 0,
        paused=paused,
        binds=health.binds,
        bound=health.bound,
        window=health.window,
        in_flight=health.in_flight,
        waiting=health.waiting,
        round_trip=_rounded(health.round_trip, 4),
        possible=_rounded(health.possible, 1),
        rate=_rounded(health.rate, 1),
        throttled=round(health.throttled, 3),
        last_error=_sound(health.last_error),
        counters=asdict(health.counters),
    )


def of_http(health: HttpHealth, *, paused: bool) -> Condition:
    """Return the condition of a link over HTTP."""
    return Condition(
        up=health.up,
        paused=paused,
        in_flight=health.in_flight,
        waiting=health.waiting,
        doubtful=health.doubtful,
        round_trip=_rounded(health.round_trip, 4),
        rate=_rounded(health.rate, 1),
        balance="" if health.balance is None else fixed(health.balance),
        low=health.low,
        last_error=_sound(health.last_error),
        counters=dict(health.counters),
    )


def combined(several: Sequence[Condition]) -> Condition:
    """Return the condition of a link that several processes carry, each by connections of its own."""
    if len(several) == 1:
        return several[0]
    counters: dict[str, int] = {}
    for one in several:
        for name, count in one.counters.items():
            counters[name] = counters.get(name, 0) + count
    return Condition(
        up=any(one.up for one in several),
        paused=any(one.paused for one in several),
        binds=sum(one.binds for one in several),
        bound=sum(one.bound for one in several),
        window=sum(one.window for one in several),
        in_flight=sum(one.in_flight for one in several),
        waiting=sum(one.waiting for one in several),
        doubtful=sum(one.doubtful for one in several),
        round_trip=_rounded(_mean([one.round_trip for one in several]), 4),
        possible=_rounded(_sum([one.possible for one in several]), 1),
        rate=_rounded(_sum([one.rate for one in several]), 1),
        throttled=max(one.throttled for one in several),
        lag=max((one.lag for one in several if one.lag is not None), default=None),
        balance=next((one.balance for one in several if one.balance), ""),
        low=any(one.low for one in several),
        last_error=next((one.last_error for one in several if one.last_error), ""),
        counters=counters,
    )


def _sum(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def changes(before: Condition | None, after: Condition) -> Iterator[LinkEvent]:
    """Tell what happened between two looks at a link; before the first one it was down."""
    old = before or Condition(up=False)
    if after.bound > old.bound:
        yield LinkEvent("bound", f"{after.bound} of {after.binds}")
    if after.bound < old.bound:
        yield LinkEvent("lost", after.last_error or f"{after.bound} of {after.binds} binds are left")
    elif not after.binds and after.up != old.up:
        yield LinkEvent("up" if after.up else "down", "" if after.up else after.last_error)
    elif after.last_error and after.last_error != old.last_error and not after.up:
        yield LinkEvent("error", after.last_error)
    if after.throttled >= THROTTLED > old.throttled:
        yield LinkEvent("throttled", f"{after.throttled:.1%} of answers")
    yield from _lateness(old.lag, after.lag)
    if after.paused != old.paused:
        yield LinkEvent("paused" if after.paused else "resumed")
    if after.low != old.low:
        yield LinkEvent("low balance" if after.low else "balance recovered", after.balance)


def _lateness(before: float | None, after: float | None) -> Iterator[LinkEvent]:
    late = after is not None and after >= LATE
    if late != (before is not None and before >= LATE):
        yield LinkEvent("receipts late" if late else "receipts in time", f"{after or 0:.0f} s")


def to_text(condition: Condition) -> str:
    """Return a condition as it is stored."""
    return orjson.dumps(asdict(condition)).decode()


def from_text(text: str) -> Condition:
    """Read a stored condition."""
    return Condition(**orjson.loads(text))


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)


def _sound(text: str) -> str:
    """Without halves of surrogate pairs: an error may quote what a carrier sent."""
    return text.encode("utf-8", "replace").decode()
