"""What people ask about themselves, about each other, and about what was changed."""

from dataclasses import dataclass, field

from tolmach.core.commands.command import Command
from tolmach.core.results.users import (
    AuditPage,
    ProfileResult,
    SecondFactorResult,
    SelfChange,
    SessionsResult,
    UserChange,
    UsersResult,
)
from tolmach.core.users import Role


@dataclass(frozen=True, slots=True)
class GetProfile(Command[ProfileResult]):
    """The caller himself."""


@dataclass(frozen=True, slots=True)
class SetPreferences(Command[None]):
    """Language (``ru``, ``en``) and theme (``light``, ``dark``) of the pages; "" is the browser's, None keeps it."""

    language: str | None = None
    theme: str | None = None


@dataclass(frozen=True, slots=True)
class ChangePassword(Command[SelfChange]):
    """Another password for the caller, whose other sessions end. ``password_hash`` is made on its way."""

    old: str = field(repr=False)
    new: str = field(repr=False)
    password_hash: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class SetSecondFactor(Command[SecondFactorResult]):
    """Turn the second factor on: the secret that was shown, and a code that proves that it was kept."""

    secret: str = field(repr=False)
    code: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class DropSecondFactor(Command[SelfChange]):
    """Turn the second factor off; the password is asked for once more."""

    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ListSessions(Command[SessionsResult]):
    """Where the caller is signed in."""


@dataclass(frozen=True, slots=True)
class EndSession(Command[SelfChange]):
    """Sign out one of the caller's sessions, or (0) all but this one."""

    session: int


@dataclass(frozen=True, slots=True)
class ListUsers(Command[UsersResult]):
    """The users of the account."""


@dataclass(frozen=True, slots=True)
class AddUser(Command[UserChange]):
    """Add somebody to the account, with his first password. ``password_hash`` is made on its way."""

    login: str
    role: Role
    password: str = field(repr=False)
    password_hash: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class EditUser(Command[UserChange]):
    """Change somebody of the account; None keeps a thing. Nobody can block or demote himself.

    ``password``: a new one; ``reset_totp``: take his second factor away. A changed user is signed out.
    ``password_hash`` is made on its way.
    """

    id: int
    role: Role | None = None
    blocked: bool | None = None
    password: str | None = field(default=None, repr=False)
    reset_totp: bool = False
    password_hash: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class ListAudit(Command[AuditPage]):
    """What was changed in the account, newest first; ``before`` goes on where an earlier page stopped (0: newest)."""

    before: int = 0
