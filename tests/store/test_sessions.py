from dataclasses import replace

from tolmach.core.ids import AccountId
from tolmach.core.users import UserId
from tolmach.store import sessions, users
from tolmach.store.database import Tx
from tolmach.store.sessions import Session


def user(tx: Tx, login: str) -> UserId:
    return users.add(tx, {"login": login, "password_hash": "h", "role": "admin", "created_at": 5})


def add(tx: Tx, who: UserId, digest: str, *, confirmed: bool = True) -> Session:
    session = Session(digest, who, confirmed, "A browser", "192.0.2.1", 1, 2, 100)
    sessions.add(tx, session)
    found = sessions.by_digest(tx, digest)
    assert found is not None
    assert replace(found, id=0) == session
    return found


def test_sessions_of_a_user_seen_last_first(tx: Tx) -> None:
    anna, boris = user(tx, "anna"), user(tx, "boris")
    first, second = add(tx, anna, "a"), add(tx, anna, "b")
    add(tx, anna, "c", confirmed=False)
    add(tx, boris, "d")
    assert [one.digest for one in sessions.of_user(tx, anna)] == ["a", "b"]
    sessions.note_use(tx, "b", 50, 500)
    seen = sessions.of_user(tx, anna)
    assert [(one.id, one.seen_at, one.expires_at) for one in seen] == [(second.id, 50, 500), (first.id, 2, 100)]


def test_confirming(tx: Tx) -> None:
    add(tx, user(tx, "anna"), "a", confirmed=False)
    sessions.confirm(tx, "a", 700)
    found = sessions.by_digest(tx, "a")
    assert found is not None
    assert (found.confirmed, found.expires_at) == (True, 700)


def test_looking_into_an_account(tx: Tx) -> None:
    add(tx, user(tx, "anna"), "a")
    for account in (AccountId(7), None):
        sessions.look_into(tx, "a", account)
        found = sessions.by_digest(tx, "a")
        assert found is not None
        assert found.account == account


def test_ending(tx: Tx) -> None:
    anna, boris = user(tx, "anna"), user(tx, "boris")
    for digest in "abc":
        add(tx, anna, digest)
    other = add(tx, boris, "d")
    assert not sessions.end_by_id(tx, anna, other.id)
    sessions.end(tx, "a")
    assert sessions.by_digest(tx, "a") is None
    assert sessions.end_others(tx, anna, "b") == 1
    assert [one.digest for one in sessions.of_user(tx, anna)] == ["b"]
    assert sessions.end_by_id(tx, boris, other.id)
    assert sessions.of_user(tx, boris) == []


def test_what_has_run_out_is_forgotten(tx: Tx) -> None:
    add(tx, user(tx, "anna"), "a")
    sessions.forget(tx, 99)
    assert sessions.by_digest(tx, "a") is not None
    sessions.forget(tx, 100)
    assert sessions.by_digest(tx, "a") is None
