"""Crowding: who asks most waits while others ask, too, and the process has little time left.

The queue before intake lets accounts take turns, but what stands before it (reading, parsing) and behind it (delivery)
is done for whoever asks, and one account that asks as fast as it can makes the answers of all others slow. So a process
that is busy, and is asked by several accounts, lets none of them have more than a pace, which it lowers until it has
time to spare again. An account that is alone has everything.
"""

import time
from collections import defaultdict
from collections.abc import Callable

from tolmach.core.errors import Failure, RequestError
from tolmach.core.ids import AccountId
from tolmach.services.rates import Rates

WINDOW = 0.25  # seconds after which the pace is set anew
LOWER, HIGHER = 0.8, 1.15
SPARE = 0.8  # of the bound: below it the pace grows
SLOWEST = 200.0  # units a second, below which nobody is slowed down
BURST = 0.02  # seconds' worth of units that may come at once
PATIENCE = 10.0  # seconds that a request waits at most: as long as clients surely do
A_MESSAGE = 0.15  # of what a request costs
REMEMBERED = 2.0  # seconds for which an account counts as one of several


class Crowding:
    """The pace of accounts in one process. ``busy`` is the share of a processor above which there is one; 0: never."""

    def __init__(self, busy: float, meter: Callable[[], float] = time.process_time) -> None:
        """``meter`` tells the seconds of processor time that the process has used."""
        self._busy = busy
        self._meter = meter
        self._seconds = Rates(1, "seconds of its pace", BURST, PATIENCE)  # as they were when each request came
        self._asked: defaultdict[AccountId, float] = defaultdict(float)  # units in this window
        self._seen: dict[AccountId, float] = {}
        self._since, self._used = 0.0, 0.0
        self.pace = 0.0
        """Units a second that an account may have now; 0: any number."""

    def take(self, account: AccountId, now: float, messages: int = 0) -> float:
        """Return how many seconds a request with so many messages waits; ``now`` is monotonic.

        RequestError BUSY when that would be too long.
        """
        if not self._busy:
            return 0.0
        units = 1.0 + A_MESSAGE * messages
        self._asked[account] += units
        if now - self._since >= WINDOW:
            self._look(now)
        if not self.pace:
            return 0.0
        try:
            return self._seconds.take(account, now, units / self.pace)
        except RequestError as error:
            detail = f"over {self.pace:.0f} units a second while others ask"
            raise RequestError(Failure.BUSY, detail, retry_after=error.retry_after) from None

    def _look(self, now: float) -> None:
        """Set the pace by how busy the process was in the window that ends."""
        passed, used = now - self._since, self._meter()
        busy = (used - self._used) / passed
        most = max(self._asked.values()) / passed
        self._seen.update(dict.fromkeys(self._asked, now))
        self._seen = {account: at for account, at in self._seen.items() if now - at < REMEMBERED}
        pace = self.pace
        if len(self._seen) < 2 or passed > REMEMBERED:
            pace = 0.0
        elif busy > self._busy:
            pace = max(SLOWEST, LOWER * (min(pace, most) if pace else most))
        elif pace and busy < SPARE * self._busy:
            pace = HIGHER * pace if pace < 2 * most else 0.0
        self.pace = pace
        self._since, self._used = now, used
        self._asked.clear()
