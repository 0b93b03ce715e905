"""The registry: senders at mobile operators, one row per account, sender and operator."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select

from tolmach.core.ids import AccountId
from tolmach.core.registry import RegistryState
from tolmach.store.database import Tx
from tolmach.store.flavours import flavour
from tolmach.store.schema import registry


@dataclass(frozen=True, slots=True)
class Listing:
    """A sender at an operator (its word); moments in milliseconds."""

    account: AccountId
    sender: str
    operator: str
    legal_entity: str
    inn: str
    comment: str
    state: RegistryState
    created_at: int
    changed_at: int
    changed_by: str = ""
    reason: str = ""


def put(tx: Tx, row: Listing) -> None:
    """Add a row, or change everything of it but the moment of its creation."""
    values = {
        "legal_entity": row.legal_entity,
        "inn": row.inn,
        "comment": row.comment,
        "state": row.state.value,
        "changed_at": row.changed_at,
        "changed_by": row.changed_by,
        "reason": row.reason,
    }
    key = {"account_id": row.account, "sender": row.sender, "operator": row.operator}
    statement = flavour(tx).insert(registry).values(**key, **values, created_at=row.created_at)
    tx.execute(statement.on_conflict_do_update(index_elements=list(key), set_=values))


def of_account(tx: Tx, account: AccountId) -> Sequence[Listing]:
    """Return the rows of an account by operator and sender."""
    asked = select(registry).where(registry.c.account_id == account)
    return [_listing(row) for row in tx.execute(asked.order_by(registry.c.operator, registry.c.sender))]


def in_state(tx: Tx, state: RegistryState | None) -> Sequence[Listing]:
    """Return the rows of all accounts in one state, or in any, those that changed longest ago first."""
    return some(tx, () if state is None else (state,), None)


def some(
    tx: Tx, states: Collection[RegistryState], account: AccountId | None, limit: int | None = None, skip: int = 0
) -> Sequence[Listing]:
    """Return rows in these states (none: in any) of an account or of all, those that changed longest ago first."""
    asked = select(registry)
    if states:
        asked = asked.where(registry.c.state.in_([state.value for state in states]))
    if account is not None:
        asked = asked.where(registry.c.account_id == account)
    order = (registry.c.changed_at, registry.c.account_id, registry.c.sender, registry.c.operator)
    return [_listing(row) for row in tx.execute(asked.order_by(*order).limit(limit).offset(skip))]


def find(tx: Tx, account: AccountId, sender: str, operator: str) -> Listing | None:
    """Return one row."""
    asked = select(registry).where(
        registry.c.account_id == account, registry.c.sender == sender, registry.c.operator == operator
    )
    row = tx.execute(asked).first()
    return None if row is None else _listing(row)


def _listing(row: Row[Any]) -> Listing:
    return Listing(
        account=AccountId(row.account_id),
        sender=row.sender,
        operator=row.operator,
        legal_entity=row.legal_entity,
        inn=row.inn,
        comment=row.comment,
        state=RegistryState(row.state),
        created_at=row.created_at,
        changed_at=row.changed_at,
        changed_by=row.changed_by,
        reason=row.reason,
    )
