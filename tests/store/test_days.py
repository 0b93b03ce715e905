from tests.store.rows import account
from tolmach.core.ids import AccountId
from tolmach.core.money import Money
from tolmach.store import accounts, days, ledger
from tolmach.store.database import Tx
from tolmach.store.days import Closed, Sums
from tolmach.store.ledger import Entry, Movement

FIRST = Closed("2026-03-02", 2, 10, "cashier")
SECOND = Closed("2026-03-03", 3, 11, "cashier")


def entries(tx: Tx) -> AccountId:
    id_ = accounts.add(tx, account())
    ledger.append(
        tx,
        [
            Entry(id_, Movement.TOP_UP, 100, 0, 1),
            Entry(id_, Movement.HOLD, -30, 30, 2, 10),
            Entry(id_, Movement.CAPTURE, 0, -20, 3, 10, 1),
            Entry(id_, Movement.RELEASE, 10, -10, 4, 10),
        ],
    )
    return id_


def test_days_follow_each_other(tx: Tx) -> None:
    id_ = entries(tx)
    assert (days.last(tx), days.find(tx, FIRST.day)) == (None, None)
    days.close(tx, FIRST, 0)
    days.close(tx, SECOND, FIRST.last_entry)
    assert (days.last(tx), days.find(tx, FIRST.day)) == (SECOND, FIRST)
    assert (days.page(tx, "", 9), days.page(tx, SECOND.day, 9)) == ([SECOND, FIRST], [FIRST])
    first = Sums(id_, "RUB", *map(Money, (100, 0, 30, 0, 0, 70, 30)))
    assert days.by_account(tx, FIRST.day) == [first]
    assert days.by_account(tx, SECOND.day) == [Sums(id_, "RUB", *map(Money, (0, 0, 0, 20, 0, 70, 10)))]
    assert days.by_currency(tx, [FIRST.day])[FIRST.day] == [first._replace(account=None)]


def test_a_day_without_entries_has_no_sums(tx: Tx) -> None:
    days.close(tx, FIRST._replace(last_entry=0), 0)
    assert (days.by_account(tx, FIRST.day), days.by_currency(tx, [FIRST.day])) == ([], {})
