"""What comes along with a sender that is to be registered, and the names that may be. Pure.

The rule of names is that of the ProntoSMS manual for new senders; senders that an operator adds may have any letters.
"""

import re
from dataclasses import asdict, dataclass
from typing import Any, Final

import orjson

LONGEST_FIELD: Final = 255
LONGEST_TEXT: Final = 2_000
MOST: Final = 100  # operators, links or files of one sender
_SIGNS = re.escape("\\'?><,.-_=+/\"!@#$%^&*() ")
_NAME = re.compile(rf"[A-Za-z0-9{_SIGNS}]{{1,11}}|[0-9]{{1,15}}")


@dataclass(frozen=True, slots=True)
class Papers:
    """Who stands behind a sender: as the client wrote it. ``operators`` are pairs of MCC and MNC; ``files`` are ids."""

    inn: str = ""
    kpp: str = ""
    ogrn: str = ""
    counterparty: str = ""
    template: str = ""
    comment: str = ""
    operators: tuple[tuple[str, str], ...] = ()
    links: tuple[str, ...] = ()
    files: tuple[int, ...] = ()


def registrable(name: str) -> bool:
    """Tell whether a name is at most 11 of the manual's characters, or at most 15 digits."""
    return bool(name.strip()) and _NAME.fullmatch(name) is not None


def dump(papers: Papers) -> str:
    """Return the stored form (JSON); what is empty is left out."""
    return orjson.dumps({name: value for name, value in asdict(papers).items() if value}).decode()


def load(stored: str) -> Papers:
    """Read the stored form."""
    found: dict[str, Any] = orjson.loads(stored)
    for name in ("links", "files"):
        found[name] = tuple(found.get(name, ()))
    found["operators"] = tuple((mcc, mnc) for mcc, mnc in found.get("operators", ()))
    return Papers(**found)
