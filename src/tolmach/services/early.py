"""Receipts that are faster than the answer which names their message: they are stored together with it.

A carrier that delivers at once sends the receipt right behind its answer, and it would be looked for before the answer
is stored. So the names of answers on their way to the store are known here, and a receipt for one of them is held until
its leg is stored, with which it is. Its carrier gets no confirmation earlier. What comes to another process, or
before a restart, is kept in the database instead (`tolmach.store.parts`).
"""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tolmach.core.delivery import Outcome, Receipt, Sent
from tolmach.core.ids import LegId

MOST = 5_000
"""Receipts that are held; more go the usual way."""

Name = tuple[str, str]  # of a part: its link, and what that calls it


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """A receipt that is held; ``stored`` tells whether it was stored with its leg, or has to go the usual way."""

    receipt: Receipt
    stored: "asyncio.Future[bool]"


class EarlyReceipts:
    """The names of legs that are not stored yet, and the receipts for them. For the event loop's thread."""

    def __init__(self) -> None:
        self._legs: dict[LegId, list[Name]] = {}
        self._held: dict[Name, list[Held]] = {}
        self._count = 0

    def expect(self, leg: LegId, link: str, provider_id: str) -> None:
        """A link's answer has named a part of a leg in hand."""
        name = (link, provider_id)
        if name not in self._held:  # a name that is given twice belongs to the first
            self._held[name] = []
            self._legs.setdefault(leg, []).append(name)

    def hold(self, receipt: Receipt) -> Held | None:
        """Hold a receipt, if its leg is on its way to the store."""
        waiting = self._held.get((receipt.link, receipt.provider_id))
        if waiting is None or self._count >= MOST:
            return None
        held = Held(receipt, asyncio.get_running_loop().create_future())
        waiting.append(held)
        self._count += 1
        return held

    def of(self, answers: Iterable[tuple[str, Outcome]]) -> list[Held]:
        """Return what is held for answers of links that are about to be stored, in the order in which it came."""
        sent = [(link, outcome.provider_ids) for link, outcome in answers if isinstance(outcome, Sent)]
        return [held for link, ids in sent for id_ in ids for held in self._held.get((link, id_), ())]

    def release(self, legs: Iterable[LegId], stored: Iterable[Held] = ()) -> None:
        """What became of these legs is stored, and ``stored`` with it; whatever else is held for them is let go."""
        for held in stored:
            _tell(held, stored=True)
        for leg in legs:
            for name in self._legs.pop(leg, ()):
                self._let_go(self._held.pop(name))

    def let_go(self, legs: Iterable[LegId]) -> None:
        """These legs cannot be stored now: the links should hear it of what is held for them."""
        for leg in legs:
            for name in self._legs.get(leg, ()):
                self._let_go(self._held[name])
                self._held[name] = []

    def withdraw(self, held: Iterable[Held]) -> None:
        """Hold these no longer: their legs are not stored yet, and may not be for long."""
        for one in held:
            waiting = self._held.get((one.receipt.link, one.receipt.provider_id), [])
            if one in waiting:
                waiting.remove(one)
                self._let_go([one])

    def _let_go(self, held: Sequence[Held]) -> None:
        self._count -= len(held)
        for one in held:
            _tell(one, stored=False)


def _tell(held: Held, *, stored: bool) -> None:
    if not held.stored.done():
        held.stored.set_result(stored)
