"""Legs on their way through a link: which part goes next, what its carrier said, and what that makes of the leg.

One part of a leg is on the wire at a time, so a part that is throttled cannot be overtaken by the next one.
"""

import asyncio
import heapq
from collections.abc import Iterator, Sequence
from typing import Final

from tolmach.codecs.smpp.bodies import SubmitSm
from tolmach.core.delivery import Busy, Outcome, Submission
from tolmach.core.ids import LegId
from tolmach.core.links import Receipts
from tolmach.providers.smpp import combine

REMEMBERED: Final = 10_000
AGAIN_SECONDS: Final = 1.0


class Batch:
    """The legs of one `submit`; ``done`` once each has its outcome."""

    def __init__(self, size: int) -> None:
        self.outcomes: list[Outcome] = [Busy(AGAIN_SECONDS)] * size
        self.legs: list[Leg] = []
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._open = size

    def settle(self, index: int, outcome: Outcome) -> None:
        """The outcome of one leg; to be told once."""
        self.outcomes[index] = outcome
        self._open -= 1
        if not self._open and not self.done.done():
            self.done.set_result(None)

    def so_far(self) -> Iterator[tuple[LegId, Outcome]]:
        """Return the legs that have their outcome."""
        return ((leg.id, self.outcomes[leg.index]) for leg in self.legs if leg.closed)


class Leg:
    """One submission: its PDUs, the answers so far, and its place among all legs of the link."""

    __slots__ = ("_batch", "answers", "bodies", "closed", "hurried", "id", "index", "order")

    def __init__(
        self, batch: Batch, index: int, submission: Submission, bodies: Sequence[SubmitSm], order: int
    ) -> None:
        self.id: LegId = submission.leg
        self.bodies = bodies
        self.answers: list[Outcome] = []  # of the parts up to the one that goes next
        self.order = order
        self.hurried = False  # no further part of it may be started
        self.closed = False
        self._batch, self.index = batch, index

    @property
    def body(self) -> SubmitSm:
        """The part that goes next."""
        return self.bodies[len(self.answers)]

    @property
    def left(self) -> int:
        """Parts without an answer."""
        return len(self.bodies) - len(self.answers)

    @property
    def awaited(self) -> bool:
        """Whether who submitted it waits for its outcome."""
        return not self._batch.done.done()

    def close(self, outcome: Outcome) -> None:
        """Tell who submitted it."""
        self.closed = True
        self._batch.settle(self.index, outcome)


class Legs:
    """The legs of a link. ``waiting`` counts parts that have no answer yet, on the wire or not."""

    def __init__(self, receipts: Receipts) -> None:
        self._receipts = receipts
        self._ready: list[tuple[int, Leg]] = []  # a heap: earlier legs go first
        self._begun: dict[LegId, list[Outcome]] = {}
        self._order = 0
        self.waiting = 0

    def add(self, batch: Batch, index: int, submission: Submission, bodies: Sequence[SubmitSm]) -> None:
        """Take a leg; one that was begun and then put off goes on where it was."""
        self._order += 1
        leg = Leg(batch, index, submission, bodies, self._order)
        answers = self._begun.pop(leg.id, None)
        if answers is not None and len(answers) < len(bodies):
            leg.answers = answers
        batch.legs.append(leg)
        self.waiting += leg.left
        heapq.heappush(self._ready, (leg.order, leg))

    @property
    def first(self) -> Leg | None:
        """The leg whose part goes next, if one could go now."""
        while self._ready and self._ready[0][1].closed:
            heapq.heappop(self._ready)
        return self._ready[0][1] if self._ready else None

    def take_out(self) -> None:
        """Take out the first leg: its part is sent."""
        heapq.heappop(self._ready)

    def again(self, leg: Leg, retry_after: float = AGAIN_SECONDS) -> None:
        """The part that was taken out was not accepted, and surely not sent on: it goes again."""
        if leg.hurried:
            self.put_off(leg, retry_after)
        else:
            heapq.heappush(self._ready, (leg.order, leg))

    def answered(self, leg: Leg, outcome: Outcome) -> None:
        """The part that was taken out is sent or lost: the next one goes."""
        leg.answers.append(outcome)
        self.waiting -= 1
        if len(leg.answers) == len(leg.bodies):
            leg.close(combine(leg.id, leg.answers, self._receipts))
        else:
            self.again(leg)

    def refused(self, leg: Leg, outcome: Outcome) -> None:
        """The part that was taken out is refused, or busy: no later part is sent."""
        if isinstance(outcome, Busy):
            self.put_off(leg, outcome.retry_after)
            return
        self.waiting -= leg.left
        leg.close(combine(leg.id, [*leg.answers, outcome], self._receipts))

    def put_off(self, leg: Leg, retry_after: float) -> None:
        """The leg is busy; what its carrier has of it is remembered."""
        self.waiting -= leg.left
        if leg.answers:
            self._begun[leg.id] = leg.answers
            while len(self._begun) > REMEMBERED:
                del self._begun[next(iter(self._begun))]
        leg.close(Busy(retry_after, begun=bool(leg.answers)))

    def hurry(self, legs: Sequence[Leg]) -> None:
        """Time is up for these: those on the wire get their answer, the others are put off."""
        ready = {leg.order for _, leg in self._ready}
        for leg in legs:
            leg.hurried = True
            if not leg.closed and leg.order in ready:
                self.put_off(leg, AGAIN_SECONDS)

    def link_down(self, retry_after: float) -> None:
        """Nothing can be sent: legs that are not begun are put off, the others wait for the link."""
        ready, self._ready = self._ready, []
        for order, leg in ready:
            if leg.closed:
                continue
            if leg.answers:
                self._ready.append((order, leg))
            else:
                self.put_off(leg, retry_after)
        heapq.heapify(self._ready)
