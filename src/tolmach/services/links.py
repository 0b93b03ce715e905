"""Links as an operator sees them: how they fare, what happened to them, paused and resumed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tolmach.core.condition import Condition, LinkState
from tolmach.core.moments import duration_ms, from_ms, to_ms
from tolmach.services.administration import NotFoundError
from tolmach.store import links
from tolmach.store.database import Tx
from tolmach.store.links import Happened

STALE = timedelta(seconds=30)
"""A running gateway says something of every link three times as often, see `tolmach.workers.health`."""


@dataclass(frozen=True, slots=True)
class View:
    """A link as it is known: its state, and its last word with the moment; None when it never ran."""

    name: str
    state: LinkState
    condition: Condition | None
    at: datetime | None


def overview(tx: Tx, names: Sequence[str], now: datetime) -> Sequence[View]:
    """Return how links fare, in the order of their names."""
    reports, paused = links.reports(tx), links.paused(tx)
    views: list[View] = []
    for name in names:
        reported = reports.get(name)
        fresh = reported is not None and to_ms(now) - reported.at <= duration_ms(STALE)
        state = reported.condition.state if reported and fresh else LinkState.STALE
        if name in paused:
            state = LinkState.PAUSED
        elif state is LinkState.PAUSED:  # resumed, and the gateway has not yet said so
            state = LinkState.UP if reported and reported.condition.up else LinkState.DOWN
        views.append(
            View(name, state, reported.condition if reported else None, from_ms(reported.at) if reported else None)
        )
    return views


def unseen(names: Sequence[str]) -> Sequence[View]:
    """Return links of which nothing is known."""
    return [View(name, LinkState.STALE, None, None) for name in names]


def moment(one: Happened) -> datetime:
    """Return when something happened."""
    return from_ms(one.at)


def events(tx: Tx, name: str) -> Sequence[Happened]:
    """Return what happened to a link, the newest first."""
    return links.events_of(tx, name)


def pause(tx: Tx, name: str, known: Collection[str], now: datetime) -> bool:
    """Send nothing by a link from now on; return whether it was not paused already. NotFoundError."""
    check(name, known)
    return links.pause(tx, name, to_ms(now))


def resume(tx: Tx, name: str, known: Collection[str]) -> bool:
    """Send by a link again; return whether it was paused. NotFoundError, unless it is paused under this name."""
    if links.resume(tx, name):
        return True
    check(name, known)
    return False


def check(name: str, known: Collection[str]) -> None:
    """Raise NotFoundError for a link that does not exist."""
    if name not in known:
        raise NotFoundError("link", name, known)
