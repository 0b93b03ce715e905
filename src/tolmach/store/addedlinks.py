"""Links that were added besides those of the settings file, and when they are to go."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import delete, func, insert, select, update

from tolmach.store.database import Tx
from tolmach.store.prepared import Prepared
from tolmach.store.schema import added_links, parts, queue


class Added(NamedTuple):
    """A link as it was added: ``definition`` is JSON as it would stand in the settings, with its secrets.

    ``removed_at``: it goes as soon as what it has in hand is answered.
    """

    name: str
    definition: str
    added_at: int
    removed_at: int | None = None


_ALL = Prepared(
    select(added_links.c.name, added_links.c.definition, added_links.c.added_at, added_links.c.removed_at).order_by(
        added_links.c.position, added_links.c.name
    )
)


def everything(tx: Tx) -> Sequence[Added]:
    """Return the links in the order in which they were added; those that are to go too."""
    return [Added(*row) for row in _ALL.all(tx)]


def add(tx: Tx, link: Added) -> None:
    """Store a link behind all others."""
    last = tx.execute(select(func.max(added_links.c.position))).scalar() or 0
    tx.execute(insert(added_links).values(position=last + 1, **link._asdict()))


def change(tx: Tx, name: str, definition: str) -> bool:
    """Give a link another definition; return whether it was there and not on its way out."""
    there = (added_links.c.name == name) & added_links.c.removed_at.is_(None)
    return tx.execute(update(added_links).where(there).values(definition=definition)).rowcount > 0


def remove(tx: Tx, name: str, now_ms: int) -> bool:
    """Let a link go; return whether it was there and not on its way out already."""
    there = (added_links.c.name == name) & added_links.c.removed_at.is_(None)
    return tx.execute(update(added_links).where(there).values(removed_at=now_ms)).rowcount > 0


def forget(tx: Tx, name: str) -> None:
    """Forget a link that is gone, unless it has been added anew since."""
    tx.execute(delete(added_links).where(added_links.c.name == name, added_links.c.removed_at.is_not(None)))


def awaited(tx: Tx, link: str) -> int:
    """Return how many parts of live messages wait for a receipt of a link."""
    asked = select(func.count()).select_from(parts.join(queue, queue.c.message_id == parts.c.message_id))
    return tx.execute(asked.where(parts.c.link == link, parts.c.status == "sent")).scalar_one()
