"""Limits the guessing of passwords: so many wrong ones a minute for one login, and from one address.

Kept in memory, bounded: what was counted longest ago is forgotten first.
"""

from collections import OrderedDict, deque
from collections.abc import Iterable
from datetime import datetime, timedelta
from ipaddress import IPv4Address, ip_address, ip_network

WINDOW = timedelta(minutes=1)
REMEMBERED = 10_000


def origin(remote: str) -> str:
    """Return what one guesser has: an IPv4 address, or the 64 bits of an IPv6 network, in which he has all others."""
    try:
        address = ip_address(remote.partition("%")[0])
    except ValueError:
        return remote
    if isinstance(address, IPv4Address) or address.ipv4_mapped is not None:
        return str(getattr(address, "ipv4_mapped", None) or address)
    return str(ip_network((address, 64), strict=False))


class Guesses:
    """Counts wrong passwords by key (a login, an address) over the last minute; ``limit`` 0 counts nothing."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._moments: OrderedDict[str, deque[datetime]] = OrderedDict()

    def add(self, keys: Iterable[str], now: datetime) -> None:
        """Count a wrong password."""
        if not self._limit:
            return
        for key in keys:
            moments = self._moments.setdefault(key, deque(maxlen=self._limit))
            moments.append(now)
            self._moments.move_to_end(key)
        while len(self._moments) > REMEMBERED:
            self._moments.popitem(last=False)

    def any(self, keys: Iterable[str], now: datetime) -> bool:
        """Tell whether one of the keys had a wrong password lately."""
        return any(self._count(key, now) for key in keys)

    def exhausted(self, keys: Iterable[str], now: datetime) -> bool:
        """Tell whether one of the keys has had as many wrong passwords as are allowed in a minute."""
        return bool(self._limit) and any(self._count(key, now) >= self._limit for key in keys)

    def _count(self, key: str, now: datetime) -> int:
        moments = self._moments.get(key)
        if moments is None:
            return 0
        while moments and abs(now - moments[0]) >= WINDOW:  # a clock that was set back must lock nobody out
            moments.popleft()
        if not moments:
            del self._moments[key]
        return len(moments)
