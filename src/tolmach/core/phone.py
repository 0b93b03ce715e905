"""Phone numbers: from whatever a client wrote to plain international digits.

Russia and Kazakhstan are decided here (a city number is no mobile: SMS-Pager manual); other countries by the
metadata of ``phonenumbers``. The forms accepted are those of the SMS-Pager manual, full-width digits, 00 and 810
as international prefixes, and any mix of spaces, hyphens, dots, slashes and brackets.
"""

import re
import unicodedata
from functools import lru_cache
from typing import NewType

import phonenumbers

from tolmach.core.rejections import Rejection

Phone = NewType("Phone", str)

LONGEST = 15  # E.164
SHORTEST = 9
_PLAIN = re.compile(r"79\d{9}", re.ASCII)
_SEPARATORS = re.compile(r"[\s\u00a0\u2009\u202f\u200b\ufeff()\[\]./\-\u2010-\u2015]+")
_KAZAKH_MOBILE = re.compile(r"7(?:0|47|6[0-4]|7[015678]|85)", re.ASCII)


def normalise(written: str) -> Phone | Rejection:
    """Return international digits without plus, or why it is no number to write to."""
    if _PLAIN.fullmatch(written):
        return Phone(written)
    return _normalise(written)


@lru_cache(maxsize=4096)
def _normalise(written: str) -> Phone | Rejection:
    text = _SEPARATORS.sub("", written)
    plus = text[:1] in ("+", "\uff0b")
    text = text[1:] if plus else text
    if not text:
        return Rejection.NO_RECIPIENT
    if not text.isdecimal():
        return Rejection.BAD_RECIPIENT
    digits = text if text.isascii() else "".join(str(unicodedata.decimal(char)) for char in text)
    return _judge(_international(digits, plus=plus))


def _international(digits: str, *, plus: bool) -> str:
    """Replace national and dialling prefixes by the country code."""
    if not plus and digits.startswith("810") and len(digits) > 12:
        return digits[3:]
    if not plus and digits.startswith("00"):
        return digits[2:]
    if len(digits) == 11 and digits[0] == "8" and (not plus or digits[1] == "9"):
        return "7" + digits[1:]  # +89.. is no country: the trunk 8 with a stray plus
    if len(digits) == 10 and digits[0] == "9" and not plus:
        return "7" + digits
    return digits


def _judge(digits: str) -> Phone | Rejection:
    if len(digits) > LONGEST:
        return Rejection.RECIPIENT_TOO_LONG
    if len(digits) < SHORTEST:
        return Rejection.BAD_RECIPIENT
    if digits[0] == "7":
        return _judge_seven(digits)
    return Phone(digits) if _possible(digits) else Rejection.BAD_RECIPIENT


def _judge_seven(digits: str) -> Phone | Rejection:
    if len(digits) != 11:
        return Rejection.BAD_RECIPIENT
    if digits[1] == "9" or _KAZAKH_MOBILE.match(digits, 1):
        return Phone(digits)
    return Rejection.NOT_MOBILE


def _possible(digits: str) -> bool:
    try:
        number = phonenumbers.parse("+" + digits)
    except phonenumbers.NumberParseException:
        return False
    return bool(phonenumbers.is_possible_number(number))


def beginning(written: str) -> str:
    """Return the digits by which numbers are looked for, from however much of one was written.

    ``8 9..`` is how mobile numbers are written inside Russia (no country's code is 89), and eleven digits behind an 8
    are taken for one of Russia, too; with ``+`` they are what they say.
    """
    digits = "".join(str(unicodedata.decimal(char)) for char in written if char.isdecimal())
    inside = digits.startswith("89") or (digits.startswith("8") and len(digits) == 11)
    return f"7{digits[1:]}" if inside and not written.lstrip().startswith(("+", "\uff0b")) else digits


def masked(phone: str) -> str:
    """Return the number as logs may show it: ``7903*****54``."""
    return f"{phone[:4]}{'*' * max(0, len(phone) - 6)}{phone[-2:]}" if len(phone) > 6 else "*" * len(phone)
