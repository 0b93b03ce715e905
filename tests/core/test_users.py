from datetime import timedelta

import pytest

from tolmach.core.ids import AccountId
from tolmach.core.users import ACCOUNT_ROLES, STAFF_ROLES, Role, User, UserId, fits, lock_after, role_inside

MINE, OTHER = AccountId(1), AccountId(2)


def user(role: Role, account: AccountId | None = MINE) -> User:
    return User(UserId(1), "anna", account, role, "a hash", totp_secret="SECRET")


@pytest.mark.parametrize(
    ("wrong", "minutes"), [(0, 0), (4, 0), (5, 1), (6, 2), (7, 4), (8, 8), (9, 15), (20, 15), (10_000, 15)]
)
def test_the_lock_doubles_up_to_a_quarter_of_an_hour(wrong: int, minutes: int) -> None:
    assert (lock_after(wrong) or timedelta(0)) == timedelta(minutes=minutes)


def test_every_role_belongs_to_accounts_or_to_the_staff() -> None:
    assert set(ACCOUNT_ROLES) | set(STAFF_ROLES) == set(Role)
    assert not set(ACCOUNT_ROLES) & set(STAFF_ROLES)
    assert all(fits(role, MINE) and not fits(role, None) for role in ACCOUNT_ROLES)
    assert all(fits(role, None) and not fits(role, MINE) for role in STAFF_ROLES)


def test_inside_an_account() -> None:
    assert role_inside(user(Role.SENDER), MINE) is Role.SENDER
    assert role_inside(user(Role.OWNER), OTHER) is None
    staff = {role: role_inside(user(role, None), MINE) for role in STAFF_ROLES}
    assert staff == {Role.ADMIN: Role.OWNER, Role.SUPPORT: Role.VIEWER, Role.FINANCE: None, Role.MODERATOR: None}


def test_secrets_are_not_shown() -> None:
    assert "SECRET" not in repr(user(Role.OWNER))
    assert "a hash" not in repr(user(Role.OWNER))
    assert user(Role.OWNER).has_totp
