"""Password hashes: argon2id, slow on purpose."""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_hasher = PasswordHasher()


def conceal(password: str) -> str:
    """Return a salted hash to store."""
    return _hasher.hash(password)


def matches(stored: str, password: str) -> bool:
    """Tell whether ``password`` is the one behind a stored hash."""
    try:
        return _hasher.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


@cache
def of_nobody() -> str:
    """Return the hash that an unknown login is compared with, so that it takes as long as a wrong password."""
    return conceal("nobody has this password")
