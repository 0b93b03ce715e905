"""Characters outside the GSM alphabet: one of them makes a whole text Unicode, and more than doubles its parts."""

from typing import NamedTuple

from tolmach.codecs import gsm0338, translit


class Foreigner(NamedTuple):
    """A character, its first position (from 1), its number, and what could stand for it ("": nothing)."""

    char: str
    position: int
    times: int
    plain: str | None


def foreigners(text: str) -> list[Foreigner]:
    """Return the characters that force Unicode, in the order in which they appear; none for a text that fits."""
    found: dict[str, Foreigner] = {}
    for position, char in enumerate(text, 1):
        if char in found:
            found[char] = found[char]._replace(times=found[char].times + 1)
        elif not gsm0338.encodable(char):
            found[char] = Foreigner(char, position, 1, translit.plain(char))
    return list(found.values())


def replaced(text: str) -> str:
    """Return the text with every sign that has a plain form written so."""
    forms: dict[str, str | int | None] = {one.char: one.plain for one in foreigners(text) if one.plain is not None}
    return text.translate(str.maketrans(forms))
