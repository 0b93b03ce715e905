"""Tokens: secret keys that programs show instead of login and password. Shown once, stored as digests.

A token is 256 random bits, so a plain digest is as safe as a slow one: there is nothing to guess.
"""

import re
import secrets
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from tolmach.core.moments import to_ms
from tolmach.core.sentences import say
from tolmach.services import accounts
from tolmach.services.administration import BadValueError, ConflictError, NotFoundError
from tolmach.store import tokens
from tolmach.store.database import Tx
from tolmach.store.tokens import StoredToken

PREFIX = "tolmach_"  # for people and programs that look for secrets in the wrong places
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+-]{0,63}")


def make() -> str:
    """Return a new token."""
    return PREFIX + secrets.token_urlsafe(32)


def digest(value: str) -> str:
    """Return what is stored of a token; UnicodeEncodeError for text that no request can hold."""
    return sha256(value.encode()).hexdigest()


def add(tx: Tx, login: str, name: str, value: str, now: datetime, expires: datetime | None = None) -> None:
    """Give an account a token; BadValueError, ConflictError or NotFoundError."""
    account = accounts.find(tx, login)
    if _NAME.fullmatch(name) is None:
        raise BadValueError(say("token name %(name)r is not 1 to 64 Latin letters, digits or . _ @ + -", name=name))
    if expires is not None and expires <= now:
        raise BadValueError(say("the token would have expired already"))
    if any(token.name == name for token in tokens.of_account(tx, account.id)):
        raise ConflictError(
            say(
                "account %(login)r has a token %(name)r already: revoke it first, or choose another name",
                login=login,
                name=name,
            )
        )
    tokens.add(tx, account.id, name, digest(value), to_ms(now), None if expires is None else to_ms(expires))


def revoke(tx: Tx, login: str, name: str) -> None:
    """End a token at once; NotFoundError."""
    account = accounts.find(tx, login)
    known = [token.name for token in tokens.of_account(tx, account.id)]
    if name not in known:
        raise NotFoundError("token", name, known)
    tokens.remove(tx, account.id, name)


def listing(tx: Tx, login: str) -> Sequence[StoredToken]:
    """Return the tokens of an account, oldest first; NotFoundError."""
    return tokens.of_account(tx, accounts.find(tx, login).id)
