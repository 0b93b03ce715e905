"""Receipts that no part answers to, with their ids as they came, and the id rules that parts were stored by."""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, Select, bindparam, delete, exists, func, select, update

from tolmach.codecs.smpp.receipt import IdForm
from tolmach.core.links import IdRules, Prefer
from tolmach.store.database import Tx
from tolmach.store.flavours import flavour
from tolmach.store.legs import STATUSES
from tolmach.store.parts import Orphan
from tolmach.store.prepared import Prepared, one_of
from tolmach.store.schema import link_ids, orphans, parts, queue

_other = parts.alias("other")
_RENAME = Prepared(
    update(parts)
    .where(
        parts.c.link == bindparam("b_link"),
        parts.c.provider_id == bindparam("b_old"),
        # an id that another part has already stays with it
        ~exists().where(_other.c.link == parts.c.link, _other.c.provider_id == bindparam("b_new")),
    )
    .values(provider_id=bindparam("b_new"))
)
_ON_ITS_WAY = "\x1a"
_FORGET = Prepared(delete(orphans).where(one_of(orphans.c.id, "ids")))


class Kept(NamedTuple):
    """A receipt that is kept, under its number."""

    id: int
    orphan: Orphan


def newest(tx: Tx, link: str | None, most: int) -> Sequence[Kept]:
    """Return the receipts that are kept (of a link), the newest first."""
    return _found(tx, select(orphans).where(_of(link)).order_by(orphans.c.id.desc()).limit(most))


def counts(tx: Tx) -> dict[str, int]:
    """Return how many receipts are kept, by link."""
    found = select(orphans.c.link, func.count()).group_by(orphans.c.link)
    return {row[0]: row[1] for row in tx.execute(found)}


def behind(tx: Tx, link: str, last: int, most: int) -> Sequence[Kept]:
    """Return receipts of a link with numbers above ``last``, in order."""
    found = select(orphans).where(_of(link), orphans.c.id > last).order_by(orphans.c.id)
    return _found(tx, found.limit(most))


def forget(tx: Tx, ids: Collection[int]) -> None:
    """Forget receipts that something answers to now."""
    if ids:
        _FORGET.run(tx, ids=list(ids))


def rules(tx: Tx, link: str) -> IdRules | None:
    """Return the rules by which a link's ids are stored; None when it never ran."""
    row = tx.execute(select(link_ids).where(link_ids.c.link == link)).first()
    return None if row is None else _rules(row)


def every_rules(tx: Tx) -> dict[str, IdRules]:
    """Return the rules of all links that ever ran and have such, by name."""
    return {row.link: _rules(row) for row in tx.execute(select(link_ids).order_by(link_ids.c.link))}


def set_rules(tx: Tx, link: str, ids: IdRules) -> None:
    """Remember the rules by which a link's ids are stored."""
    values = {"answer": ids.answer.value, "text": ids.text.value, "tlv": ids.tlv.value, "prefer": ids.prefer.value}
    stored = flavour(tx).insert(link_ids).values(link=link, **values)
    tx.execute(stored.on_conflict_do_update(index_elements=["link"], set_=values))


def live_ids(tx: Tx, link: str) -> Sequence[str]:
    """Return what a link calls the parts of messages that are not final."""
    found = select(parts.c.provider_id).join(queue, queue.c.message_id == parts.c.message_id)
    return [row[0] for row in tx.execute(found.where(parts.c.link == link))]


def rename(tx: Tx, link: str, names: Sequence[tuple[str, str]]) -> None:
    """Store parts under other ids: (old, new). By way of ids that no carrier gives: a new one may be another's old."""
    away = [(old, f"{_ON_ITS_WAY}{new}") for old, new in names]
    for old, new in [*away, *((f"{_ON_ITS_WAY}{new}", new) for _, new in names)]:
        _RENAME.run(tx, b_link=link, b_old=old, b_new=new)


def _rules(row: Row[Any]) -> IdRules:
    return IdRules(answer=IdForm(row.answer), text=IdForm(row.text), tlv=IdForm(row.tlv), prefer=Prefer(row.prefer))


def _of(link: str | None) -> ColumnElement[bool]:
    return orphans.c.id > 0 if link is None else orphans.c.link == link


def _found(tx: Tx, statement: Select[Any]) -> Sequence[Kept]:
    return [Kept(row[0], Orphan(row[1], row[2], STATUSES[row[3]], *row[4:8])) for row in tx.execute(statement)]
