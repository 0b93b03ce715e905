"""Mobile operators as people write them: one spelling for each, and lists of those that may be written to."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

KNOWN: Final = ("МТС", "МегаФон", "Билайн", "T2", "Мотив", "Yota")  # without a numbering plan these are told apart
_SPELLINGS: Final = {
    "beeline": "билайн", "megafon": "мегафон", "mega": "мегафон", "mts": "мтс", "tele2": "t2", "теле2": "t2",
    "т2": "t2", "motiv": "мотив", "йота": "yota",
}  # fmt: skip
# how the official plan calls them: «ПАО "Вымпел-Коммуникации"», «ООО "Т2 Мобайл"», «ООО "Скартел"»
_STEMS: Final = (
    ("вымпел", "билайн"),
    ("мобильные телесистемы", "мтс"),
    ("мегафон", "мегафон"),
    ("т2 мобайл", "t2"),
    ("t2 мобайл", "t2"),
    ("екатеринбург-2000", "мотив"),
    ("скартел", "yota"),
)


def spelled(operator: str) -> str:
    """Return an operator as it is compared; "" for none."""
    plain = operator.strip().casefold()
    return _SPELLINGS.get(plain, plain)


def brand(operator: str) -> str:
    """Return what an operator of the numbering plan is called by people, as it is compared."""
    found = spelled(operator)
    return next((name for stem, name in _STEMS if stem in found), found)


@dataclass(frozen=True, slots=True)
class OperatorFilter:
    """Which operators' numbers may be written to; ``allowed`` empty means all. Names as `spelled` has them."""

    allowed: frozenset[str] = frozenset()
    excluded: frozenset[str] = frozenset()

    @classmethod
    def of(cls, allowed: Iterable[str], excluded: Iterable[str]) -> "OperatorFilter":
        """Return the filter of two lists of names as a client writes them."""
        return cls(frozenset(filter(None, map(spelled, allowed))), frozenset(filter(None, map(spelled, excluded))))

    def lets(self, operator: str) -> bool:
        """Tell whether numbers of an operator ("" is not known) may be written to."""
        names = {spelled(operator), brand(operator)}
        return names.isdisjoint(self.excluded) and (not self.allowed or not names.isdisjoint(self.allowed))
