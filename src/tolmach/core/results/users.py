"""What people see of themselves and of each other, and of what was changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tolmach.core.users import User


@dataclass(frozen=True, slots=True)
class ProfileResult:
    """The caller, and how many recovery codes he has left."""

    user: User
    codes_left: int


class SelfChange(StrEnum):
    """What became of a change that somebody makes to himself."""

    DONE = "done"
    WRONG_PASSWORD = "wrong-password"  # noqa: S105 - a word
    BAD_PASSWORD = "bad-password"  # noqa: S105
    NOT_FOUND = "not-found"


@dataclass(frozen=True, slots=True)
class SecondFactorResult:
    """Recovery codes, shown once; none when the code was wrong."""

    codes: Sequence[str]


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session; ``here`` is the one that asks. Moments are aware, in UTC."""

    id: int
    device: str
    remote: str
    since: datetime
    seen_at: datetime
    here: bool


@dataclass(frozen=True, slots=True)
class SessionsResult:
    """Sessions, those seen last first."""

    sessions: Sequence[SignedIn]


@dataclass(frozen=True, slots=True)
class UsersResult:
    """Users, oldest first."""

    users: Sequence[User]


class UserChange(StrEnum):
    """What became of a change of a user."""

    DONE = "done"
    NOT_FOUND = "not-found"
    TAKEN = "taken"  # somebody has this login already
    BAD_LOGIN = "bad-login"
    BAD_PASSWORD = "bad-password"  # noqa: S105 - a word
    BAD_ROLE = "bad-role"
    SELF = "self"  # nobody blocks or demotes himself


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One change; ``at`` is aware, in UTC; ``account`` is a login, "" for the operator's own affairs."""

    id: int
    at: datetime
    login: str
    account: str
    action: str
    detail: str
    remote: str


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Changes, newest first; ``before`` is where the next page goes on, 0 at the end."""

    rows: Sequence[AuditRow]
    before: int
