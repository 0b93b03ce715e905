"""Parts of long incoming messages: kept until the message is whole, and then until no copy can come any more."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, and_, delete, insert, select, update

from tolmach.store.database import Tx
from tolmach.store.schema import inbox_parts as table


class Bundle(NamedTuple):
    """What the parts of one message have in common."""

    sender: str
    recipient: str
    reference: int
    total: int


class InboxPart(NamedTuple):
    """One part; ``joined``: its message is in the inbox already. Moments are milliseconds."""

    bundle: Bundle
    number: int
    link: str
    text: str
    arrived_at: int
    joined: bool = False


def of_bundle(tx: Tx, bundle: Bundle) -> Sequence[InboxPart]:
    """Return the parts of a message that have come, in order."""
    return [_part(row) for row in tx.execute(select(table).where(_is(bundle)).order_by(table.c.number))]


def add(tx: Tx, part: InboxPart) -> None:
    """Store a part that is not there yet."""
    octets = part.text.encode("utf-16-be", "surrogatepass")
    values = {"number": part.number, "link": part.link, "octets": octets, "arrived_at": part.arrived_at}
    tx.execute(insert(table).values(**part.bundle._asdict(), **values))


def join(tx: Tx, bundle: Bundle, now: int) -> None:
    """Mark the parts of a message that is in the inbox."""
    tx.execute(update(table).where(_is(bundle)).values(joined_at=now))


def drop(tx: Tx, bundle: Bundle) -> None:
    """Forget the parts of a message."""
    tx.execute(delete(table).where(_is(bundle)))


def waiting(tx: Tx, before: int, limit: int) -> Sequence[Bundle]:
    """Return messages with parts that have waited since before a moment."""
    asked = select(table.c.sender, table.c.recipient, table.c.reference, table.c.total).distinct()
    rows = tx.execute(asked.where(table.c.joined_at.is_(None), table.c.arrived_at < before).limit(limit))
    return [Bundle(*row) for row in rows]


def purge(tx: Tx, before: int) -> int:
    """Forget parts of joined messages that came before a moment; return how many there were."""
    return tx.execute(delete(table).where(table.c.joined_at.is_not(None), table.c.arrived_at < before)).rowcount


def _is(bundle: Bundle) -> ColumnElement[bool]:
    return and_(
        table.c.sender == bundle.sender,
        table.c.recipient == bundle.recipient,
        table.c.reference == bundle.reference,
        table.c.total == bundle.total,
    )


def _part(row: Row[Any]) -> InboxPart:
    bundle = Bundle(row.sender, row.recipient, row.reference, row.total)
    text = row.octets.decode("utf-16-be", "surrogatepass")
    return InboxPart(bundle, row.number, row.link, text, row.arrived_at, row.joined_at is not None)
