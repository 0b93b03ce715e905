from dataclasses import replace

from tests.store.rows import account
from tolmach.core.results import SenderState
from tolmach.store import accounts, patterns
from tolmach.store.database import Tx


def test_a_pattern_lives_and_its_number_dies_with_it(tx: Tx) -> None:
    owner = accounts.add(tx, account())
    first = patterns.add(tx, owner, "name", "text", 5)
    kept = patterns.by_id(tx, owner, first)
    assert kept is not None
    assert (kept.name, kept.text, kept.state, kept.changed_at) == ("name", "text", SenderState.ORDER, 5)
    decided = replace(kept, state=SenderState.COMPLETED, decided_by="ann", reason="why", changed_at=6)
    patterns.change(tx, decided)
    assert patterns.of_account(tx, owner) == [decided]
    assert patterns.approved(tx, owner) == ["text"]
    assert patterns.remove(tx, owner, first)
    assert not patterns.remove(tx, owner, first)
    assert patterns.add(tx, owner, "", "x", 7) == first + 1
    assert patterns.count(tx, owner) == 1


def test_patterns_belong_to_their_account(tx: Tx) -> None:
    one, two = accounts.add(tx, account()), accounts.add(tx, account("other", 8))
    number = patterns.add(tx, one, "name", "text", 5)
    assert patterns.by_id(tx, two, number) is None
    assert not patterns.remove(tx, two, number)
    patterns.add(tx, two, "", "y", 5)
    assert [kept.account for kept in patterns.everyone(tx)] == [one, two]
    assert patterns.everyone(tx, SenderState.COMPLETED) == []
