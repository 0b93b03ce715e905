"""What is too old to be kept: messages with all that belongs to them, strays among receipts, campaigns that are empty.

The ledger stays: it is what balances are the sum of. Everything is done in small pieces, each a transaction, since
SQLite has one writer, for whom others wait.
"""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import Select, bindparam, delete, exists, func, literal_column, select

from tolmach.core.ids import AccountId
from tolmach.store import messages as stored
from tolmach.store.database import Tx
from tolmach.store.messages import Message
from tolmach.store.prepared import Prepared, one_of
from tolmach.store.schema import (
    callbacks,
    campaigns,
    client_keys,
    costs,
    inbox,
    legs,
    messages,
    moderated,
    orphans,
    parts,
    queue,
    retentions,
)

_FINAL = Prepared(
    select(messages)
    .where(
        messages.c.account_id == bindparam("account"),
        messages.c.id > bindparam("behind"),
        messages.c.id < bindparam("below"),
        ~exists().where(queue.c.message_id == messages.c.id),
        ~exists().where(  # what its client has still to be told goes with it
            callbacks.c.message_id == messages.c.id,
            callbacks.c.message_id > bindparam("behind"),  # in these partitions alone
            callbacks.c.message_id < bindparam("below"),
            callbacks.c.state == literal_column("'pending'"),
        ),
    )
    .order_by(messages.c.id)
    .limit(bindparam("most"))
)
_THERE = Prepared(select(messages.c.id).where(one_of(messages.c.id, "ids")))
_BELONGINGS = [
    Prepared(delete(table).where(one_of(table.c.message_id, "ids"))) for table in (legs, parts, callbacks, moderated)
]
_MESSAGES = Prepared(delete(messages).where(one_of(messages.c.id, "ids")))
_PARTS = Prepared(select(parts.c.link, parts.c.provider_id).where(one_of(parts.c.message_id, "ids")))
_COST = Prepared(delete(costs).where(costs.c.link == bindparam("link"), one_of(costs.c.provider_id, "names")))
_KEY = Prepared(
    delete(client_keys).where(
        client_keys.c.account_id == bindparam("account"),
        client_keys.c.dialect == bindparam("dialect"),
        one_of(client_keys.c.key, "names"),
        one_of(client_keys.c.message_id, "ids"),  # who let it go before has given it away, perhaps to a new message
    )
)


def periods(tx: Tx) -> Mapping[AccountId, int]:
    """Return the days of the accounts that have a period of their own."""
    return {AccountId(row.account_id): row.days for row in tx.execute(select(retentions))}


def put(tx: Tx, account: AccountId, days: int | None) -> None:
    """Give an account a period; None: that of the settings."""
    tx.execute(delete(retentions).where(retentions.c.account_id == account))
    if days is not None:
        tx.execute(retentions.insert().values(account_id=account, days=days))


def final(tx: Tx, account: AccountId, behind: int, below: int, limit: int) -> Sequence[Message]:
    """Return messages of an account that are final and told, with ids between two, in order."""
    return [stored.from_row(row) for row in _FINAL.all(tx, account=account, behind=behind, below=below, most=limit)]


def there(tx: Tx, ids: Collection[int]) -> frozenset[int]:
    """Return which of these messages are still there."""
    return frozenset(row[0] for row in _THERE.all(tx, ids=list(ids)))


def forget(tx: Tx, found: Collection[Message]) -> None:
    """Delete messages with all that belongs to them, but for the ledger."""
    if not found:
        return
    ids = [message.id for message in found]
    links: dict[str, list[str]] = {}
    for link, name in _PARTS.all(tx, ids=ids):
        links.setdefault(link, []).append(name)
    for link, names in links.items():
        _COST.run(tx, link=link, names=names)
    keys: dict[tuple[AccountId, str], list[str]] = {}
    for message in found:
        if message.client_key:
            keys.setdefault((message.account, message.dialect), []).append(message.client_key)
    for (account, dialect), names in keys.items():
        _KEY.run(tx, account=account, dialect=dialect, names=names, ids=ids)
    for statement in _BELONGINGS:
        statement.run(tx, ids=ids)
    _MESSAGES.run(tx, ids=ids)


def forget_strays(tx: Tx, before: int, limit: int) -> int:
    """Delete the oldest receipts that matched nothing and came before a moment; return how many."""
    oldest = select(orphans.c.id).order_by(orphans.c.id).limit(limit).scalar_subquery()
    return tx.execute(delete(orphans).where(orphans.c.id.in_(oldest), orphans.c.received_at < before)).rowcount


def forget_letters(tx: Tx, before: int, limit: int) -> int:
    """Delete the oldest incoming messages that came before a moment; return how many."""
    oldest = select(inbox.c.id).order_by(inbox.c.id).limit(limit).scalar_subquery()
    return tx.execute(delete(inbox).where(inbox.c.id.in_(oldest), inbox.c.received_at < before)).rowcount


def any_campaign(tx: Tx, account: AccountId, before: int) -> bool:
    """Tell whether `forget_campaigns` has something to delete."""
    return tx.execute(_empty(account, before, 1)).first() is not None


def forget_campaigns(tx: Tx, account: AccountId, before: int, limit: int) -> int:
    """Delete campaigns of an account that were sent before a moment and have no message left; return how many."""
    chosen = _empty(account, before, limit).scalar_subquery()
    return tx.execute(delete(campaigns).where(campaigns.c.id.in_(chosen))).rowcount


def _empty(account: AccountId, before: int, limit: int) -> Select[tuple[int]]:
    return (
        select(campaigns.c.id)
        .where(campaigns.c.account_id == account, campaigns.c.sends_at < before)
        .where(~exists().where(messages.c.campaign_id == campaigns.c.id))
        .limit(limit)
    )


def oldest(tx: Tx, account: AccountId) -> int | None:
    """Return when the oldest message of an account was accepted; None when it has none."""
    first = select(func.min(messages.c.id)).where(messages.c.account_id == account).scalar_subquery()
    moment: int | None = tx.execute(select(messages.c.accepted_at).where(messages.c.id == first)).scalar()
    return moment
