"""The entrance for people: password, then a code where a second factor is on, then a session until it is ended.

Wrong passwords and codes are counted per login in the database (`tolmach.core.users.lock_after`), and per address in
memory, so that neither one login nor one address can be used for guessing. Whoever is refused is not told why, except
that a login is locked once its password was right.
"""

import asyncio
import secrets
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from hashlib import sha256

from tolmach.core.clock import Clock
from tolmach.core.ids import AccountId
from tolmach.core.moments import duration_ms, to_ms
from tolmach.core.users import Role, User, lock_after, role_inside
from tolmach.services import audits, passwords, secondfactor
from tolmach.services.guesses import Guesses, origin
from tolmach.store import accounts, sessions, users
from tolmach.store.database import Database, Tx
from tolmach.store.sessions import Session

DEFAULT_ZONE = "Europe/Moscow"
IDLE = timedelta(days=14)  # a session that nobody uses ends
CODE_TIME = timedelta(minutes=10)
SEEN_EVERY = timedelta(minutes=5)
GUESSES = 20  # a minute from one address
CHECKS_AT_ONCE = 2  # argon2 takes a core and tens of megabytes each


class Refusal(StrEnum):
    """Why somebody is not let in."""

    WRONG = "wrong"
    LOCKED = "locked"
    ENDED = "ended"  # it took too long: begin anew


