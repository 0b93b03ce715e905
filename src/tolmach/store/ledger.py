"""Money: an append-only ledger and, beside it, the sums per account.

Every entry changes what is available and what is held; the balance row is always the sum of the account's entries.
An entry is unique per message, step and kind, so nothing is held, captured or released twice.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, TypeVar

from sqlalchemy import Row as CoreRow
from sqlalchemy import bindparam, func, select, update

from tolmach.core.ids import AccountId
from tolmach.core.money import Money
from tolmach.store.database import Tx
from tolmach.store.flavours import flavour
from tolmach.store.prepared import Prepared, Row, insertion, one_of
from tolmach.store.schema import balances, ledger

T = TypeVar("T")


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


_INSERT = insertion(ledger, without=("id",))
_MOVE = Prepared(
    update(balances)
    .where(balances.c.account_id == bindparam("b_account"))
    .values(
        available=balances.c.available + bindparam("b_available"),
        held=balances.c.held + bindparam("b_held"),
    )
)
_BALANCES = Prepared(select(balances).where(one_of(balances.c.account_id, "ids")))
_LOCKED = Prepared(
    select(balances).where(one_of(balances.c.account_id, "ids")).order_by(balances.c.account_id).with_for_update()
)


class OverdrawnError(Exception):
    """What was decided by a balance that nobody had locked would take more than there is now."""


def append(tx: Tx, entries: Sequence[Entry], floors: Mapping[AccountId, int] | None = None) -> None:
    """Write entries and move the balances, one update per account, in the order in which everybody locks them.

    ``floors``: what may be available of each account at least; OverdrawnError when it would be less.
    """
    if not entries:
        return
    _INSERT.run_many(
        tx, [(e.account, e.message, e.step, e.kind.value, e.available, e.held, e.at, e.note) for e in entries]
    )
    sums: dict[AccountId, tuple[int, int]] = {}
    for entry in entries:
        available, held = sums.get(entry.account, (0, 0))
        sums[entry.account] = (available + entry.available, held + entry.held)
    if flavour(tx).locks_rows and (floors or len(sums) > 1):
        now = locked_balances(tx, sums)
        if any(now[account].available + sums[account][0] < floor for account, floor in (floors or {}).items()):
            raise OverdrawnError
    _MOVE.run_many(tx, [(available, held, account) for account, (available, held) in sorted(sums.items())])


def balances_of(tx: Tx, accounts: Collection[AccountId]) -> Mapping[AccountId, Balance]:
    """Return balances as they are now."""
    return _balances(_BALANCES.all(tx, ids=sorted(accounts)))


def locked_balances(tx: Tx, accounts: Collection[AccountId]) -> Mapping[AccountId, Balance]:
    """Return balances that nobody else changes until the transaction ends."""
    return _balances(_LOCKED.all(tx, ids=sorted(accounts)))


def _balances(rows: Sequence[Row]) -> Mapping[AccountId, Balance]:
    return {AccountId(account): Balance(Money(available), Money(held)) for account, available, held in rows}


class Wanted(NamedTuple):
    """Which entries are asked for: of an account (None: any), of a kind (None: any), with ids from ... to before."""

    account: AccountId | None
    kind: Movement | None
    first_id: int
    end_id: int


def page(tx: Tx, wanted: Wanted, limit: int) -> Sequence[tuple[int, Entry]]:
    """Return (id, entry), newest first."""
    asked = select(ledger).where(ledger.c.id >= wanted.first_id, ledger.c.id < wanted.end_id)
    if wanted.account is not None:
        asked = asked.where(ledger.c.account_id == wanted.account)
    if wanted.kind is not None:
        asked = asked.where(ledger.c.kind == wanted.kind.value)
        if wanted.kind in (Movement.TOP_UP, Movement.TRANSFER):  # few among millions: an index finds them
            asked = asked.where(ledger.c.message_id.is_(None))
    return [(row.id, _entry(row)) for row in tx.execute(asked.order_by(ledger.c.id.desc()).limit(limit))]


def first_id(tx: Tx, moment: int) -> int:
    """Return the least id of an entry of a moment or later; one above all when there is none. Ids grow with time."""
    low, high = 1, (tx.execute(select(func.max(ledger.c.id))).scalar() or 0) + 1
    while low < high:
        middle = (low + high) // 2
        asked = select(ledger.c.id, ledger.c.at).where(ledger.c.id >= middle).order_by(ledger.c.id).limit(1)
        found = tx.execute(asked).first()
        if found is None or found.at >= moment:
            high = middle
        else:
            low = int(found.id) + 1
    return low


def standing_still(tx: Tx, look: Callable[[Tx], T]) -> T:
    """Look at the ledger when every entry that has an id can be seen: whatever is written later has a higher one.

    Others write none for as long as ``look`` takes, and it is over before ``tx`` ends. ``tx`` has written none itself.
    """

    def stand(own: Tx) -> T:
        flavour(own).still(own, ledger)
        return look(own)

    return flavour(tx).apart(tx, stand)


def oldest(tx: Tx) -> int | None:
    """Return the moment of the first entry after the beginning of time (tests and imports may write 0)."""
    moment: int | None = tx.execute(select(ledger.c.at).order_by(ledger.c.id).limit(1)).scalar()
    return moment


def of_message(tx: Tx, message: int) -> Sequence[Entry]:
    """Return the movements of a message, oldest first."""
    asked = select(ledger).where(ledger.c.message_id == message).order_by(ledger.c.id)
    return [_entry(row) for row in tx.execute(asked)]


def sums(tx: Tx) -> Mapping[AccountId, Balance]:
    """Return the sums of all entries per account: they must equal the balances."""
    asked = select(ledger.c.account_id, func.sum(ledger.c.available), func.sum(ledger.c.held))
    rows = tx.execute(asked.group_by(ledger.c.account_id))
    return {AccountId(row[0]): Balance(Money(int(row[1])), Money(int(row[2]))) for row in rows}


def _entry(row: CoreRow[tuple[object, ...]]) -> Entry:
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
