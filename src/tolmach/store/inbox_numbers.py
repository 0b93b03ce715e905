"""Our numbers that subscribers write to, and which account gets what comes to each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, insert, select

from tolmach.core.ids import AccountId
from tolmach.core.inbox import Claim
from tolmach.store import counters
from tolmach.store.database import Tx
from tolmach.store.schema import inbox_numbers


@dataclass(frozen=True, slots=True)
class InboxNumber:
    """A number, and the account that gets messages to it that start with the prefix ("": all that are left)."""

    phone: str
    prefix: str
    account: AccountId
    created_at: int


def add(tx: Tx, number: InboxNumber) -> None:
    """Store a claim on a number."""
    tx.execute(
        insert(inbox_numbers).values(
            phone=number.phone, prefix=number.prefix, account_id=number.account, created_at=number.created_at
        )
    )
    counters.touch_revision(tx)


def remove(tx: Tx, phone: str, prefix: str) -> None:
    """Take a claim away."""
    tx.execute(delete(inbox_numbers).where(inbox_numbers.c.phone == phone, inbox_numbers.c.prefix == prefix))
    counters.touch_revision(tx)


def everything(tx: Tx) -> Sequence[InboxNumber]:
    """Return all claims in order."""
    rows = tx.execute(select(inbox_numbers).order_by(inbox_numbers.c.phone, inbox_numbers.c.prefix))
    return [InboxNumber(row.phone, row.prefix, AccountId(row.account_id), row.created_at) for row in rows]


def claims(tx: Tx) -> Mapping[str, Sequence[Claim]]:
    """Return the claims on every number."""
    found: dict[str, list[Claim]] = {}
    for number in everything(tx):
        found.setdefault(number.phone, []).append(Claim(number.account, number.prefix))
    return found
