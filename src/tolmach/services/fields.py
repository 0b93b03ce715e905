"""Fields of an account as an operator writes them: each is returned as it is stored, or refused with its reason."""

import re
from ipaddress import ip_network
from urllib.parse import urlsplit

from tolmach.core.admission import well_formed
from tolmach.core.ids import LARGEST
from tolmach.core.moderation import Mode
from tolmach.core.money import SCALE, Money
from tolmach.core.timezones import zone
from tolmach.core.traffic import Traffic
from tolmach.services.administration import BadValueError

LONGEST_URL = 2000
LARGEST_CREDIT = 10**9 * SCALE
LONGEST_PASSWORD = 128
_LOGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+-]{0,63}")
_CURRENCY = re.compile(r"[A-Z]{3}")
_NAME = re.compile(r"\S(?:.{0,62}\S)?")


def login(text: str) -> str:
    """Return a login: 1 to 64 Latin letters, digits and ``. _ @ + -``, a letter or digit first."""
    if _LOGIN.fullmatch(text) is None:
        raise BadValueError(f"login {text!r} is not 1 to 64 Latin letters, digits or . _ @ + - after a letter or digit")
    return text


def password(text: str) -> str:
    """Return a password. White space at its ends is refused: half of the dialects drop it from what clients send."""
    if not text or len(text) > LONGEST_PASSWORD or not text.isprintable() or text != text.strip():
        raise BadValueError(
            f"the password is not 1 to {LONGEST_PASSWORD} printable characters without spaces at its ends"
        )
    return text


def time_zone(name: str) -> str:
    """Return the name of a known IANA zone."""
    try:
        return zone(name).key
    except ValueError:
        raise BadValueError(f"time zone {name!r} is not known; write it as in Europe/Moscow") from None


def currency(code: str) -> str:
    """Return a currency code of three capitals."""
    if _CURRENCY.fullmatch(code) is None:
        raise BadValueError(f"currency {code!r} is not three capital letters, as in RUB")
    return code


def client_number(number: int) -> int:
    """Return a Mobilgroup ``user_id``; clients keep it in doubles."""
    if not 0 < number <= LARGEST:
        raise BadValueError(f"client number {number} is not between 1 and {LARGEST}")
    return number


def sender(name: str) -> str:
    """Return a well-formed sender name."""
    if not name or name != name.strip() or not well_formed(name):
        raise BadValueError(f"sender {name!r} is neither at most 15 digits nor at most 11 other characters")
    return name


def callback_url(url: str) -> str:
    """Return an absolute http or https URL."""
    try:
        pieces = urlsplit(url)
        reachable = pieces.scheme in ("http", "https") and bool(pieces.hostname) and pieces.port != 0
    except ValueError:  # a port out of range, a broken IPv6 address
        reachable = False
    if not reachable or not url.isprintable() or " " in url or len(url) > LONGEST_URL:
        raise BadValueError(f"callback URL {url!r} is not an http or https address, as in https://example.org/statuses")
    return url


def network(text: str) -> str:
    """Return an IP address or network."""
    try:
        return str(ip_network(text))
    except ValueError as error:
        raise BadValueError(f"network {text!r}: {error}") from None


def tariff_name(name: str) -> str:
    """Return a tariff's name: 1 to 64 printable characters."""
    if _NAME.fullmatch(name) is None or not name.isprintable():
        raise BadValueError(f"tariff name {name!r} is not 1 to 64 printable characters without spaces at its ends")
    return name


def moderation(word: str) -> str:
    """Return a mode of moderation (`tolmach.core.moderation.Mode`)."""
    if word not in tuple(Mode):
        raise BadValueError(f"moderation {word!r} is none of {', '.join(Mode)}")
    return word


def credit(amount: Money) -> Money:
    """Return how far below zero a balance may go."""
    if not 0 <= amount < LARGEST_CREDIT:
        raise BadValueError("a credit limit is zero or more, and less than a thousand million")
    return amount


def traffic(name: str) -> Traffic:
    """Return a class of traffic."""
    try:
        return Traffic(name)
    except ValueError:
        raise BadValueError(f"traffic {name!r} is not one of {', '.join(Traffic)}") from None
