"""Whose turn it is: fair queueing of commands by account, weighed by the messages that they carry.

Each account's commands keep their order. An account that comes with one message goes before the long lists of another,
which has had its share; nobody waits for more than what every other account may take meanwhile (start-time fair
queueing: Goyal, Vin and Cheng 1996).
"""

import heapq
from collections import deque
from typing import Generic, TypeVar

from tolmach.core.ids import AccountId

C = TypeVar("C")


class Turns(Generic[C]):
    """Commands that wait, each with its account and how many messages it carries."""

    def __init__(self) -> None:
        self._waiting: dict[AccountId, deque[tuple[C, int]]] = {}
        self._order: list[tuple[float, int, AccountId]] = []  # a heap: an entry for each account that waits
        self._served: dict[AccountId, float] = {}  # -> how far an account is, ahead of others where that is past `_now`
        self._now = 0.0  # the share at which the last command began
        self._count = 0  # of two accounts with the same share the one that came first goes first

    def __len__(self) -> int:
        """Return how many accounts wait."""
        return len(self._waiting)

    def add(self, account: AccountId, command: C, size: int) -> None:
        """Queue a command."""
        its = self._waiting.get(account)
        if its is None:
            self._waiting[account] = deque([(command, size)])
            self._enter(account)
        else:
            its.append((command, size))

    def size(self) -> int:
        """Return how many messages the next command carries; there has to be one."""
        return self._waiting[self._order[0][2]][0][1]

    def take(self) -> C:
        """Take the next command out."""
        self._now, _, account = heapq.heappop(self._order)
        its = self._waiting[account]
        command, size = its.popleft()
        self._served[account] = self._now + size
        if its:
            self._enter(account)
        else:
            del self._waiting[account]
        return command

    def forget(self) -> None:
        """Nobody waits, and what was taken is done: nobody is ahead of anybody."""
        self._served.clear()

    def drain(self) -> list[C]:
        """Take everything out."""
        return [self.take() for _ in range(sum(map(len, self._waiting.values())))]

    def _enter(self, account: AccountId) -> None:
        self._count += 1
        heapq.heappush(self._order, (max(self._now, self._served.get(account, 0.0)), self._count, account))
