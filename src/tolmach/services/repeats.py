"""Refuses the same request within a minute, where a protocol says so.

Kept in memory: it is a guard against an impatient finger or a client that sends twice by mistake, in one process and
until its end. Whoever needs more gives messages ids of their own.
"""

from collections import OrderedDict
from datetime import datetime, timedelta
from hashlib import blake2b

from tolmach.core.errors import Failure, RequestError
from tolmach.core.ids import AccountId

WINDOW = timedelta(minutes=1)
REMEMBERED = 100_000


class Repeats:
    """The requests of the last minute."""

    def __init__(self) -> None:
        self._moments: OrderedDict[bytes, datetime] = OrderedDict()

    def begin(self, account: AccountId, request: str, now: datetime) -> bytes:
        """Note a request of an account and return its key; RequestError REPEATED for one that is noted."""
        self._forget_old(now)
        key = blake2b(f"{account} {request}".encode("utf-8", "surrogatepass"), digest_size=16).digest()
        if key in self._moments:
            raise RequestError(Failure.REPEATED)
        self._moments[key] = now
        return key

    def undo(self, key: bytes) -> None:
        """Let the request come again: nothing came of it."""
        self._moments.pop(key, None)

    def _forget_old(self, now: datetime) -> None:
        while self._moments:
            oldest = next(iter(self._moments))
            if abs(now - self._moments[oldest]) < WINDOW and len(self._moments) < REMEMBERED:
                break
            del self._moments[oldest]
