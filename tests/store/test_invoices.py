from dataclasses import replace

from tolmach.core.ids import AccountId
from tolmach.store import invoices
from tolmach.store.database import Tx
from tolmach.store.invoices import StoredInvoice

MINE, THEIRS = AccountId(3), AccountId(4)
ROW = StoredInvoice(MINE, 0, 5_000, "March", "open", 1_000, "anna")


def test_an_invoice_is_settled_once(tx: Tx) -> None:
    number = invoices.add(tx, ROW)
    row = replace(ROW, id=number)
    assert invoices.by_id(tx, MINE, number) == row
    assert invoices.by_id(tx, THEIRS, number) is None
    assert invoices.count_open(tx, MINE) == 1
    assert not invoices.settle(tx, replace(row, account=THEIRS), "paid", 2_000, "cash")
    assert invoices.settle(tx, row, "paid", 2_000, "cash")
    assert not invoices.settle(tx, row, "cancelled", 3_000, "anna")
    assert invoices.by_id(tx, MINE, number) == replace(row, state="paid", settled_at=2_000, settled_by="cash")
    assert invoices.count_open(tx, MINE) == 0


def test_pages_by_account_and_state(tx: Tx) -> None:
    numbers = [invoices.add(tx, replace(ROW, account=one)) for one in (MINE, THEIRS, MINE)]
    invoices.settle(tx, replace(ROW, id=numbers[0]), "paid", 2_000, "cash")
    assert [one.id for one in invoices.page(tx, None, "", 0, 9)] == numbers[::-1]
    assert [one.id for one in invoices.page(tx, MINE, "open", 0, 9)] == [numbers[2]]
    assert [one.id for one in invoices.page(tx, None, "", numbers[2], 1)] == [numbers[1]]
