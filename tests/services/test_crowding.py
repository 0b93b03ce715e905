"""One account asks as fast as it can over many connections, another one now and then: simulated time and work."""

import heapq
from dataclasses import dataclass, field

import pytest

from tolmach.core.errors import RequestError
from tolmach.core.ids import AccountId
from tolmach.services.crowding import PATIENCE, REMEMBERED, SLOWEST, WINDOW, Crowding

GREEDY, POLITE = AccountId(1), AccountId(2)
BUSY = 0.6
COST = 0.0004  # seconds of processor time a request


@dataclass
class Server:
    """One processor that serves one request after the other."""

    busy: float = BUSY
    now: float = 100.0
    used: float = 0.0
    waits: dict[AccountId, list[float]] = field(default_factory=lambda: {GREEDY: [], POLITE: []})
    refused: int = 0

    def __post_init__(self) -> None:
        self.crowding = Crowding(self.busy, lambda: self.used)

    def run(
        self, seconds: float, *, polite: float = 0.0, connections: int = 64, messages: int = 1, cost: float = COST
    ) -> float:
        """Let the greedy account ask again whenever it is answered; return how busy the server was."""
        began, used = self.now, self.used
        coming = [(self.now, number, GREEDY) for number in range(connections)]
        if polite:
            coming.append((self.now, connections, POLITE))
        while coming[0][0] < began + seconds:
            at, number, account = heapq.heappop(coming)
            self.now = max(self.now, at)
            try:
                wait = self.crowding.take(account, self.now, messages if account == GREEDY else 1)
            except RequestError:
                self.refused += 1
                wait = 1.0
            self.waits[account].append(wait)
            spent = cost if account == GREEDY else COST
            self.now += spent
            self.used += spent
            again = self.now + wait + (1 / polite if account == POLITE else 0.0)
            heapq.heappush(coming, (again, number, account))
        return (self.used - used) / (self.now - began)


def test_who_is_alone_has_everything() -> None:
    server = Server()
    assert server.run(3) > 0.99
    assert set(server.waits[GREEDY]) == {0.0}


def test_beside_others_it_leaves_time_and_only_it_waits() -> None:
    server = Server()
    server.run(3, polite=50)
    assert 0.4 < server.run(5, polite=50) < 0.7
    assert set(server.waits[POLITE]) == {0.0}
    assert server.refused == 0


def test_when_the_others_have_gone_it_has_everything_again() -> None:
    server = Server()
    server.run(3, polite=50)
    assert server.crowding.pace > 0
    server.run(REMEMBERED + 3 * WINDOW)
    assert server.crowding.pace == 0
    assert server.run(1) > 0.99


def test_lists_wait_for_longer() -> None:
    server = Server()
    server.run(4, polite=50, connections=4, messages=1_000, cost=0.05)
    assert server.run(10, polite=50, connections=4, messages=1_000, cost=0.05) < 0.7
    assert set(server.waits[POLITE]) == {0.0}
    assert server.refused == 0


def test_a_process_with_time_to_spare_slows_nobody_down() -> None:
    server = Server(busy=1.5)
    server.run(3, polite=50)
    assert set(server.waits[GREEDY]) == {0.0}


def test_nobody_is_slowed_down_where_it_is_off() -> None:
    server = Server(busy=0)
    assert server.run(3, polite=50) > 0.99
    assert set(server.waits[GREEDY]) == {0.0}


def test_who_asks_without_waiting_for_answers_is_refused_in_the_end() -> None:
    server = Server()
    server.run(3, polite=50)
    waits: list[float] = []

    def many() -> None:
        while True:
            waits.append(server.crowding.take(GREEDY, server.now))

    with pytest.raises(RequestError) as told:
        many()
    assert told.value.retry_after == 1
    assert waits[-1] > PATIENCE - 1


def test_what_was_let_through_is_not_counted_anew_when_the_pace_falls() -> None:
    """A heavy account whose lists went has only its next requests slowed down, not what it had before."""
    used, now = 0.0, 100.0
    crowding = Crowding(BUSY, lambda: used)
    for window in range(40):
        for _ in range(30 if window < 4 else 1):
            crowding.take(GREEDY, now, 1_000 if window < 4 else 1)
        crowding.take(POLITE, now)
        used, now = used + WINDOW, now + WINDOW  # the process is busy all the time
    assert crowding.pace == SLOWEST
