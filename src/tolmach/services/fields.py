"""Fields of an account as an operator writes them: each is returned as it is stored, or refused with its reason."""

import re
from ipaddress import ip_network
from urllib.parse import urlsplit

from tolmach.core.admission import well_formed
from tolmach.core.delivery import Uncertain
from tolmach.core.ids import LARGEST
from tolmach.core.moderation import Mode
from tolmach.core.money import SCALE, Money
from tolmach.core.sentences import say
from tolmach.core.timezones import zone
from tolmach.core.traffic import Traffic
from tolmach.services.administration import BadValueError

LONGEST_URL = 2000
LARGEST_CREDIT = 10**9 * SCALE
LONGEST_PASSWORD = 128
LARGEST_RATE = 999_999
_LOGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+-]{0,63}")
_CURRENCY = re.compile(r"[A-Z]{3}")
_RATE = re.compile(r"[0-9]{1,6}")
_NAME = re.compile(r"\S(?:.{0,62}\S)?")


def login(text: str) -> str:
    """Return a login: 1 to 64 Latin letters, digits and ``. _ @ + -``, a letter or digit first."""
    if _LOGIN.fullmatch(text) is None:
        raise BadValueError(
            say("login %(text)r is not 1 to 64 Latin letters, digits or . _ @ + - after a letter or digit", text=text)
        )
    return text


def password(text: str) -> str:
    """Return a password. White space at its ends is refused: half of the dialects drop it from what clients send."""
    if not text or len(text) > LONGEST_PASSWORD or not text.isprintable() or text != text.strip():
        raise BadValueError(
            say(
                "the password is not 1 to %(longest_password)s printable characters without spaces at its ends",
                longest_password=LONGEST_PASSWORD,
            )
        )
    return text


def time_zone(name: str) -> str:
    """Return the name of a known IANA zone."""
    try:
        return zone(name).key
    except ValueError:
        raise BadValueError(say("time zone %(name)r is not known; write it as in Europe/Moscow", name=name)) from None


def currency(code: str) -> str:
    """Return a currency code of three capitals."""
    if _CURRENCY.fullmatch(code) is None:
        raise BadValueError(say("currency %(code)r is not three capital letters, as in RUB", code=code))
    return code


def client_number(number: int) -> int:
    """Return a Mobilgroup ``user_id``; clients keep it in doubles."""
    if not 0 < number <= LARGEST:
        raise BadValueError(
            say("client number %(number)s is not between 1 and %(largest)s", number=number, largest=LARGEST)
        )
    return number


def sender(name: str) -> str:
    """Return a well-formed sender name."""
    if not name or name != name.strip() or not well_formed(name):
        raise BadValueError(
            say("sender %(name)r is neither at most 15 digits nor at most 11 other characters", name=name)
        )
    return name


def callback_url(url: str) -> str:
    """Return an absolute http or https URL."""
    try:
        pieces = urlsplit(url)
        reachable = pieces.scheme in ("http", "https") and bool(pieces.hostname) and pieces.port != 0
    except ValueError:  # a port out of range, a broken IPv6 address
        reachable = False
    if not reachable or not url.isprintable() or " " in url or len(url) > LONGEST_URL:
        raise BadValueError(
            say("callback URL %(url)r is not an http or https address, as in https://example.org/statuses", url=url)
        )
    return url


def network(text: str) -> str:
    """Return an IP address or network."""
    try:
        return str(ip_network(text))
    except ValueError:
        raise BadValueError(
            say(
                "network %(text)r is neither an IP address nor the first address of a network,"
                " as in 203.0.113.7 or 10.20.0.0/16",
                text=text,
            )
        ) from None


def tariff_name(name: str) -> str:
    """Return a tariff's name: 1 to 64 printable characters."""
    if _NAME.fullmatch(name) is None or not name.isprintable():
        raise BadValueError(
            say("tariff name %(name)r is not 1 to 64 printable characters without spaces at its ends", name=name)
        )
    return name


def moderation(word: str) -> str:
    """Return a mode of moderation (`tolmach.core.moderation.Mode`)."""
    if word not in tuple(Mode):
        raise BadValueError(say("moderation %(word)r is none of %(known)s", word=word, known=", ".join(Mode)))
    return word


def credit(amount: Money) -> Money:
    """Return how far below zero a balance may go."""
    if not 0 <= amount < LARGEST_CREDIT:
        raise BadValueError(say("a credit limit is zero or more, and less than a thousand million"))
    return amount


def uncertain(word: str) -> Uncertain:
    """Return what an account wants of messages of which nobody knows whether they were sent."""
    try:
        return Uncertain(word)
    except ValueError:
        known = ", ".join(Uncertain)
        raise BadValueError(say("uncertain %(word)r is not one of %(known)s", word=word, known=known)) from None


def rate(written: str) -> int | None:
    """Return how many requests, or messages, a second an account may send; "" is None: as the settings say."""
    if not written:
        return None
    if _RATE.fullmatch(written) is None:
        raise BadValueError(
            say(
                "%(written)r is not a whole number a second from 0, which is no limit, to %(most)s",
                written=written,
                most=LARGEST_RATE,
            )
        )
    return int(written)


def traffic(name: str) -> Traffic:
    """Return a class of traffic."""
    try:
        return Traffic(name)
    except ValueError:
        raise BadValueError(
            say("traffic %(name)r is not one of %(known)s", name=name, known=", ".join(Traffic))
        ) from None
