import pytest

from tests.store.rows import account
from tolmach.core.ids import AccountId
from tolmach.core.results import SenderState
from tolmach.store import accounts, counters, senders
from tolmach.store.database import Tx


@pytest.fixture
def one(tx: Tx) -> AccountId:
    return accounts.add(tx, account("one", 1))


def test_senders_come_oldest_first_with_their_states(tx: Tx, one: AccountId) -> None:
    two = accounts.add(tx, account("two", 2))
    senders.put(tx, one, "Zebra", SenderState.ORDER, 1)
    senders.put(tx, one, "Apple", SenderState.COMPLETED, 2)
    senders.put(tx, two, "Other", SenderState.COMPLETED, 1)
    assert list(senders.of_account(tx, one).items()) == [("Zebra", "order"), ("Apple", "completed")]
    assert senders.of_account(tx, AccountId(99)) == {}


def test_a_sender_changes_its_state_and_keeps_its_place(tx: Tx, one: AccountId) -> None:
    senders.put(tx, one, "Zebra", SenderState.ORDER, 1)
    senders.put(tx, one, "Apple", SenderState.ORDER, 2)
    senders.put(tx, one, "Zebra", SenderState.REJECTED, 3)
    assert list(senders.of_account(tx, one).items()) == [("Zebra", "rejected"), ("Apple", "order")]


def test_a_name_is_exact(tx: Tx, one: AccountId) -> None:
    senders.put(tx, one, "Tolmach", SenderState.COMPLETED, 1)
    senders.put(tx, one, "TOLMACH", SenderState.ORDER, 2)
    assert dict(senders.of_account(tx, one)) == {"Tolmach": "completed", "TOLMACH": "order"}


def test_a_change_moves_the_revision(tx: Tx, one: AccountId) -> None:
    before = counters.value(tx, counters.REVISION)
    senders.put(tx, one, "Tolmach", SenderState.ORDER, 1)
    assert counters.value(tx, counters.REVISION) == before + 1
