"""What the services need from the outside: a carrier, and somebody who stores what the carrier says."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from tolmach.core.content import Channel
from tolmach.core.delivery import Outcome, ProviderEvent, Submission

# Returns once the events are committed; only then may a connector confirm them to its carrier.
EventSink = Callable[[Sequence[ProviderEvent]], Awaitable[None]]


class Connector(Protocol):
    """A live link to a carrier."""

    @property
    def name(self) -> str:
        """Name of the link, unique in the gateway."""
        ...

    @property
    def channels(self) -> frozenset[Channel]:
        """Channels that it can carry."""
        ...

    @property
    def room(self) -> int:
        """Legs that it can take now and send within a few seconds; 0 while it can send none."""
        ...

    async def run(self, sink: EventSink) -> None:
        """Keep the link up and hand over its events, until cancelled."""
        ...

    async def submit(self, batch: Sequence[Submission]) -> Sequence[Outcome]:
        """Submit legs; one outcome each, in order. Never raises for a single leg."""
        ...
