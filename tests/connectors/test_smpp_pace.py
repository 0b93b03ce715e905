"""Pace against carriers that are a function: in simulated time, counting what gets through."""

import random
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from tolmach.connectors.smpp_pace import CONGESTION_PAUSE, LONGEST_PAUSE, Pace

ROUND_TRIP = 0.01


@dataclass
class Limit:
    """A carrier with a token bucket of its own."""

    rate: float
    tokens: float = 1.0
    last: float = 0.0

    def __call__(self, now: float) -> bool:
        self.tokens = min(self.rate / 5, self.tokens + (now - self.last) * self.rate)
        self.last = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


def sent(pace: Pace, takes: Callable[[float], bool], seconds: float, window: int = 50) -> tuple[int, int]:
    """Send as fast as pace and window allow; return how many parts were accepted and throttled."""
    now, end = 1000.0, 1000.0 + seconds
    flying: list[tuple[float, bool]] = []
    counts = [0, 0]
    while now < end:
        while flying and flying[0][0] <= now:
            _, accepted = flying.pop(0)
            counts[0 if accepted else 1] += 1
            (pace.accepted if accepted else pace.throttled)(now)
        delay = pace.delay(now)
        if delay > 0 or len(flying) >= window:
            moments = [moment for moment, _ in flying[:1]] + ([now + delay + 1e-6] if delay > 0 else [])
            now = min(moments)
        else:
            pace.spend()
            flying.append((now + ROUND_TRIP, takes(now)))
    return counts[0], counts[1]


def test_the_rate_is_kept() -> None:
    accepted, _ = sent(Pace(100), lambda _: True, 10)
    assert 950 <= accepted <= 1030


def test_without_a_rate_the_window_decides() -> None:
    pace = Pace(None)
    accepted, _ = sent(pace, lambda _: True, 10)
    assert accepted > 40_000
    assert (pace.rate, pace.throttled_share) == (None, 0)


@pytest.mark.parametrize("rate", [50, 100, 1000])
@pytest.mark.parametrize("seed", range(3))
def test_throttling_at_random_costs_little_more_than_its_share(rate: float, seed: int) -> None:
    chance = random.Random(seed)
    accepted, _ = sent(Pace(rate), lambda _: chance.random() > 0.2, 60)
    assert accepted >= 0.75 * rate * 60


@pytest.mark.parametrize(("rate", "limit"), [(100.0, 50.0), (100.0, 90.0), (1000.0, 300.0), (None, 500.0)])
def test_a_limit_is_found_and_mostly_kept(rate: float | None, limit: float) -> None:
    pace = Pace(rate)
    accepted, throttled = sent(pace, Limit(limit), 60)
    assert accepted >= 0.95 * limit * 60
    assert throttled <= 0.15 * accepted


def test_a_carrier_that_takes_nothing_is_left_alone_and_comes_back() -> None:
    pace = Pace(100)
    accepted, throttled = sent(pace, lambda now: not 1010 <= now < 1040, 80)
    assert throttled < 150
    assert accepted > 100 * 35
    assert pace.rate == 100


def test_a_congested_carrier_is_left_alone_for_a_moment() -> None:
    pace = Pace(None)
    pace.accepted(1.0)
    pace.congested(1.0)
    assert (pace.delay(1.0), pace.paused(1.4)) == (CONGESTION_PAUSE, True)
    assert (pace.delay(1.5), pace.throttled_share) == (0.0, 0.0)


def test_pauses_double_until_a_part_gets_through() -> None:
    pace, now, pauses = Pace(None), 0.0, []
    for _ in range(12):
        pace.throttled(now)
        pause = pace.delay(now)
        pace.throttled(now)  # others of the same window do not lengthen it
        assert pace.delay(now) == pause
        assert pace.paused(now)
        pauses.append(pause)
        now += pause
    assert pauses[:4] == pytest.approx([0.02, 0.04, 0.08, 0.16])
    assert pauses[-1] == LONGEST_PAUSE
    pace.accepted(now)
    pace.throttled(now)
    assert pace.delay(now) == pytest.approx(0.02)


def test_an_idle_link_saves_only_a_little() -> None:
    pace = Pace(100)
    pace.spend()
    assert pace.delay(0.0) > 0 or pace.delay(10.0) == 0
    burst = 0
    while pace.delay(1000.0) == 0:
        pace.spend()
        burst += 1
    assert burst == 25
