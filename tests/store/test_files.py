from tests.store.rows import account
from tolmach.core.ids import AccountId
from tolmach.core.moderation import Verdict
from tolmach.core.results import SenderState
from tolmach.store import accounts, files
from tolmach.store.database import Tx
from tolmach.store.files import StoredFile


def file(owner: AccountId, stored: str = "ab", digest: str = "d", size: int = 3) -> StoredFile:
    return StoredFile(0, owner, stored, "label", "pdf", size, digest, 7)


def test_a_file_is_numbered(tx: Tx) -> None:
    owner = accounts.add(tx, account())
    assert files.add(tx, file(owner)) == 1
    assert files.add(tx, file(owner, "cd", "e", 4)) == 2
    kept = files.by_id(tx, 1)
    assert kept is not None
    assert kept == StoredFile(1, owner, "ab", "label", "pdf", 3, "d", 7)
    assert files.total(tx, owner) == 7
    assert files.same(tx, owner, "d") == kept
    assert files.known(tx, ["ab", "zz"]) == {"ab"}
    assert files.by_id(tx, 9) is None


def test_files_belong_to_their_account(tx: Tx) -> None:
    one, two = accounts.add(tx, account()), accounts.add(tx, account("other", 8))
    mine, theirs = files.add(tx, file(one)), files.add(tx, file(two, "cd"))
    assert files.owned(tx, one, [mine, theirs, 99]) == {mine}
    assert [kept.id for kept in files.listed(tx, two)] == [theirs]
    assert len(files.listed(tx)) == 2
    assert files.total(tx, two) == 3
    assert files.same(tx, two, "zz") is None


def test_files_are_decided_on(tx: Tx) -> None:
    owner = accounts.add(tx, account())
    one, two = files.add(tx, file(owner)), files.add(tx, file(owner, "cd", "e"))
    assert [kept.id for kept in files.waiting(tx, 9)] == [one, two]
    assert files.decide(tx, (one,), Verdict(approved=False, by="mia", reason="no stamp"), 5) == 1
    (kept,) = files.decided(tx, 9)
    assert (kept.id, kept.state, kept.decided_at, kept.decided_by, kept.reason) == (
        one,
        "rejected",
        5,
        "mia",
        "no stamp",
    )
    assert files.decide(tx, (one, two), Verdict(approved=True), 6, (SenderState.ORDER,)) == 1
    assert [(kept.id, kept.state) for kept in files.decided(tx, 9)] == [(two, "completed"), (one, "rejected")]
    assert files.waiting(tx, 9) == []
