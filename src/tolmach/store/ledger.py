"""Money: an append-only ledger and, beside it, the sums per account.

Every entry changes what is available and what is held; the balance row is always the sum of the account's entries.
An entry is unique per message, step and kind, so nothing is held, captured or released twice.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import Row, bindparam, func, insert, select, update

from tolmach.core.ids import AccountId
from tolmach.core.money import Money
from tolmach.store.database import Tx
from tolmach.store.prepared import Prepared, one_of
from tolmach.store.schema import balances, ledger


class Movement(StrEnum):
    """Kinds of ledger entries."""

    TOP_UP = "top-up"
    HOLD = "hold"  # available -> held
    CAPTURE = "capture"  # held -> spent
    RELEASE = "release"  # held -> available
    TRANSFER = "transfer"  # available of one account -> available of another


class Entry(NamedTuple):
    """One movement: the changes of ``available`` and ``held``. Step 0 is the message as a whole."""

    account: AccountId
    kind: Movement
    available: int
    held: int
    at: int
    message: int | None = None
    step: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True)
class Balance:
    """What an account can spend, and what is set aside for live messages."""

    available: Money
    held: Money


def hold(account: AccountId, message: int, amount: Money, at: int) -> Entry:
    """Set the price of a message aside."""
    return Entry(account, Movement.HOLD, -amount, amount, at, message)


def capture(account: AccountId, message: int, step: int, amount: Money, at: int) -> Entry:
    """Take the price of a step."""
    return Entry(account, Movement.CAPTURE, 0, -amount, at, message, step)


def release(account: AccountId, message: int, amount: Money, at: int) -> Entry:
    """Give back what was held and not taken."""
    return Entry(account, Movement.RELEASE, amount, -amount, at, message)


_INSERT = Prepared(
    insert(ledger).values({column.name: bindparam(column.name) for column in ledger.columns if column.name != "id"})
)
_MOVE = Prepared(
    update(balances)
    .where(balances.c.account_id == bindparam("b_account"))
    .values(
        available=balances.c.available + bindparam("b_available"),
        held=balances.c.held + bindparam("b_held"),
    )
)
_BALANCES = Prepared(select(balances).where(one_of(balances.c.account_id, "ids")).with_for_update())


def append(tx: Tx, entries: Sequence[Entry]) -> None:
    """Write entries and move the balances, one update per account."""
    if not entries:
        return
    _INSERT.run_many(
        tx, [(e.account, e.message, e.step, e.kind.value, e.available, e.held, e.at, e.note) for e in entries]
    )
    sums: dict[AccountId, tuple[int, int]] = {}
    for entry in entries:
        available, held = sums.get(entry.account, (0, 0))
        sums[entry.account] = (available + entry.available, held + entry.held)
    _MOVE.run_many(tx, [(available, held, account) for account, (available, held) in sorted(sums.items())])


def balances_of(tx: Tx, accounts: Collection[AccountId]) -> Mapping[AccountId, Balance]:
    """Return balances, locked until the transaction ends where the database locks rows."""
    rows = _BALANCES.all(tx, ids=sorted(accounts))
    return {AccountId(account): Balance(Money(available), Money(held)) for account, available, held in rows}


def of_message(tx: Tx, message: int) -> Sequence[Entry]:
    """Return the movements of a message, oldest first."""
    asked = select(ledger).where(ledger.c.message_id == message).order_by(ledger.c.id)
    return [_entry(row) for row in tx.execute(asked)]


def sums(tx: Tx) -> Mapping[AccountId, Balance]:
    """Return the sums of all entries per account: they must equal the balances."""
    asked = select(ledger.c.account_id, func.sum(ledger.c.available), func.sum(ledger.c.held))
    rows = tx.execute(asked.group_by(ledger.c.account_id))
    return {AccountId(row[0]): Balance(Money(int(row[1])), Money(int(row[2]))) for row in rows}


def _entry(row: Row[tuple[object, ...]]) -> Entry:
    return Entry(
        account=AccountId(row.account_id),
        kind=Movement(row.kind),
        available=row.available,
        held=row.held,
        at=row.at,
        message=row.message_id,
        step=row.step,
        note=row.note,
    )
