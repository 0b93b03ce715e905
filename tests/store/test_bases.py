from datetime import time

from tolmach.core.bases import Base, Greeting
from tolmach.core.ids import AccountId
from tolmach.store import bases
from tolmach.store.database import Tx

GREETING = Greeting(on=True, at=time(12, 48), local_time=True, days_before=1, sender="fitnes", text="Поздравляем!")
ONE, OTHER = AccountId(1), AccountId(2)


def test_a_base_is_kept_as_it_was_given(tx: Tx) -> None:
    base = bases.add(tx, Base(0, ONE, "Office", GREETING, changed_at=7))
    assert base == Base(1, ONE, "Office", GREETING, 0, 7)
    assert bases.by_id(tx, ONE, 1) == base
    assert bases.of_account(tx, ONE) == [base]
    assert bases.by_name(tx, ONE, "Office") == base
    assert bases.by_id(tx, ONE, 1, to_change=True) == base


def test_another_account_sees_and_deletes_nothing(tx: Tx) -> None:
    base = bases.add(tx, Base(0, ONE, "Office"))
    assert bases.by_id(tx, OTHER, base.id) is None
    assert bases.by_name(tx, OTHER, "Office") is None
    assert bases.of_account(tx, OTHER) == []
    assert bases.count(tx, OTHER) == 0
    assert not bases.remove(tx, OTHER, base.id, 1)
    bases.change(tx, Base(base.id, OTHER, "Theirs"))
    bases.resize(tx, Base(base.id, OTHER, "Theirs", size=9))
    assert bases.by_id(tx, ONE, base.id) == base


def test_changes(tx: Tx) -> None:
    base = bases.add(tx, Base(0, ONE, "Office"))
    bases.change(tx, Base(base.id, ONE, "Shop", GREETING, size=4, changed_at=9))
    bases.resize(tx, Base(base.id, ONE, "", size=4, changed_at=10))
    assert bases.by_id(tx, ONE, base.id) == Base(base.id, ONE, "Shop", GREETING, 4, 10)


def test_the_number_of_a_deleted_base_never_comes_back(tx: Tx) -> None:
    first = bases.add(tx, Base(0, ONE, "Office"))
    assert bases.remove(tx, ONE, first.id, 5)
    assert not bases.remove(tx, ONE, first.id, 6)
    assert bases.by_id(tx, ONE, first.id) is None
    assert bases.by_name(tx, ONE, "Office") is None
    assert bases.deleted(tx) == [first.id]
    bases.forget(tx, first.id)
    assert bases.deleted(tx) == []
    assert bases.add(tx, Base(0, OTHER, "Office")).id == first.id + 1


def test_only_the_deleted_are_forgotten(tx: Tx) -> None:
    base = bases.add(tx, Base(0, ONE, "Office"))
    bases.forget(tx, base.id)
    assert bases.count(tx, ONE) == 1


def test_bases_that_greet(tx: Tx) -> None:
    bases.add(tx, Base(0, ONE, "silent"))
    greeting = bases.add(tx, Base(0, OTHER, "loud", GREETING))
    gone = bases.add(tx, Base(0, OTHER, "gone", GREETING))
    bases.remove(tx, OTHER, gone.id, 1)
    assert bases.greeting(tx) == [greeting]
