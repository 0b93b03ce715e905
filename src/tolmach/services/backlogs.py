"""Backlogs: how much of each account is due and waits for a link. Above a bound nothing more is taken.

Counted from the queue now and then, and added to in between by what is accepted: a bound may be passed by what is
accepted at the same moment, not by more.
"""

from collections import Counter
from collections.abc import Mapping

from tolmach.core.errors import Failure, RequestError
from tolmach.core.ids import AccountId
from tolmach.core.limits import BacklogLimits

RETRY_AFTER = 30
BUSY = 1_000  # messages


class Backlogs:
    """What waits, by account."""

    def __init__(self, limits: BacklogLimits) -> None:
        self._limits = limits
        self._waiting: Counter[int] = Counter()
        self._all = 0

    @property
    def limited(self) -> bool:
        """Whether there is a bound at all."""
        return bool(self._limits.account or self._limits.all)

    @property
    def busy(self) -> bool:
        """Whether so much waits that it should be counted often."""
        bounds = [bound for bound in (self._limits.account, self._limits.all) if bound]
        return self._all >= min(BUSY, *(bound // 2 for bound in bounds), BUSY)

    def counted(self, waiting: Mapping[int, int]) -> None:
        """Take over what was counted in the queue."""
        self._waiting = Counter(waiting)
        self._all = sum(waiting.values())

    def add(self, account: AccountId, count: int) -> None:
        """Count what was accepted since."""
        self._waiting[account] += count
        self._all += count

    def check(self, account: AccountId) -> None:
        """RequestError BUSY while an account, or all together, have too much waiting."""
        limits = self._limits
        if limits.account and self._waiting[account] >= limits.account:
            detail = f"{self._waiting[account]} messages of the account wait for a link"
            raise RequestError(Failure.BUSY, detail, retry_after=RETRY_AFTER)
        if limits.all and self._all >= limits.all:
            raise RequestError(Failure.BUSY, f"{self._all} messages wait for a link", retry_after=RETRY_AFTER)
