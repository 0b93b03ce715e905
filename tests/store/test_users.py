import pytest
from sqlalchemy.exc import IntegrityError

from tolmach.core.users import Role, UserId
from tolmach.store import users
from tolmach.store.database import Tx
from tolmach.store.users import Trials


def add(tx: Tx, login: str) -> UserId:
    return users.add(tx, {"login": login, "password_hash": "h", "role": "admin", "created_at": 5})


def test_a_user(tx: Tx) -> None:
    number = add(tx, "anna")
    user = users.by_id(tx, number)
    assert user is not None
    assert (user.login, user.role, user.account, user.blocked, user.created_at) == ("anna", Role.ADMIN, None, False, 5)
    assert users.by_login(tx, "anna") == user
    assert users.by_login(tx, "Anna") is None
    assert users.everyone(tx) == [user] == users.of_account(tx, None)
    assert users.trials(tx, number) == Trials(0, None, 0)


def test_a_login_is_somebody_s(tx: Tx) -> None:
    add(tx, "anna")
    with pytest.raises(IntegrityError):
        add(tx, "anna")


def test_changing(tx: Tx) -> None:
    number, other = add(tx, "anna"), add(tx, "boris")
    users.change(tx, number, {"wrong": 3, "locked_until": 9, "theme": "dark"})
    assert users.trials(tx, number) == Trials(3, 9, 0)
    changed, untouched = users.by_id(tx, number), users.by_id(tx, other)
    assert (changed.theme if changed else "", untouched.theme if untouched else "-") == ("dark", "")


def test_recovery_codes_are_good_once_and_for_their_user(tx: Tx) -> None:
    number, other = add(tx, "anna"), add(tx, "boris")
    users.put_codes(tx, number, ["a", "b"])
    assert not users.take_code(tx, other, "a")
    assert users.take_code(tx, number, "a")
    assert not users.take_code(tx, number, "a")
    assert users.codes_left(tx, number) == 1
    users.put_codes(tx, number, [])
    assert users.codes_left(tx, number) == 0
