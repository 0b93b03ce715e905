from dataclasses import replace

from tests.store.rows import account
from tolmach.core.registry import RegistryState
from tolmach.store import accounts, registry
from tolmach.store.database import Tx
from tolmach.store.registry import Listing


def test_a_row_is_added_and_changed(tx: Tx) -> None:
    owner = accounts.add(tx, account())
    row = Listing(owner, "Shop", "mts", "ООО", "77", "c", RegistryState.POSTED, 5, 6, "ann", "why")
    registry.put(tx, row)
    assert registry.find(tx, owner, "Shop", "mts") == row
    changed = replace(row, state=RegistryState.APPROVED, changed_at=9, created_at=8)
    registry.put(tx, changed)
    assert registry.find(tx, owner, "Shop", "mts") == replace(changed, created_at=5)


def test_rows_of_an_account_and_in_a_state(tx: Tx) -> None:
    one, two = accounts.add(tx, account()), accounts.add(tx, account("other", 8))
    for owner, operator, state, at in ((one, "tele2", "POSTED", 3), (one, "mts", "SENT", 1), (two, "mts", "POSTED", 2)):
        registry.put(tx, Listing(owner, "Shop", operator, "", "", "", RegistryState[state], 1, at))
    assert [row.operator for row in registry.of_account(tx, one)] == ["mts", "tele2"]
    assert [row.account for row in registry.in_state(tx, RegistryState.POSTED)] == [two, one]
    assert len(registry.in_state(tx, None)) == 3
    assert registry.find(tx, two, "Shop", "tele2") is None
