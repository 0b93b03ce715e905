"""Who is calling. Every request carries the password, and argon2 is slow on purpose, so a verified password is
remembered as a keyed digest; a remembered caller is confirmed in the transaction that carries the command out, where
a changed password, a revoked token, a block or a new IP list is seen at once.

Wrong passwords are limited per login and per address (`tolmach.services.guesses`): above the limit nothing is compared
and the answer is the same as for a wrong one. Who is remembered is let in all the same.
"""

import asyncio
import secrets
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Generic, NamedTuple, TypeVar

from tolmach.core.accounts import Account, ClientLogin, Credentials, Login, Nobody, Token
from tolmach.core.clock import Clock
from tolmach.core.errors import Failure, RequestError
from tolmach.core.ids import AccountId
from tolmach.core.moments import to_ms
from tolmach.core.users import UserId
from tolmach.services import passwords
from tolmach.services.catalogue import Snapshot
from tolmach.services.guesses import Guesses, origin
from tolmach.services.tokens import digest as token_digest
from tolmach.store import accounts, counters, sessions, tokens
from tolmach.store.database import Database, Tx

V = TypeVar("V")
Shown = Login | ClientLogin | Token

REMEMBERED = 10_000
CHECKS_AT_ONCE = 2  # argon2 takes a core and tens of megabytes each
WRONG_PASSWORDS = 5


@dataclass(frozen=True, slots=True)
class Visit:
    """A person who is signed in and asks for an account: his session, and who he is for the audit log."""

    session: str
    user: UserId
    login: str


class Principal(NamedTuple):
    """A caller whose password or token was right. ``remembered``: it was not compared this time.

    ``token`` is the stored digest of the token that was shown, "" for a password; ``dialect`` is what is spoken, ""
    where no dialect is. ``visit``: a person asks through a page, who is held to no list of addresses.
    """

    account: AccountId
    password_hash: str
    remote: str
    open_to_blocked: bool
    digest: bytes
    remembered: bool = False
    token: str = ""
    dialect: str = ""
    visit: Visit | None = None


class OutOfDateError(RequestError):
    """The password that was compared is no longer the account's."""

    def __init__(self) -> None:
        super().__init__(Failure.UNAUTHORISED)


def confirm(tx: Tx, snapshot: Snapshot, principal: Principal) -> Account:
    """Return the caller's account as it is now; RequestError when it may no longer do this."""
    account = snapshot.account(tx, principal.account)
    if account is None or not _proven(tx, snapshot, account, principal):
        raise OutOfDateError
    if principal.visit is None and not account.allows(principal.remote):
        raise RequestError(Failure.UNAUTHORISED, "the address is not allowed")
    if not account.speaks(principal.dialect):
        raise RequestError(Failure.UNAUTHORISED, f"{principal.dialect} is switched off for the account")
    if account.blocked and not principal.open_to_blocked:
        raise RequestError(Failure.BLOCKED)
    return account


def _proven(tx: Tx, snapshot: Snapshot, account: Account, principal: Principal) -> bool:
    """Tell whether what was compared is still the account's."""
    if principal.visit is not None:
        session = sessions.by_digest(tx, principal.visit.session)
        return session is not None and session.confirmed
    if principal.token:
        return principal.token in snapshot.tokens(tx, account.id)
    return account.password_hash == principal.password_hash


@dataclass(frozen=True, slots=True, eq=False)
class _Comparison:
    """A password that is being compared; nobody knows yet whether it counts as a wrong one."""

    keys: frozenset[str]
    ended: asyncio.Event


@dataclass(frozen=True, slots=True)
class _Proof:
    """What was found to be right: a password (its stored hash) or a token (its stored digest)."""

    account: AccountId
    password_hash: str = ""
    token: str = ""
    expires_at: int | None = None


