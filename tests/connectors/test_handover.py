"""What is stored of what a carrier tells, when some of it is not."""

from collections.abc import Sequence

from tests.clock import NOON
from tolmach.connectors.handover import hand_over
from tolmach.core.delivery import Inbound, ProviderEvent
from tolmach.core.errors import StoreUnavailableError
from tolmach.core.ports import PartlyStoredError

BUG, AWAY = ValueError("a bug"), StoreUnavailableError("the disk is full")


def written(*texts: str) -> list[ProviderEvent]:
    return [Inbound("carrier", "79161234567", "79611111111", text, NOON) for text in texts]


class Pieces:
    """Stores events by pieces of two; a piece with a text that it knows an error for is kept out."""

    def __init__(self, **wrong: Exception) -> None:
        self.wrong = wrong
        self.stored: list[str] = []
        self.calls = 0

    async def __call__(self, events: Sequence[ProviderEvent]) -> None:
        self.calls += 1
        left: list[ProviderEvent] = []
        errors: list[Exception] = []
        for piece in (events[first : first + 2] for first in range(0, len(events), 2)):
            texts = [event.text for event in piece if isinstance(event, Inbound)]
            wrong = [self.wrong[text] for text in texts if text in self.wrong]
            if wrong:
                left += piece
                errors += wrong
            else:
                self.stored += texts
        if left:
            raise errors[0] if len(left) == len(events) else PartlyStoredError(left, errors[0])


async def ended(sink: Pieces, events: Sequence[ProviderEvent]) -> list[Exception | None]:
    """Hand over; return what kept each out, in order."""
    found = [(id(one), error) async for some, error in hand_over(sink, events) for one in some]
    assert len(found) == len(dict(found)) == len(events)
    return [dict(found)[id(event)] for event in events]


async def test_all_is_stored_at_once() -> None:
    sink = Pieces()
    assert await ended(sink, written("a", "b", "c")) == [None] * 3
    assert sink.calls == 1


async def test_what_was_stored_is_not_stored_again() -> None:
    sink = Pieces(d=BUG)
    assert await ended(sink, written("a", "b", "c", "d", "e")) == [None, None, None, BUG, None]
    assert sink.stored == ["a", "b", "e", "c"]


async def test_two_that_are_alike_are_two() -> None:
    sink = Pieces(d=BUG)
    assert await ended(sink, written("a", "a", "a", "d")) == [None, None, None, BUG]
    assert sink.stored == ["a", "a", "a"]


async def test_a_store_that_is_away_is_not_asked_again() -> None:
    sink = Pieces(c=AWAY)
    assert await ended(sink, written("a", "b", "c", "d")) == [None, None, AWAY, AWAY]
    assert (sink.stored, sink.calls) == (["a", "b"], 1)


async def test_several_that_can_never_be_stored_are_alone() -> None:
    sink = Pieces(a=BUG, c=BUG)
    assert await ended(sink, written("a", "b", "c", "d")) == [BUG, None, BUG, None]
    assert sink.stored == ["b", "d"]
