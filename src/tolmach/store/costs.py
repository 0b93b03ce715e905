"""Costs: what carriers over HTTP take for messages, by what they call them."""

from collections.abc import Collection, Mapping

from sqlalchemy import bindparam, select

from tolmach.core.money import Money
from tolmach.store.database import Tx
from tolmach.store.prepared import Prepared, insertion, one_of
from tolmach.store.schema import costs

_PUT = insertion(
    costs,
    conflict=lambda insert: insert.on_conflict_do_update(
        index_elements=list(costs.primary_key), set_={"amount": insert.excluded.amount}
    ),
)
_OF = Prepared(
    select(costs.c.provider_id, costs.c.amount).where(
        costs.c.link == bindparam("link"), one_of(costs.c.provider_id, "ids")
    )
)


def put(tx: Tx, link: str, prices: Mapping[str, Money]) -> None:
    """Store prices; a later one replaces an earlier one."""
    if prices:
        _PUT.run_many(tx, [(link, provider_id, amount) for provider_id, amount in prices.items()])


def of_parts(tx: Tx, link: str, ids: Collection[str]) -> Mapping[str, Money]:
    """Return the prices that are known."""
    return {row[0]: Money(row[1]) for row in _OF.all(tx, link=link, ids=list(ids))} if ids else {}