class Access:
    """Turns credentials into a `Principal`."""

    def __init__(self, database: Database, clock: Clock, *, wrong_passwords: int = WRONG_PASSWORDS) -> None:
        """``wrong_passwords`` are allowed a minute, for one login and from one address; 0: any number."""
        self._database = database
        self._clock = clock
        self._key = secrets.token_bytes(32)
        self._known = _Memory[_Proof](REMEMBERED)
        self._wrong = _Memory[int](REMEMBERED)  # -> revision at which it was wrong
        self._used = _Memory[datetime](REMEMBERED)  # -> hour in which the use of a token was stored
        self._guesses = Guesses(wrong_passwords)
        self._checks = asyncio.Semaphore(CHECKS_AT_ONCE)
        self._suspects = asyncio.Lock()
        self._comparing: set[_Comparison] = set()
        self._asking: dict[bytes, asyncio.Lock] = {}
        self._writing: set[asyncio.Task[None]] = set()

    async def enter(
        self, credentials: Credentials, remote: str, *, open_to_blocked: bool, dialect: str = ""
    ) -> Principal:
        """Return the caller; RequestError UNAUTHORISED or UNKNOWN_CLIENT."""
        if isinstance(credentials, Nobody):
            raise RequestError(Failure.UNAUTHORISED, "nobody asks")
        try:
            digest = self._digest(credentials)
        except UnicodeEncodeError:  # lone surrogates: nobody is called so
            raise RequestError(Failure.UNAUTHORISED) from None
        known = self._known.get(digest)
        remembered = known is not None
        if known is None:
            known = await self._check_once(credentials, digest, remote)
        if known.token:
            self._use(known, digest)
        return Principal(
            known.account, known.password_hash, remote, open_to_blocked, digest, remembered, known.token, dialect
        )

    def forget(self, principal: Principal) -> None:
        """Compare the password anew next time."""
        self._known.drop(principal.digest)

    def _use(self, proof: _Proof, digest: bytes) -> None:
        """Refuse a token whose time is over; store once an hour that it is in use."""
        now = self._clock.now()
        if proof.expires_at is not None and to_ms(now) >= proof.expires_at:
            self._known.drop(digest)
            raise RequestError(Failure.UNAUTHORISED, "the token has expired")
        hour = now.replace(minute=0, second=0, microsecond=0)
        if self._used.get(digest) != hour:
            self._used.put(digest, hour)
            task = asyncio.create_task(self._database.write(lambda tx: tokens.note_use(tx, proof.token, to_ms(hour))))
            self._writing.add(task)
            task.add_done_callback(self._written)

    def _written(self, task: "asyncio.Task[None]") -> None:
        self._writing.discard(task)
        if not task.cancelled():
            task.exception()  # when the database cannot be written now, nobody waits for this

    async def _check_once(self, credentials: Shown, digest: bytes, remote: str) -> _Proof:
        """Compare a password once, however many requests bring it at the same time."""
        lock = self._asking.setdefault(digest, asyncio.Lock())
        try:
            async with lock:
                known = self._known.get(digest)
                if known is None:
                    known = await self._check(credentials, digest, remote)
                    self._known.put(digest, known)
                return known
        finally:
            if not lock.locked():
                self._asking.pop(digest, None)

    async def _check(self, credentials: Shown, digest: bytes, remote: str) -> _Proof:
        if isinstance(credentials, Token):
            return await self._check_token(credentials)
        address = f"address {origin(remote)}"
        self._limit([address])
        try:
            account, revision = await self._database.read(lambda tx: (_find(tx, credentials), _revision(tx)))
        except RequestError:  # there is no such client number
            self._guesses.add([address], self._clock.now())
            raise
        if self._wrong.get(digest) == revision:
            raise RequestError(Failure.UNAUTHORISED)
        keys = [address]
        if account is None or account.allows(remote):  # nobody outside its list can lock an account's login
            keys.append(f"login {credentials.login}")
        right = await self._compare(account, credentials.password, keys)
        if account is None or not right:
            self._wrong.put(digest, revision)
            raise RequestError(Failure.UNAUTHORISED)
        return _Proof(account.id, account.password_hash)

    async def _check_token(self, credentials: Token) -> _Proof:
        """A token is too long to be guessed, so that wrong ones are not counted."""
        token = await self._database.read(lambda tx: tokens.by_digest(tx, token_digest(credentials.value)))
        if token is None:
            raise RequestError(Failure.UNAUTHORISED, "there is no such token")
        return _Proof(token.account, "", token.digest, token.expires_at)

    async def _compare(self, account: Account | None, password: str, keys: list[str]) -> bool:
        """Compare a password; after a wrong one of the same login or address the next ones queue up."""
        async with self._checks:
            if not self._guesses.any(keys, self._clock.now()):
                return await self._compare_now(account, password, keys)
        self._limit(keys)
        async with self._suspects:
            await self._settled(keys)
            async with self._checks:
                self._limit(keys)
                return await self._compare_now(account, password, keys)

    async def _compare_now(self, account: Account | None, password: str, keys: list[str]) -> bool:
        comparison = _Comparison(frozenset(keys), asyncio.Event())
        self._comparing.add(comparison)
        try:
            right = await asyncio.to_thread(_matches, account, password)
            if not right:
                self._guesses.add(keys, self._clock.now())
            return right
        finally:
            self._comparing.discard(comparison)
            comparison.ended.set()

    async def _settled(self, keys: list[str]) -> None:
        """Wait until what is being compared of the same login or address has counted, or has not."""
        for comparison in list(self._comparing):
            if not comparison.keys.isdisjoint(keys):
                await comparison.ended.wait()

    def _limit(self, keys: list[str]) -> None:
        if self._guesses.exhausted(keys, self._clock.now()):
            raise RequestError(Failure.UNAUTHORISED, "too many wrong passwords")

    def _digest(self, credentials: Shown) -> bytes:
        digest = blake2b(key=self._key, digest_size=24)
        for field in _fields(credentials):
            encoded = field.encode()
            digest.update(len(encoded).to_bytes(4, "big") + encoded)
        return digest.digest()


def _fields(credentials: Shown) -> tuple[str, ...]:
    """Return what tells credentials apart; the first word keeps the kinds from being confused."""
    if isinstance(credentials, Token):
        return ("token", credentials.value)
    number = f"#{credentials.client_number}" if isinstance(credentials, ClientLogin) else ""
    return (number, credentials.login, credentials.password)


def _matches(account: Account | None, password: str) -> bool:
    stored = account.password_hash if account else passwords.of_nobody()
    return passwords.matches(stored, password) and account is not None


def _find(tx: Tx, credentials: Login | ClientLogin) -> Account | None:
    if not isinstance(credentials, ClientLogin):
        return accounts.by_login(tx, credentials.login)
    number = credentials.client_number
    plausible = number.isascii() and number.isdigit() and len(number) <= 18
    account = accounts.by_client_number(tx, int(number)) if plausible else None
    if account is None:
        raise RequestError(Failure.UNKNOWN_CLIENT)
    return account if account.login == credentials.login else None


def _revision(tx: Tx) -> int:
    return counters.value(tx, counters.REVISION)


class _Memory(Generic[V]):
    """A dictionary that forgets what was used longest ago."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._values: OrderedDict[bytes, V] = OrderedDict()

    def get(self, key: bytes) -> V | None:
        value = self._values.get(key)
        if value is not None:
            self._values.move_to_end(key)
        return value

    def put(self, key: bytes, value: V) -> None:
        self._values[key] = value
        self._values.move_to_end(key)
        while len(self._values) > self._size:
            self._values.popitem(last=False)

    def drop(self, key: bytes) -> None:
        self._values.pop(key, None)
