from tolmach.core.ids import AccountId
from tolmach.core.transfers import TransferKind
from tolmach.store import transfers
from tolmach.store.database import Tx

RESELLER, CLIENT, OTHER = AccountId(1), AccountId(2), AccountId(3)
MANAGER, QIWI = TransferKind.MANAGER, TransferKind.QIWI


def test_the_same_transfer_is_found_for_a_while(tx: Tx) -> None:
    first = transfers.add(tx, RESELLER, CLIENT, MANAGER, 100, at=1_000)
    assert transfers.add(tx, RESELLER, CLIENT, MANAGER, 100, at=2_000) > first
    assert transfers.since(tx, RESELLER, CLIENT, MANAGER, 100, after=999) == first
    assert transfers.since(tx, RESELLER, CLIENT, MANAGER, 100, after=2_000) is None


def test_another_one_is_not(tx: Tx) -> None:
    transfers.add(tx, RESELLER, CLIENT, MANAGER, 100, at=1_000)
    assert transfers.since(tx, CLIENT, RESELLER, MANAGER, 100, 0) is None
    assert transfers.since(tx, RESELLER, OTHER, MANAGER, 100, 0) is None
    assert transfers.since(tx, RESELLER, CLIENT, QIWI, 100, 0) is None
    assert transfers.since(tx, RESELLER, CLIENT, MANAGER, -100, 0) is None
