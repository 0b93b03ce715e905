"""How fast a link may send: a token bucket, pauses when the carrier throttles, and a rate that adapts.

Times are seconds of one monotonic clock, given as ``now``; rates are parts per second.

The rate is judged over periods of some hundred answers. Quiet: it grows by a twentieth of what is allowed (additive
increase). Throttled: it falls by the share that was (multiplicative decrease). Below a half that is a trial: if
throttling gets rarer by it, the carrier has a limit and the link stays below it; if not, the carrier throttles whatever
we do, so going slower would only lose messages per second, and the link returns to its rate for a while.
"""

from dataclasses import dataclass
from typing import Final

PERIOD: Final = 1.0
ENOUGH: Final = 100
PATIENCE: Final = 10.0  # a slow link is judged by what it has after so many seconds
FEWEST: Final = 10
QUIET: Final = 0.02
OVERRUN: Final = 0.5
HELPED: Final = 0.5  # a trial has helped when the share has fallen below this part of what it was
HOLD: Final = 30.0
STEP: Final = 0.05
SLOWEST: Final = 0.05  # of what is allowed, or of the highest rate that was throttled
IDLE: Final = 0.5  # longer gaps between answers count as so many seconds
BURST: Final = 0.25  # seconds of the rate that may be sent at once, after a pause
FIRST_PAUSE: Final = 0.02
LONGEST_PAUSE: Final = 5.0
CONGESTION_PAUSE: Final = 0.5
_SMOOTHING: Final = 1 / 64


@dataclass(frozen=True, slots=True)
class _Trial:
    """The rate to return to, and the share of throttled answers that it had."""

    rate: float
    share: float


class Pace:
    """Says when the next part may go. ``allowed`` is the configured rate, None for no limit."""

    def __init__(self, allowed: float | None) -> None:
        self.allowed = allowed
        self.rate = allowed
        self.throttled_share = 0.0
        self._tokens = 1.0
        self._filled: float | None = None
        self._pause = 0.0
        self._paused_until = 0.0
        self._trial: _Trial | None = None
        self._held_until = 0.0
        self._heard = 0.0
        self._busy = 0.0  # seconds of this period in which there was something to send
        self._accepted = self._throttled = 0
        self._highest = allowed or 0.0

    def allow(self, allowed: float | None) -> None:
        """Change the configured rate; the link may go as fast at once."""
        if allowed != self.allowed:
            self.allowed = self.rate = allowed
            self._highest = allowed or 0.0
            self._trial = None
            self._tokens = min(self._tokens, 1.0)

    def delay(self, now: float) -> float:
        """Seconds until a part may be sent; 0 for now."""
        if now < self._paused_until:
            return self._paused_until - now
        if self.rate is None:
            return 0.0
        most = max(1.0, self.rate * BURST)
        if self._filled is not None:
            self._tokens = min(most, self._tokens + (now - self._filled) * self.rate)
        self._filled = now
        return 0.0 if self._tokens >= 1 else (1 - self._tokens) / self.rate

    def spend(self) -> None:
        """A part is sent."""
        if self.rate is not None:
            self._tokens -= 1

    def paused(self, now: float) -> bool:
        """Whether the carrier has asked for a pause that is not over."""
        return now < self._paused_until

    def accepted(self, now: float) -> None:
        """The carrier dealt with a part."""
        self._pause = 0.0
        self._accepted += 1
        self._count(0.0, now)

    def throttled(self, now: float) -> None:
        """The carrier asked to slow down: pause, twice as long each time until a part gets through."""
        if now >= self._paused_until:
            self._pause = min(LONGEST_PAUSE, self._pause * 2 or FIRST_PAUSE)
            self._paused_until = now + self._pause
        self._throttled += 1
        self._count(1.0, now)

    def congested(self, now: float) -> None:
        """The carrier took a part and says that it can take no more now (congestion_state of SMPP 5.0)."""
        self._paused_until = max(self._paused_until, now + CONGESTION_PAUSE)

    def _count(self, sample: float, now: float) -> None:
        self.throttled_share += (sample - self.throttled_share) * _SMOOTHING
        self._busy += min(now - self._heard, IDLE)
        self._heard = now
        total, busy = self._accepted + self._throttled, self._busy
        few = total >= FEWEST and (not self._throttled or busy >= PATIENCE)
        if busy >= PERIOD and (few or total >= ENOUGH):
            self._judge(self._throttled / total, total / busy, now)
            self._accepted = self._throttled = 0
            self._busy = 0.0

    def _judge(self, share: float, sent: float, now: float) -> None:
        """``sent`` is the rate at which parts were answered in the period, for links without a rate."""
        current = sent if self.rate is None else self.rate
        self._highest = self.allowed or max(self._highest, current)
        if share <= QUIET:
            self._trial = None
            self._grow(sent)
        elif share > OVERRUN:
            self._trial = None
            self._become(current * (1 - share))
        elif now >= self._held_until:
            self._try(share, current, now)

    def _grow(self, sent: float) -> None:
        if self.rate is None:
            return
        self.rate += self._highest * STEP
        if self.allowed is not None:
            self.rate = min(self.allowed, self.rate)
        elif self.rate > 2 * sent:  # it is not what limits the link
            self.rate = None

    def _try(self, share: float, current: float, now: float) -> None:
        if self._trial is None:
            self._trial = _Trial(current, share)
            self._become(current * (1 - share))
        elif share < self._trial.share * HELPED:
            self._become(current * (1 - share))
        else:
            self._become(self._trial.rate)
            self._trial = None
            self._held_until = now + HOLD

    def _become(self, rate: float) -> None:
        if self.rate is None:
            self._tokens, self._filled = 1.0, None
        self.rate = max(SLOWEST * self._highest, rate)
