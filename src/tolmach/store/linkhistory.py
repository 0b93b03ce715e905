"""How links fared in the last weeks: a row for each span of five minutes, link and process."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from sqlalchemy import delete, func, select

from tolmach.store.database import Tx
from tolmach.store.flavours import flavour
from tolmach.store.schema import link_history

SPAN: Final = 300_000  # milliseconds
KEPT: Final = 15 * 86_400_000  # milliseconds


class Span(NamedTuple):
    """A link in the span that begins at a moment (milliseconds).

    ``looks`` at it, ``up`` of them found it up; ``sent``, ``refused`` and ``lost`` are answers to messages.
    """

    link: str
    at: int
    looks: int
    up: int
    sent: int
    refused: int
    lost: int
    receipts: int


def add(tx: Tx, spans: Sequence[Span], process: str, now: int) -> None:
    """Store spans that are over (what is there of them already is added to), and forget those that are too old."""
    for one in spans:
        made = flavour(tx).insert(link_history).values(process=process, **one._asdict())
        more = {name: link_history.c[name] + made.excluded[name] for name in Span._fields[2:]}
        tx.execute(made.on_conflict_do_update(index_elements=["link", "at", "process"], set_=more))
    if spans:
        tx.execute(delete(link_history).where(link_history.c.at < now - KEPT))


def of_link(tx: Tx, link: str, since: int, width: int) -> Sequence[Span]:
    """Return a link's history since a moment, oldest first, several spans put together into ones of ``width`` ms."""
    begins = link_history.c.at - link_history.c.at % width
    sums = [func.sum(link_history.c[name]) for name in Span._fields[2:]]
    asked = select(begins, *sums).where(link_history.c.link == link, link_history.c.at >= since)
    return [Span(link, row[0], *map(int, row[1:])) for row in tx.execute(asked.group_by(begins).order_by(begins))]
