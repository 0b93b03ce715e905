"""Requests, or messages, a second of each account. Who is too fast waits for his turn; who would wait too long is
refused.

Waiting costs nothing and slows down a client that sends its next request after the answer to the last one; a refusal
at once would only make it send more. Kept in memory, bounded: who was seen longest ago is forgotten first.
"""

from collections import OrderedDict
from math import ceil

from tolmach.core.errors import Failure, RequestError
from tolmach.core.ids import AccountId

BURST = 0.5
PATIENCE = 1.0  # seconds that a request waits at most
REMEMBERED = 10_000


class Rates:
    """The pace of accounts; ``rate`` is in ``things`` a second, 0 lets everything through.

    ``burst`` are seconds' worth of them that may come at once, ``patience`` the seconds that one waits at most.
    """

    def __init__(self, rate: float, things: str = "requests", burst: float = BURST, patience: float = PATIENCE) -> None:
        self.rate = rate
        self._things = things
        self._burst = burst
        self._patience = patience
        self._ahead: OrderedDict[AccountId, tuple[float, float]] = OrderedDict()  # -> things not gone yet, and when

    def take(self, account: AccountId, now: float, count: float = 1, own: float | None = None) -> float:
        """Return how many seconds ``count`` things have to wait; ``now`` is monotonic. RequestError BUSY when too long.

        However many they are, they go together: it is what comes after them that waits. ``own`` is a rate for this
        account alone; what is ahead of it goes at the rate of the moment, also after the rate was changed.
        """
        wait = self.wait(account, now, own)
        self.book(account, now, count, own)
        return wait

    def wait(self, account: AccountId, now: float, own: float | None = None) -> float:
        """Return how many seconds the next thing has to wait, without taking its place; RequestError BUSY."""
        rate = self.rate if own is None else own
        if not rate:
            return 0.0
        wait = self._left(account, now, rate) / rate - self._burst
        if wait > self._patience:
            detail = f"over {rate:g} {self._things} a second"
            raise RequestError(Failure.BUSY, detail, retry_after=ceil(wait - self._patience))
        return max(0.0, wait)

    def book(self, account: AccountId, now: float, count: float = 1, own: float | None = None) -> None:
        """Take the place of ``count`` things."""
        rate = self.rate if own is None else own
        if not rate:
            return
        self._ahead[account] = self._left(account, now, rate) + count, now
        self._ahead.move_to_end(account)
        while len(self._ahead) > REMEMBERED:
            self._ahead.popitem(last=False)

    def _left(self, account: AccountId, now: float, rate: float) -> float:
        ahead, since = self._ahead.get(account, (0.0, now))
        return max(0.0, ahead - rate * (now - since))
