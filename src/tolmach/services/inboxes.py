"""The inbox as an operator keeps it: numbers given to accounts, messages looked at and handed out."""

import re
from collections.abc import Sequence
from datetime import datetime

from tolmach.core.inbox import Wish
from tolmach.core.moments import to_ms
from tolmach.core.sentences import say
from tolmach.services import accounts
from tolmach.services.administration import BadValueError, ConflictError, NotFoundError
from tolmach.services.inbox import LONGEST_NUMBER, Inbox, address
from tolmach.store import accounts as stored_accounts
from tolmach.store import inbox, inbox_numbers
from tolmach.store.database import Tx
from tolmach.store.inbox import Letter
from tolmach.store.inbox_numbers import InboxNumber

NOBODY = "nobody"
_NUMBER = re.compile(r"[0-9]{1,21}|[A-Za-z][A-Za-z0-9]{0,20}", re.ASCII)
_PREFIX = re.compile(r"\w[\w.*#-]{0,31}")


def read_number(written: str) -> str:
    """Return a number of ours: international digits, a short number or a name; BadValueError."""
    found = address(written)
    if _NUMBER.fullmatch(found) is None:
        raise BadValueError(
            say(
                "%(written)r is no number that can be written to: at most %(longest_number)s digits",
                written=written,
                longest_number=LONGEST_NUMBER,
            )
        )
    return found


def add_number(tx: Tx, written: str, login: str, prefix: str, now: datetime) -> str:
    """Give an account what comes to a number with a prefix (""; all that is left).

    Raises BadValueError, NotFoundError or ConflictError. Returns the number as it is compared.
    """
    account, phone = accounts.find(tx, login), read_number(written)
    if prefix and _PREFIX.fullmatch(prefix) is None:
        raise BadValueError(
            say("prefix %(prefix)r is not one word of at most 32 letters, digits and . * # - _", prefix=prefix)
        )
    taken = [one for one in inbox_numbers.everything(tx) if (one.phone, one.prefix) == (phone, prefix.casefold())]
    if taken:
        whose = _login(tx, taken[0])
        number = say("%(phone)s with the prefix %(prefix)s", phone=phone, prefix=prefix) if prefix else phone
        raise ConflictError(say("%(number)s is already %(whose)s's", number=number, whose=whose))
    inbox_numbers.add(tx, InboxNumber(phone, prefix.casefold(), account.id, to_ms(now)))
    return phone


def remove_number(tx: Tx, written: str, prefix: str) -> str:
    """Take a number from its account; what comes to it is nobody's from now on. BadValueError or NotFoundError."""
    phone = read_number(written)
    known = [one for one in inbox_numbers.everything(tx) if one.phone == phone]
    if prefix.casefold() not in [one.prefix for one in known]:
        name = f"{phone} {prefix}".strip()
        raise NotFoundError("number", name, [f"{one.phone} {one.prefix}".strip() for one in known])
    inbox_numbers.remove(tx, phone, prefix.casefold())
    return phone


def numbers(tx: Tx) -> Sequence[tuple[InboxNumber, str]]:
    """Return every number with the login of its account."""
    return [(one, _login(tx, one)) for one in inbox_numbers.everything(tx)]


def listing(tx: Tx, login: str | None, limit: int) -> Sequence[tuple[Letter, str]]:
    """Return the newest messages of an account, of `NOBODY` or (None) of all, each with the login of its account."""
    account = None if login in (None, NOBODY) else accounts.find(tx, str(login)).id
    found = inbox.newest(tx, account, limit, everybody=login is None)
    logins = {one.id: one.login for one in stored_accounts.everyone(tx)}
    return [(one, NOBODY if one.account is None else logins.get(one.account, "?")) for one in found]


def find(tx: Tx, number: int) -> tuple[Letter, str]:
    """Return a message with the login of its account; NotFoundError."""
    letter = inbox.by_id(tx, number)
    if letter is None:
        raise NotFoundError("incoming message", str(number), [])
    account = None if letter.account is None else stored_accounts.by_id(tx, letter.account)
    return letter, NOBODY if account is None else account.login


def assign(tx: Tx, keeper: Inbox, number: int, login: str, now: datetime) -> Wish | None:
    """Give a message that is nobody's to an account; NotFoundError or ConflictError.

    Returns the wish (STOP or START) that it held, which has been obeyed.
    """
    letter, whose = find(tx, number)
    if letter.account is not None:
        raise ConflictError(say("incoming message %(number)s is already %(whose)s's", number=number, whose=whose))
    return keeper.assign(tx, letter, accounts.find(tx, login).id, now)


def _login(tx: Tx, number: InboxNumber) -> str:
    account = stored_accounts.by_id(tx, number.account)
    return "?" if account is None else account.login
