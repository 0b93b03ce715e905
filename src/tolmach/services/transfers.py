"""Transfers: a reseller gives money to its sub-accounts, or takes it back.

No money is made or lost: what one balance gains the other loses, in one transaction, with an entry in both ledgers.
Trust is a payment that the reseller makes before it is paid itself; a write-off and a subscription fee go from the
client to the reseller. Nobody's balance goes below zero by a transfer.

The protocol gives transfers no id of the caller's, so a client that heard no answer can only ask again. Therefore the
same transfer (client, kind, amount) within a minute is taken for a repeat, and answered with the id of the first.
"""

from datetime import timedelta

from tolmach.core.accounts import Account
from tolmach.core.commands import Transfer, TransferMoney
from tolmach.core.moments import duration_ms, to_ms
from tolmach.core.money import Money
from tolmach.core.results import TransfersResult
from tolmach.core.transfers import TAKEN, TransferKind, TransferRefusal
from tolmach.services.context import Context, Handlers
from tolmach.store import accounts, ledger, transfers
from tolmach.store.ledger import Entry, Movement

REPEATED = timedelta(minutes=1)


def move(asked: Context, command: TransferMoney) -> TransfersResult:
    """Make transfers one after the other."""
    return TransfersResult([_one(asked, transfer) for transfer in command.transfers])


def _one(asked: Context, transfer: Transfer) -> int | TransferRefusal:
    client = accounts.by_login(asked.tx, transfer.client)
    if client is None or client.parent != asked.account.id:
        return TransferRefusal.NO_USER
    if transfer.kind is None:
        return TransferRefusal.BAD_TYPE
    if transfer.amount is None or transfer.amount <= 0:
        return TransferRefusal.BAD_BALANCE
    ledger.locked_balances(asked.tx, [asked.account.id, client.id])  # nobody else makes the same transfer meanwhile
    since = to_ms(asked.now) - duration_ms(REPEATED)
    change = -transfer.amount if transfer.kind in TAKEN else transfer.amount
    earlier = transfers.since(asked.tx, asked.account.id, client.id, transfer.kind, change, since)
    return earlier or _move(asked, client, transfer.kind, Money(change))


def _move(asked: Context, client: Account, kind: TransferKind, change: Money) -> int | TransferRefusal:
    """Add ``change`` to the client's balance and take it from the reseller's."""
    reseller, at = asked.account, to_ms(asked.now)
    balances = ledger.balances_of(asked.tx, [reseller.id, client.id])
    payer = reseller if change > 0 else client
    if balances[payer.id].available < abs(change):
        return TransferRefusal.NO_MONEY
    entries = [
        Entry(reseller.id, Movement.TRANSFER, -change, 0, at, note=f"{kind.value}, {client.login}"),
        Entry(client.id, Movement.TRANSFER, change, 0, at, note=f"{kind.value}, {reseller.login}"),
    ]
    ledger.append(asked.tx, entries)
    return transfers.add(asked.tx, reseller.id, client.id, kind, change, at)


WRITERS: Handlers = {TransferMoney: move}
