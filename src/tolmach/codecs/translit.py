"""Cyrillic to Latin the way the providers' clients do it, so that a text fits the GSM alphabet.

Typographic characters with a plain equivalent are replaced too: one long dash or guillemet left behind
would force Unicode and more than double the price.
"""

import re
import unicodedata
from typing import Final

_LETTERS: Final = {
    **dict(zip("абвгдезиклмнопрстуфыэ", "abvgdeziklmnoprstufye", strict=True)),
    **dict(zip("ёжйхцчшщюя", ("yo", "zh", "j", "h", "c", "ch", "sh", "sch", "yu", "ya"), strict=True)),
    **dict(zip("іїєґ", ("i", "yi", "ye", "g"), strict=True)),
    **dict.fromkeys("ъь", ""),
}
_SIGNS: Final = {
    '"': "«»“”„‟″",
    "'": "‘’‚‛′ʼ`´",
    "-": "‐‑‒–—―−",
    " ": "\u00a0\u2002\u2003\u2007\u2008\u2009\u200a\u202f",
    "": "\u00ad\u200b\u2060\ufeff",
    "...": "…",
    "N": "№",
    "*": "•",
}
_PLAIN: Final = {sign: written for written, signs in _SIGNS.items() for sign in signs}
_TABLE: Final = str.maketrans(
    {
        **_LETTERS,
        **{cyrillic.upper(): latin.capitalize() for cyrillic, latin in _LETTERS.items()},
        **{sign: plain for plain, signs in _SIGNS.items() for sign in signs},
    }
)
_CAPITALS: Final = "A-Z" + "".join(letter.upper() for letter in _LETTERS)
# A word of two capitals or more that touches no other letter: there Щ is SCH, not Sch.
_SHOUTED: Final = re.compile(rf"(?<![^\W\d_])[{_CAPITALS}]{{2,}}+(?![^\W\d_])")
_COMBINING: Final = re.compile("[\u0306\u0308]")


def transliterate(text: str) -> str:
    """Replace Russian and Ukrainian letters and typographic signs; every other character stays as it is."""
    if text.isascii():
        return text.replace("`", "'")
    if _COMBINING.search(text):  # macOS may send й and ё as a letter and a mark
        text = unicodedata.normalize("NFC", text)
    return _SHOUTED.sub(lambda word: word[0].translate(_TABLE).upper(), text).translate(_TABLE)


def plain(char: str) -> str | None:
    """Return what a typographic sign may be written as in the GSM alphabet; None for a letter and for anything else."""
    return _PLAIN.get(char)