@dataclass(frozen=True, slots=True)
class Entered:
    """A session's secret, to be kept in a cookie; ``needs_code``: it is good for nothing before `Entrance.confirm`."""

    cookie: str
    needs_code: bool


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who is signed in. ``account`` is the one whose cabinet he is in, None on the operator's desk.

    ``account_login``, ``zone`` and ``currency`` are those of that account.
    """

    user: User
    session: Session
    remote: str
    account_login: str = ""
    zone: str = DEFAULT_ZONE
    currency: str = ""

    @property
    def account(self) -> AccountId | None:
        """The account whose cabinet he is in."""
        return self.user.account if self.user.account is not None else self.session.account

    @property
    def role(self) -> Role | None:
        """What he is there; None where he has no business."""
        return self.user.role if self.account is None else role_inside(self.user, self.account)


class Entrance:
    """Lets people in and out."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._guesses = Guesses(GUESSES)
        self._checks = asyncio.Semaphore(CHECKS_AT_ONCE)

    async def enter(self, login: str, password: str, remote: str, device: str) -> Entered | Refusal:
        """Begin a session with login and password."""
        keys = [f"address {origin(remote)}"]
        if self._guesses.exhausted(keys, self._clock.now()):
            return Refusal.LOCKED
        user = await self._database.read(lambda tx: users.by_login(tx, login))
        stored = user.password_hash if user else passwords.of_nobody()
        async with self._checks:
            right = await asyncio.to_thread(passwords.matches, stored, password)
        if user is None or not right or user.blocked:
            self._guesses.add(keys, self._clock.now())
        if user is None:
            return Refusal.WRONG
        cookie = secrets.token_urlsafe(32)
        return await self._database.write(lambda tx: self._begin(tx, user, cookie, (remote, device), right=right))

    async def confirm(self, cookie: str, code: str, remote: str) -> Refusal | None:
        """Finish signing in with a code of the authenticator, or with a recovery code; None: done."""
        keys = [f"address {origin(remote)}"]
        if self._guesses.exhausted(keys, self._clock.now()):
            return Refusal.LOCKED
        refusal = await self._database.write(lambda tx: self._confirm(tx, digest(cookie), code, remote))
        if refusal is Refusal.WRONG:
            self._guesses.add(keys, self._clock.now())
        return refusal

    async def visitor(self, cookie: str, remote: str) -> Visitor | None:
        """Return who has a cookie, if his session is good."""
        key = digest(cookie)
        found = await self._database.read(lambda tx: self._look(tx, key, remote))
        if found is None:
            return None
        session = found.session
        now = self._clock.now()
        if to_ms(now) - session.seen_at >= duration_ms(SEEN_EVERY):
            await self._database.write(lambda tx: sessions.note_use(tx, key, to_ms(now), to_ms(now + IDLE)))
        return found

    async def waits_for_code(self, cookie: str) -> bool:
        """Tell whether somebody has shown his password and not yet his code."""
        session = await self._database.read(lambda tx: sessions.by_digest(tx, digest(cookie)))
        return session is not None and not session.confirmed and session.expires_at > to_ms(self._clock.now())

    async def leave(self, cookie: str) -> None:
        """End a session."""
        await self._database.write(lambda tx: sessions.end(tx, digest(cookie)))

    def _begin(self, tx: Tx, user: User, cookie: str, whence: tuple[str, str], *, right: bool) -> Entered | Refusal:
        now, trials = to_ms(self._clock.now()), users.trials(tx, user.id)
        if trials.locked_until is not None and now < trials.locked_until:
            return Refusal.LOCKED if right else Refusal.WRONG
        if not right or user.blocked:
            self._count(tx, user, whence[0])
            return Refusal.WRONG
        sessions.forget(tx, now)
        lasts = CODE_TIME if user.has_totp else IDLE
        expires = now + duration_ms(lasts)
        remote, device = whence
        sessions.add(tx, Session(digest(cookie), user.id, not user.has_totp, device, remote, now, now, expires))
        if not user.has_totp:
            self._welcome(tx, user, remote)
        return Entered(cookie, user.has_totp)

    def _confirm(self, tx: Tx, key: str, code: str, remote: str) -> Refusal | None:
        now, session = self._clock.now(), sessions.by_digest(tx, key)
        user = None if session is None else users.by_id(tx, session.user)
        if session is None or user is None or session.expires_at <= to_ms(now) or user.blocked:
            return Refusal.ENDED
        trials = users.trials(tx, user.id)
        if trials.locked_until is not None and to_ms(now) < trials.locked_until:
            return Refusal.LOCKED
        step = secondfactor.check(user.totp_secret, code, now, trials.totp_step) if user.totp_secret else None
        if step is not None:
            users.change(tx, user.id, {"totp_step": step})
        elif not users.take_code(tx, user.id, secondfactor.recovery_digest(code)):
            self._count(tx, user, remote)
            return Refusal.WRONG
        sessions.confirm(tx, key, to_ms(now + IDLE))
        self._welcome(tx, user, remote)
        return None

    def _count(self, tx: Tx, user: User, remote: str) -> None:
        """Count a wrong password or code, and lock the login after too many."""
        now = self._clock.now()
        wrong = users.trials(tx, user.id).wrong + 1
        lock = lock_after(wrong)
        until = None if lock is None else to_ms(now + lock)
        users.change(tx, user.id, {"wrong": wrong, "locked_until": until})
        if lock is not None:
            minutes = int(lock.total_seconds() // 60)
            told = ("Locked", f"{wrong} wrong passwords or codes in a row: {minutes} min")
            audits.note(tx, now, (user.id, user.login), user.account, told, remote)

    def _welcome(self, tx: Tx, user: User, remote: str) -> None:
        now = self._clock.now()
        users.change(tx, user.id, {"wrong": 0, "locked_until": None, "seen_at": to_ms(now)})
        audits.note(tx, now, (user.id, user.login), user.account, ("SignIn", ""), remote)

    def _look(self, tx: Tx, key: str, remote: str) -> Visitor | None:
        session = sessions.by_digest(tx, key)
        if session is None or not session.confirmed or session.expires_at <= to_ms(self._clock.now()):
            return None
        user = users.by_id(tx, session.user)
        if user is None or user.blocked:
            return None
        visitor = Visitor(user, session, remote)
        account = None if visitor.account is None else accounts.by_id(tx, visitor.account)
        if account is None:
            return visitor
        return replace(visitor, account_login=account.login, zone=account.time_zone, currency=account.currency)


def digest(cookie: str) -> str:
    """Return what is stored of a session's secret."""
    return sha256(cookie.encode("utf-8", "replace")).hexdigest()
