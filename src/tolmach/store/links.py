"""What running links report, what happened to them, and which ones are paused."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import bindparam, delete, select

from tolmach.core.condition import Condition, LinkEvent, combined, from_text, to_text
from tolmach.store.database import Tx
from tolmach.store.flavours import flavour
from tolmach.store.prepared import Prepared
from tolmach.store.schema import link_events, link_health, link_pauses

MOST_EVENTS = 100
"""Events that are kept of each link."""
SAME_TIME_MS = 30_000
"""A process that has said nothing of a link for so much longer than another has gone."""

_PAUSED = Prepared(select(link_pauses.c.link))
_BOUND = Prepared(
    select(link_events.c.id)
    .where(link_events.c.link == bindparam("link"))
    .order_by(link_events.c.id.desc())
    .offset(MOST_EVENTS)
    .limit(1)
)


class Reported(NamedTuple):
    """The last word of a link and its moment."""

    at: int
    condition: Condition


class Happened(NamedTuple):
    """An event and its moment."""

    at: int
    event: LinkEvent


def report(tx: Tx, link: str, condition: Condition, now_ms: int, process: str = "") -> None:
    """Store how a link fares now in a process."""
    values = {"reported_at": now_ms, "report": to_text(condition)}
    stored = flavour(tx).insert(link_health).values(link=link, process=process, **values)
    tx.execute(stored.on_conflict_do_update(index_elements=["link", "process"], set_=values))


def withdraw(tx: Tx, process: str, links: Collection[str] | None = None) -> None:
    """Forget what a process has said of some links (None: of all), which it carries no more."""
    said = link_health.c.process == process
    tx.execute(delete(link_health).where(said if links is None else said & link_health.c.link.in_(list(links))))


def reports(tx: Tx) -> Mapping[str, Reported]:
    """Return the last word of every link that ever ran: what processes say at about the same time, together."""
    found: dict[str, list[Reported]] = {}
    for _, link, one in said(tx):
        found.setdefault(link, []).append(one)
    return {link: _together(several) for link, several in found.items()}


def said(tx: Tx) -> Sequence[tuple[str, str, Reported]]:
    """Return the last words of every process of its links: process, link, and what it said."""
    asked = select(link_health).order_by(link_health.c.link, link_health.c.process)
    return [(row.process, row.link, Reported(row.reported_at, from_text(row.report))) for row in tx.execute(asked)]


def _together(said_of_one: Sequence[Reported]) -> Reported:
    latest = max(one.at for one in said_of_one)
    return Reported(latest, combined([one.condition for one in said_of_one if latest - one.at <= SAME_TIME_MS]))


def happened(tx: Tx, link: str, events: Sequence[LinkEvent], now_ms: int) -> None:
    """Write events down and forget the oldest."""
    rows = [
        {"link": link, "happened_at": now_ms, "kind": event.kind[:32], "detail": event.detail[:255]} for event in events
    ]
    if not rows:
        return
    tx.execute(flavour(tx).insert(link_events), rows)
    oldest = _BOUND.scalar(tx, link=link)
    if oldest is not None:
        tx.execute(delete(link_events).where(link_events.c.link == link, link_events.c.id <= oldest))


def events_of(tx: Tx, link: str, most: int = MOST_EVENTS) -> Sequence[Happened]:
    """Return the last events of a link, the newest first."""
    found = select(link_events).where(link_events.c.link == link).order_by(link_events.c.id.desc()).limit(most)
    return [Happened(row.happened_at, LinkEvent(row.kind, row.detail)) for row in tx.execute(found)]


def paused(tx: Tx) -> frozenset[str]:
    """Return the names of the links that are paused."""
    return frozenset(row[0] for row in _PAUSED.all(tx))


def pause(tx: Tx, link: str, now_ms: int) -> bool:
    """Pause a link; return whether it was not paused before."""
    stored = flavour(tx).insert(link_pauses).values(link=link, paused_at=now_ms).on_conflict_do_nothing()
    return tx.execute(stored.returning(link_pauses.c.link)).first() is not None


def resume(tx: Tx, link: str) -> bool:
    """End the pause of a link; return whether it was paused."""
    return tx.execute(delete(link_pauses).where(link_pauses.c.link == link)).rowcount > 0
