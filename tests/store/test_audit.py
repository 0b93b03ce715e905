from dataclasses import replace

from tolmach.core.ids import AccountId
from tolmach.core.users import UserId
from tolmach.store import audit
from tolmach.store.audit import Entry
from tolmach.store.database import Tx


def entry(number: int, account: int | None = 1) -> Entry:
    owner = None if account is None else AccountId(account)
    return Entry(number, UserId(3), "anna", owner, "SendMessages", f"{number}", "192.0.2.1")


def test_newest_first_page_by_page(tx: Tx) -> None:
    for number in range(1, 6):
        audit.add(tx, entry(number))
    audit.add(tx, entry(6, account=2))
    audit.add(tx, entry(7, account=None))
    assert [one.at for one in audit.everything(tx, 0, 3)] == [7, 6, 5]
    assert [one.at for one in audit.everything(tx, 0, 9, AccountId(2), "anna")] == [6]
    assert audit.everything(tx, 0, 9, login="igor") == []
    page = audit.of_account(tx, AccountId(1), 0, 2)
    assert [replace(one, id=0) for one in page] == [entry(5), entry(4)]
    assert [one.at for one in audit.of_account(tx, AccountId(1), page[-1].id, 10)] == [3, 2, 1]


def test_long_words_are_cut(tx: Tx) -> None:
    audit.add(tx, replace(entry(1), action="x" * 100, remote="y" * 100))
    (found,) = audit.everything(tx, 0, 1)
    assert (len(found.action), len(found.remote)) == (64, 64)
