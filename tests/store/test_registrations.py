import pytest

from tests.store.rows import account
from tolmach.core.ids import AccountId
from tolmach.core.moderation import Verdict
from tolmach.core.papers import Papers
from tolmach.core.results import SenderState
from tolmach.store import accounts, registrations, senders
from tolmach.store.database import Tx


@pytest.fixture
def owner(tx: Tx) -> AccountId:
    return accounts.add(tx, account())


def test_a_sender_keeps_its_number_and_gets_new_papers(tx: Tx, owner: AccountId) -> None:
    senders.put(tx, owner, "Shop", SenderState.ORDER, 5)
    number = registrations.put(tx, owner, "Shop", Papers(inn="1"), 5)
    assert registrations.put(tx, owner, "Shop", None, 6) == number
    assert registrations.put(tx, owner, "Shop", Papers(inn="2"), 7) == number
    assert registrations.put(tx, owner, "Other", None, 7) != number
    found = registrations.find(tx, owner, "Shop")
    assert found is not None
    assert (found.id, found.papers, found.created_at, found.state) == (number, Papers(inn="2"), 5, "order")


def test_who_decided_is_kept(tx: Tx, owner: AccountId) -> None:
    senders.put(tx, owner, "Shop", SenderState.ORDER, 5)
    registrations.decide(tx, owner, "Shop", Verdict(approved=False, by="ann", reason="no"), 9)
    found = registrations.find(tx, owner, "Shop")
    assert found is not None
    assert (found.decided_at, found.decided_by, found.reason) == (9, "ann", "no")


def test_why_some_were_decided_on(tx: Tx, owner: AccountId) -> None:
    for name, reason in (("A", "no letter"), ("B", ""), ("C", "not theirs")):
        senders.put(tx, owner, name, SenderState.REJECTED, 1)
        registrations.decide(tx, owner, name, Verdict(approved=False, by="ann", reason=reason), 2)
    assert registrations.reasons(tx, owner, ["A", "B"]) == {"A": "no letter"}
    assert registrations.reasons(tx, AccountId(owner + 1), ["A"]) == {}


def test_who_waits(tx: Tx, owner: AccountId) -> None:
    for name, state in (("A", SenderState.ORDER), ("B", SenderState.COMPLETED), ("C", SenderState.ORDER)):
        senders.put(tx, owner, name, state, 1)
        registrations.put(tx, owner, name, None, 1)
    assert [one.name for one in registrations.waiting(tx)] == ["A", "C"]
    assert registrations.find(tx, AccountId(owner + 1), "A") is None
