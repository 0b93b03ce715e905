"""Who is calling. Every request carries the password, and argon2 is slow on purpose, so a verified password is
remembered as a keyed digest; a remembered caller is confirmed in the transaction that carries the command out, where
a changed password, a block or a new IP list is seen at once.
"""

import asyncio
import secrets
from collections import OrderedDict
from dataclasses import dataclass
from hashlib import blake2b
from typing import Generic, TypeVar

from tolmach.core.accounts import Account, ClientLogin, Credentials
from tolmach.core.errors import Failure, RequestError
from tolmach.core.ids import AccountId
from tolmach.services import passwords
from tolmach.services.catalogue import Snapshot
from tolmach.store import accounts, counters
from tolmach.store.database import Database, Tx

V = TypeVar("V")

REMEMBERED = 10_000
CHECKS_AT_ONCE = 2  # argon2 takes a core and tens of megabytes each


@dataclass(frozen=True, slots=True)
class Principal:
    """A caller whose password was right. ``remembered``: it was not compared this time."""

    account: AccountId
    password_hash: str
    remote: str
    open_to_blocked: bool
    digest: bytes
    remembered: bool = False


class OutOfDateError(RequestError):
    """The password that was compared is no longer the account's."""

    def __init__(self) -> None:
        super().__init__(Failure.UNAUTHORISED)


def confirm(tx: Tx, snapshot: Snapshot, principal: Principal) -> Account:
    """Return the caller's account as it is now; RequestError when it may no longer do this."""
    account = snapshot.account(tx, principal.account)
    if account is None or account.password_hash != principal.password_hash:
        raise OutOfDateError
    if not account.allows(principal.remote):
        raise RequestError(Failure.UNAUTHORISED, "the address is not allowed")
    if account.blocked and not principal.open_to_blocked:
        raise RequestError(Failure.BLOCKED)
    return account


class Access:
    """Turns credentials into a `Principal`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._key = secrets.token_bytes(32)
        self._known = _Memory[tuple[AccountId, str]](REMEMBERED)
        self._wrong = _Memory[int](REMEMBERED)  # -> revision at which it was wrong
        self._checks = asyncio.Semaphore(CHECKS_AT_ONCE)
        self._asking: dict[bytes, asyncio.Lock] = {}

    async def enter(self, credentials: Credentials, remote: str, *, open_to_blocked: bool) -> Principal:
        """Return the caller; RequestError UNAUTHORISED or UNKNOWN_CLIENT."""
        try:
            digest = self._digest(credentials)
        except UnicodeEncodeError:  # lone surrogates: nobody is called so
            raise RequestError(Failure.UNAUTHORISED) from None
        known = self._known.get(digest)
        remembered = known is not None
        if known is None:
            known = await self._check_once(credentials, digest)
        return Principal(*known, remote, open_to_blocked, digest, remembered)

    def forget(self, principal: Principal) -> None:
        """Compare the password anew next time."""
        self._known.drop(principal.digest)

    async def _check_once(self, credentials: Credentials, digest: bytes) -> tuple[AccountId, str]:
        """Compare a password once, however many requests bring it at the same time."""
        lock = self._asking.setdefault(digest, asyncio.Lock())
        try:
            async with lock:
                known = self._known.get(digest)
                if known is None:
                    account = await self._check(credentials, digest)
                    known = (account.id, account.password_hash)
                    self._known.put(digest, known)
                return known
        finally:
            if not lock.locked():
                self._asking.pop(digest, None)

    async def _check(self, credentials: Credentials, digest: bytes) -> Account:
        account, revision = await self._database.read(lambda tx: (_find(tx, credentials), _revision(tx)))
        if self._wrong.get(digest) == revision:
            raise RequestError(Failure.UNAUTHORISED)
        async with self._checks:
            right = await asyncio.to_thread(_compare, account, credentials.password)
        if account is None or not right:
            self._wrong.put(digest, revision)
            raise RequestError(Failure.UNAUTHORISED)
        return account

    def _digest(self, credentials: Credentials) -> bytes:
        number = f"#{credentials.client_number}" if isinstance(credentials, ClientLogin) else ""
        digest = blake2b(key=self._key, digest_size=24)
        for field in (number, credentials.login, credentials.password):
            encoded = field.encode()
            digest.update(len(encoded).to_bytes(4, "big") + encoded)
        return digest.digest()


def _compare(account: Account | None, password: str) -> bool:
    stored = account.password_hash if account else passwords.of_nobody()
    return passwords.matches(stored, password)


def _find(tx: Tx, credentials: Credentials) -> Account | None:
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
