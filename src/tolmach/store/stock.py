"""What there is at a moment, counted for those who watch: what waits, what is kept, what accounts have."""

from typing import NamedTuple

from sqlalchemy import func, literal_column, select

from tolmach.store import callbacks as callback_rows
from tolmach.store import pulse
from tolmach.store.database import Tx
from tolmach.store.pulse import Waiting
from tolmach.store.schema import balances, callbacks, ledger, orphans


class Stock(NamedTuple):
    """Callbacks that are to be told, receipts that match nothing, and the money of all accounts (ten-thousandths)."""

    waiting: tuple[Waiting, ...]
    callbacks: int
    callback_due_at: int | None
    receipts: int
    available: int
    held: int
    charged: int  # since the first day


def take(tx: Tx, now: int) -> Stock:
    """Count. Every count is answered by an index; a million rows of one kind cost 0.1 to 0.2 seconds."""
    pending = callbacks.c.state == literal_column("'pending'")  # written out, so that the partial index serves
    told = tx.execute(select(func.count()).select_from(callbacks).where(pending)).scalar_one()
    kept = tx.execute(select(func.count()).select_from(orphans)).scalar_one()
    return Stock(tuple(pulse.waiting(tx, now)), told, callback_rows.next_due(tx), kept, *_money(tx))


def _money(tx: Tx) -> tuple[int, int, int]:
    """Return what is available, held, and charged: what accounts were given less what they have, since both are few."""
    sums = tx.execute(select(func.sum(balances.c.available), func.sum(balances.c.held))).one()
    given = tx.execute(select(func.sum(ledger.c.available)).where(ledger.c.message_id.is_(None))).scalar_one()
    available, held = int(sums[0] or 0), int(sums[1] or 0)
    return available, held, int(given or 0) - available - held
