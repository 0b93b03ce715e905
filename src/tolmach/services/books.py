"""Books: what a link that asks for statuses reads and writes in the store."""

from collections.abc import Callable, Mapping, Sequence

from tolmach.core.clock import Clock
from tolmach.core.content import Channel
from tolmach.core.delivery import Outcome, Submission
from tolmach.core.moments import from_ms, to_ms
from tolmach.core.money import Money
from tolmach.core.ports import Awaited, Doubt
from tolmach.services.delivery import Delivery, Submitted
from tolmach.services.progress import Effects
from tolmach.store import costs, counters, messages, waiting
from tolmach.store.database import Database, Tx


class StoredBooks:
    """A `Books` over the database. ``drawn`` becomes the number of the installation if it has none yet."""

    def __init__(
        self, database: Database, delivery: Delivery, clock: Clock, drawn: int, effects: Callable[[Effects], None]
    ) -> None:
        self._database = database
        self._delivery = delivery
        self._clock = clock
        self._drawn = drawn
        self._effects = effects

    async def series(self) -> int:
        """Return the number of this installation."""
        return await self._database.write(lambda tx: counters.series(tx, self._drawn))

    async def awaited(self, link: str) -> Sequence[Awaited]:
        """Return the parts of a link that still wait for a final status."""
        return await self._database.read(lambda tx: _awaited(tx, link))

    async def doubts(self, link: str) -> Sequence[Doubt]:
        """Return the legs of a link whose answer was lost and which still wait."""
        found = await self._database.read(lambda tx: self._delivery.doubts(tx, link))
        return [Doubt(submission, since) for submission, since in found]

    async def resolve(self, link: str, submission: Submission, outcome: Outcome) -> bool:
        """Store what became of a lost leg; False when its loss is not stored yet."""
        now = self._clock.now()
        result = Submitted(submission, link, outcome, to_ms(now))
        effects, stored = await self._database.write(lambda tx: self._delivery.resolve(tx, result, now))
        self._effects(effects)
        return stored

    async def price(self, link: str, prices: Mapping[str, Money]) -> None:
        """Store what a carrier takes for the messages that it calls so."""
        if prices:
            await self._database.write(lambda tx: costs.put(tx, link, prices))


def _awaited(tx: Tx, link: str) -> list[Awaited]:
    found = waiting.awaited(tx, link)
    known = messages.by_ids(tx, {message for _, _, message, _ in found})
    return [
        Awaited(provider_id, from_ms(until), known[message].plan[step - 1].channel is not Channel.SMS)
        for provider_id, until, message, step in found
    ]
