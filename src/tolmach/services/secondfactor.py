"""The second factor: codes of an authenticator (RFC 6238: SHA-1, six digits, thirty seconds) and recovery codes.

A code is good for its half minute and for the ones beside it, since clocks differ, and only once.
"""

import hmac
import secrets
from base64 import b32decode, b32encode
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from urllib.parse import quote

from tolmach.core.moments import to_ms

STEP_MS = 30_000
DIGITS = 6
BESIDE = 1
RECOVERY_CODES = 10
# without the letters and digits that are taken for each other
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def make_secret() -> str:
    """Return a new secret of 160 bits, as authenticators take it."""
    return b32encode(secrets.token_bytes(20)).decode("ascii")


def code(secret: str, step: int) -> str:
    """Return the code of a half minute (RFC 4226 with the number of half minutes since 1970)."""
    digest = hmac.digest(b32decode(secret), step.to_bytes(8, "big"), "sha1")
    start = digest[-1] & 0xF
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFF_FFFF
    return f"{number % 10**DIGITS:0{DIGITS}d}"


def step_at(now: datetime) -> int:
    """Return the number of the half minute."""
    return to_ms(now) // STEP_MS


def check(secret: str, shown: str, now: datetime, after: int) -> int | None:
    """Return the half minute that a code belongs to; None for a wrong one, or one not later than ``after``."""
    written, found = "".join(shown.split()), None
    for step in range(step_at(now) - BESIDE, step_at(now) + BESIDE + 1):
        right = hmac.compare_digest(code(secret, step).encode(), written.encode("utf-8", "replace"))
        if right and step > after:
            found = step
    return found


def address(secret: str, login: str, issuer: str) -> str:
    """Return what the picture for an authenticator says."""
    label = f"{quote(issuer)}:{quote(login)}"
    return f"otpauth://totp/{label}?secret={secret}&issuer={quote(issuer)}&digits={DIGITS}&period={STEP_MS // 1000}"


def make_recovery_codes() -> Sequence[str]:
    """Return new recovery codes, of about 49 bits each."""
    return [
        "-".join("".join(secrets.choice(_ALPHABET) for _ in range(5)) for _ in range(2)) for _ in range(RECOVERY_CODES)
    ]


def recovery_digest(shown: str) -> str:
    """Return what is stored of a recovery code, however it is written."""
    plain = "".join(char for char in shown.lower() if char.isalnum())
    return sha256(plain.encode("utf-8", "replace")).hexdigest()
