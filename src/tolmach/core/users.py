"""People: those of an account and those of the operator, what each role may do, and when a login is locked."""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import NewType

from tolmach.core.ids import AccountId

UserId = NewType("UserId", int)

WRONG_IN_A_ROW = 5
FIRST_LOCK = timedelta(minutes=1)
LONGEST_LOCK = timedelta(minutes=15)


class Role(StrEnum):
    """What somebody is; the first three belong to an account, the others to the operator."""

    OWNER = "owner"
    SENDER = "sender"
    VIEWER = "viewer"
    ADMIN = "admin"
    MODERATOR = "moderator"
    FINANCE = "finance"
    SUPPORT = "support"


ACCOUNT_ROLES = (Role.OWNER, Role.SENDER, Role.VIEWER)
STAFF_ROLES = (Role.ADMIN, Role.MODERATOR, Role.FINANCE, Role.SUPPORT)

# what somebody of the staff is inside an account that he looks into; the others have no business there
INSIDE = {Role.ADMIN: Role.OWNER, Role.SUPPORT: Role.VIEWER}


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who signs in. ``account`` None: of the operator's staff. "" of language or theme: the browser's."""

    id: UserId
    login: str
    account: AccountId | None
    role: Role
    password_hash: str = field(repr=False)
    blocked: bool = False
    totp_secret: str = field(default="", repr=False)
    language: str = ""
    theme: str = ""
    created_at: int = 0
    seen_at: int | None = None

    @property
    def has_totp(self) -> bool:
        """Whether a code is asked for after the password."""
        return bool(self.totp_secret)


def role_inside(user: User, account: AccountId) -> Role | None:
    """Return what a user is inside an account; None when it is none of his business."""
    if user.account is not None:
        return user.role if user.account == account else None
    return INSIDE.get(user.role)


def fits(role: Role, account: AccountId | None) -> bool:
    """Tell whether a role belongs to users of an account (None: to the staff)."""
    return role in (STAFF_ROLES if account is None else ACCOUNT_ROLES)


def lock_after(wrong: int) -> timedelta | None:
    """Return how long a login is locked after so many wrong passwords or codes in a row; None: not at all.

    From the fifth on: a minute, two, four ... at most a quarter of an hour, so that nobody is locked out for long by
    somebody else, and nobody tries more than a hundred a day.
    """
    if wrong < WRONG_IN_A_ROW:
        return None
    doubled: int = 2 ** min(wrong - WRONG_IN_A_ROW, 10)
    return min(FIRST_LOCK * doubled, LONGEST_LOCK)
