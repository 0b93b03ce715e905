"""Transfers between resellers and their clients: what the protocol's transaction ids stand for."""

from sqlalchemy import insert, select

from tolmach.core.ids import AccountId
from tolmach.core.transfers import TransferKind
from tolmach.store.database import Tx
from tolmach.store.schema import transfers


def add(tx: Tx, account: AccountId, client: AccountId, kind: TransferKind, amount: int, at: int) -> int:
    """Store a transfer and return its id; ``amount`` is the change of the client's balance."""
    stored = insert(transfers).values(account_id=account, client_id=client, kind=kind.value, amount=amount, at=at)
    key = tx.execute(stored).inserted_primary_key
    assert key is not None
    return int(key[0])


def since(tx: Tx, account: AccountId, client: AccountId, kind: TransferKind, amount: int, after: int) -> int | None:
    """Return the id of the same transfer when it was made after a moment (ms)."""
    asked = select(transfers.c.id).where(
        transfers.c.account_id == account,
        transfers.c.client_id == client,
        transfers.c.at > after,
        transfers.c.kind == kind.value,
        transfers.c.amount == amount,
    )
    return tx.execute(asked.order_by(transfers.c.id).limit(1)).scalar()
