"""What the services need from the outside: a carrier, and somebody who stores what the carrier says."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from tolmach.core.content import Channel
from tolmach.core.delivery import Outcome, ProviderEvent, Submission
from tolmach.core.ids import LegId
from tolmach.core.money import Money

# Returns once the events are committed; only then may a connector confirm them to its carrier. Raises what kept all of
# them out, or `PartlyStoredError`.
EventSink = Callable[[Sequence[ProviderEvent]], Awaitable[None]]


class PartlyStoredError(Exception):
    """Some events are committed, which must not come again; ``left`` are not, because of ``error``."""

    def __init__(self, left: Sequence[ProviderEvent], error: Exception) -> None:
        super().__init__(str(error))
        self.left = left
        self.error = error


class Connector(Protocol):
    """A live link to a carrier."""

    held: bool
    """Whether an operator has paused it: it is not up then and has no room, but stays connected for receipts."""

    @property
    def name(self) -> str:
        """Name of the link, unique in the gateway."""
        ...

    @property
    def channels(self) -> frozenset[Channel]:
        """Channels that it can carry."""
        ...

    @property
    def up(self) -> bool:
        """Whether it can carry anything now: it is connected, and nobody has paused it."""
        ...

    @property
    def room(self) -> int:
        """Legs that it can take now and send within a few seconds; 0 while it can send none."""
        ...

    @property
    def grain(self) -> int:
        """Legs whose answers come at about the same time: more than these are handed over in pieces."""
        ...

    async def run(self, sink: EventSink) -> None:
        """Keep the link up and hand over its events, until cancelled."""
        ...

    async def submit(self, batch: Sequence[Submission]) -> Sequence[Outcome]:
        """Submit legs; one outcome each, in order. Never raises for a single leg."""
        ...

    def stored(self, legs: Iterable[LegId]) -> None:
        """What became of these legs is stored, or never will be. May name legs of other links."""
        ...


class Awaited(NamedTuple):
    """A part without a final status: what its carrier calls it, and until when its status is waited for.

    ``readable``: delivered is not the end, it may yet be read.
    """

    provider_id: str
    until: datetime
    readable: bool = False


class Doubt(NamedTuple):
    """A leg whose answer was lost at a moment, and which its carrier may or may not have."""

    submission: Submission
    since: datetime


class Books(Protocol):
    """What a link that asks for statuses has to know of the store, also after a restart."""

    async def series(self) -> int:
        """Return the number of this installation, the same for ever; see `tolmach.core.http_links.client_key`."""
        ...

    async def awaited(self, link: str) -> Sequence[Awaited]:
        """Return the parts of a link that still wait for a final status."""
        ...

    async def doubts(self, link: str) -> Sequence[Doubt]:
        """Return the legs of a link whose answer was lost and which still wait."""
        ...

    async def resolve(self, link: str, submission: Submission, outcome: Outcome) -> bool:
        """Store what became of a lost leg; False when its loss is not stored yet."""
        ...

    async def price(self, link: str, prices: Mapping[str, Money]) -> None:
        """Store what a carrier takes for the messages that it calls so."""
        ...
