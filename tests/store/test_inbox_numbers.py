import pytest
from sqlalchemy.exc import IntegrityError

from tests.clock import NOON
from tolmach.core.ids import AccountId
from tolmach.core.inbox import Claim
from tolmach.services import demo
from tolmach.store import accounts, counters, inbox_numbers
from tolmach.store.database import Tx
from tolmach.store.inbox_numbers import InboxNumber


@pytest.fixture
def owner(tx: Tx) -> AccountId:
    demo.seed(tx, "hash", NOON)
    for one in inbox_numbers.everything(tx):
        inbox_numbers.remove(tx, one.phone, one.prefix)
    return accounts.everyone(tx)[0].id


def test_claims_on_numbers(tx: Tx, owner: AccountId) -> None:
    revision = counters.value(tx, counters.REVISION)
    inbox_numbers.add(tx, InboxNumber("1234", "", owner, 7))
    inbox_numbers.add(tx, InboxNumber("1234", "igra", owner, 7))
    assert counters.value(tx, counters.REVISION) > revision
    assert inbox_numbers.claims(tx) == {"1234": [Claim(owner), Claim(owner, "igra")]}
    inbox_numbers.remove(tx, "1234", "")
    assert inbox_numbers.everything(tx) == [InboxNumber("1234", "igra", owner, 7)]


def test_a_claim_is_unique(tx: Tx, owner: AccountId) -> None:
    inbox_numbers.add(tx, InboxNumber("1234", "", owner, 7))
    with pytest.raises(IntegrityError):
        inbox_numbers.add(tx, InboxNumber("1234", "", owner, 8))
