"""Stop lists: numbers that an account (or nobody: account 0) may write to."""

from collections.abc import Collection, Sequence

from sqlalchemy import bindparam, delete, func, select

from tolmach.store import counters
from tolmach.store.database import Tx
from tolmach.store.flavours import flavour
from tolmach.store.prepared import Prepared, one_of
from tolmach.store.schema import stop_lists, stops

EVERYBODY = 0
_AMONG = Prepared(
    select(stops.c.account_id, stops.c.phone).where(
        one_of(stops.c.account_id, "accounts"), one_of(stops.c.phone, "phones")
    )
)

_REMOVE = Prepared(delete(stops).where(stops.c.account_id == bindparam("account"), one_of(stops.c.phone, "phones")))


def any_at_all(tx: Tx) -> bool:
    """Tell whether any stop exists."""
    return tx.execute(select(stops.c.phone).limit(1)).first() is not None


def among(tx: Tx, accounts: Collection[int], phones: Collection[str]) -> frozenset[tuple[int, str]]:
    """Return the (account, phone) stops of these numbers on these accounts' lists and on the global one."""
    rows = _AMONG.all(tx, accounts=[EVERYBODY, *accounts], phones=list(phones))
    return frozenset((account, phone) for account, phone in rows)


def add(tx: Tx, account: int, phones: Collection[str], now_ms: int) -> int:
    """Put numbers on a list; return how many were not there before."""
    wanted = dict.fromkeys(phones)
    known = {phone for owner, phone in among(tx, [account], wanted) if owner == account}
    rows = [{"account_id": account, "phone": phone, "created_at": now_ms} for phone in wanted if phone not in known]
    if rows:
        tx.execute(flavour(tx).insert(stops).on_conflict_do_nothing(), rows)
    _changed(tx, account, now_ms)
    return len(rows)


def remove(tx: Tx, account: int, phones: Collection[str], now_ms: int) -> int:
    """Take numbers off a list; return how many were on it."""
    removed = _REMOVE.run(tx, account=account, phones=list(phones))
    _changed(tx, account, now_ms)
    return removed


def changed_at(tx: Tx, account: int) -> int | None:
    """Return when a list was changed last (milliseconds); None for one that never was."""
    return tx.execute(select(stop_lists.c.changed_at).where(stop_lists.c.account_id == account)).scalar()


def _changed(tx: Tx, account: int, now_ms: int) -> None:
    statement = flavour(tx).insert(stop_lists).values(account_id=account, changed_at=now_ms)
    tx.execute(statement.on_conflict_do_update(index_elements=["account_id"], set_={"changed_at": now_ms}))
    counters.touch_revision(tx)


def count(tx: Tx, account: int) -> int:
    """Return the length of a list."""
    return tx.execute(select(func.count()).select_from(stops).where(stops.c.account_id == account)).scalar_one()


def page(tx: Tx, account: int, prefix: str, after: str, limit: int) -> Sequence[tuple[str, int]]:
    """Return (number, since when) of a list in order: those that begin with ``prefix`` and come after ``after``."""
    asked = select(stops.c.phone, stops.c.created_at).where(stops.c.account_id == account, stops.c.phone > after)
    if prefix:
        asked = asked.where(stops.c.phone >= prefix)
        if end := _behind(prefix):
            asked = asked.where(stops.c.phone < end)
    return [(row[0], row[1]) for row in tx.execute(asked.order_by(stops.c.phone).limit(limit))]


def _behind(prefix: str) -> str:
    """Return the digits behind all numbers with a prefix, "" for none; no collation changes the order of digits."""
    kept = prefix.rstrip("9")
    return f"{kept[:-1]}{int(kept[-1]) + 1}" if kept else ""


def of_account(tx: Tx, account: int) -> Sequence[str]:
    """Return a list in order."""
    return list(
        tx.execute(select(stops.c.phone).where(stops.c.account_id == account).order_by(stops.c.phone)).scalars()
    )
