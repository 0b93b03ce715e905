from sqlalchemy import insert

from tests.store.rows import account, entry
from tests.store.test_parts import orphan
from tolmach.core.money import Money
from tolmach.store import accounts, ledger, parts, queue, stock
from tolmach.store.database import Tx
from tolmach.store.ledger import Entry, Movement
from tolmach.store.pulse import Waiting
from tolmach.store.queue import Kind
from tolmach.store.schema import callbacks


def test_an_empty_database(tx: Tx) -> None:
    assert stock.take(tx, 1) == stock.Stock((), 0, None, 0, 0, 0, 0)


def test_everything_is_counted(tx: Tx) -> None:
    queue.add(tx, [entry(10, due=5), entry(20, due=7), entry(30, due=9, kind=Kind.GIVE_UP)])
    parts.keep_orphans(tx, [orphan(), orphan("b")])
    told = {"account_id": 1, "message_id": 10, "status": "sent", "changed_at": 1, "attempts": 0, "error": ""}
    states = [("pending", 8), ("pending", 6), ("acknowledged", 1), ("failed", 2)]
    tx.execute(insert(callbacks), [told | {"state": state, "due_at": due} for state, due in states])
    owner = accounts.add(tx, account())
    moved = [Entry(owner, Movement.TOP_UP, Money(50_000), 0, 1), Entry(owner, Movement.TOP_UP, Money(-5_000), 0, 1)]
    other = accounts.add(tx, account("other", 8))
    moved += [Entry(owner, Movement.TRANSFER, -2_000, 0, 1), Entry(other, Movement.TRANSFER, 2_000, 0, 1)]
    prices = [ledger.hold(owner, 10, Money(9_000), 1), ledger.hold(owner, 20, Money(1_000), 1)]
    settled = [ledger.capture(owner, 10, 1, Money(6_000), 1), ledger.release(owner, 10, Money(3_000), 1)]
    ledger.append(tx, [*moved, *prices, *settled])
    found = stock.take(tx, 6)
    lane = entry().lane
    assert found.waiting == (Waiting(Kind.SUBMIT, lane, 2, 1, 5), Waiting(Kind.GIVE_UP, lane, 1, 0, 9))
    assert found[1:] == (2, 6, 2, 38_000, 1_000, 6_000)
