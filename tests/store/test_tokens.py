from tests.store.rows import account
from tolmach.core.ids import AccountId
from tolmach.store import accounts, tokens
from tolmach.store.database import Tx


def _owner(tx: Tx) -> AccountId:
    return accounts.add(tx, account())


def test_a_token_is_found_by_its_digest(tx: Tx) -> None:
    owner = _owner(tx)
    tokens.add(tx, owner, "crm", "d1", 5, None)
    tokens.add(tx, owner, "site", "d2", 6, 9)
    found = tokens.by_digest(tx, "d2")
    assert found is not None
    assert (found.account, found.name, found.created_at, found.expires_at, found.used_at) == (owner, "site", 6, 9, None)
    assert tokens.by_digest(tx, "d3") is None
    assert [token.digest for token in tokens.of_account(tx, owner)] == ["d1", "d2"]


def test_its_last_use_only_moves_ahead(tx: Tx) -> None:
    owner = _owner(tx)
    tokens.add(tx, owner, "crm", "d1", 5, None)
    for moment in (7, 6):
        tokens.note_use(tx, "d1", moment)
    assert [token.used_at for token in tokens.of_account(tx, owner)] == [7]


def test_a_token_is_removed(tx: Tx) -> None:
    owner = _owner(tx)
    tokens.add(tx, owner, "crm", "d1", 5, None)
    assert tokens.remove(tx, owner, "crm")
    assert not tokens.remove(tx, owner, "crm")
    assert tokens.by_digest(tx, "d1") is None
