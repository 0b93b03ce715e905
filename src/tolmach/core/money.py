"""Money as an integer: ten-thousandths of the account's currency unit. No float comes near a price."""

import re
from typing import NewType

Money = NewType("Money", int)

SCALE = 10_000
ZERO = Money(0)
_FORM = re.compile(r"([+-]?)(\d{1,12})(?:[.,](\d{1,4}))?")


def parse_money(text: str) -> Money:
    """Read ``12``, ``-3.5`` or ``0,3800``; ValueError for anything else, also for more than four decimals."""
    match = _FORM.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"not an amount of money: {text!r}")
    sign, whole, decimals = match.groups()
    amount = int(whole) * SCALE + int((decimals or "").ljust(4, "0"))
    return Money(-amount if sign == "-" else amount)


def plain(amount: Money) -> str:
    """Shortest decimal form: ``150``, ``3924.9``, ``0.38``."""
    sign, whole, rest = _pieces(amount)
    decimals = f"{rest:04d}".rstrip("0")
    return f"{sign}{whole}.{decimals}" if decimals else f"{sign}{whole}"


def fixed(amount: Money) -> str:
    """Decimal form with at least two decimals, for people: ``150.00``, ``0.3825``."""
    sign, whole, rest = _pieces(amount)
    decimals = f"{rest:04d}"
    return f"{sign}{whole}.{decimals[:2]}{decimals[2:].rstrip('0')}"


def _pieces(amount: Money) -> tuple[str, int, int]:
    whole, rest = divmod(abs(amount), SCALE)
    return ("-" if amount < 0 else ""), whole, rest
