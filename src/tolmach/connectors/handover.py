"""Handing over what carriers tell: what is stored is known, whatever becomes of the rest."""

from collections.abc import AsyncIterator, Sequence

from tolmach.core.delivery import ProviderEvent
from tolmach.core.errors import StoreUnavailableError
from tolmach.core.ports import EventSink, PartlyStoredError


async def hand_over(
    sink: EventSink, events: Sequence[ProviderEvent]
) -> AsyncIterator[tuple[Sequence[ProviderEvent], Exception | None]]:
    """Yield events that are stored (with None), or that are not and why; each of them once, and is the same object.

    Those that the store is away for are not tried again. Else one that can never be stored must not keep its
    neighbours out: it is looked for by halves.
    """
    left, error = await _offer(sink, events)
    out = {id(event) for event in left}
    stored = [event for event in events if id(event) not in out]
    if stored:
        yield stored, None
    if not left:
        return
    if len(left) == 1 or isinstance(error, StoreUnavailableError):
        yield left, error
        return
    half = len(left) // 2
    for some in (left[:half], left[half:]):
        async for found in hand_over(sink, some):
            yield found


async def _offer(sink: EventSink, events: Sequence[ProviderEvent]) -> tuple[Sequence[ProviderEvent], Exception | None]:
    """Return what could not be stored, and why."""
    try:
        await sink(events)
    except PartlyStoredError as partly:
        return partly.left, partly.error
    except Exception as error:  # whatever failed, the carrier still has them
        return events, error
    return (), None
