"""The names of the environment that begin as ours: pydantic passes over those it does not know, so they are looked at.

A misspelt setting would otherwise do nothing, silently: ``TOLMACH_DATABASEURL`` would leave the gateway on SQLite.
"""

import difflib
from collections.abc import Iterable, Iterator
from typing import Final

from pydantic import BaseModel

from tolmach.settings import Settings

PREFIX: Final = "TOLMACH_"

NO_SETTINGS: Final = frozenset(
    {
        "TOLMACH_CONFIG",
        "TOLMACH_SANDBOX_SMPP_PORT",
        "TOLMACH_TEST_DATABASE",
        "TOLMACH_VIA_PASSWORD",
    }
)
"""Names that are read elsewhere: by commands, and by the tests."""

TESTS: Final = "TOLMACH_TORTURE"
"""How names begin that the fault tests read; gateways that they start inherit them."""


def known_names() -> frozenset[str]:
    """Return every name that has a meaning: settings, whole sections as JSON, and what is no setting."""
    return frozenset(_settings()) | NO_SETTINGS


def unknown(names: Iterable[str]) -> list[str]:
    """Return a sentence about each name that begins as ours and means nothing, with the nearest one that does.

    Settings are read in capitals and in small letters alike.
    """
    known = known_names()
    strange = [
        name
        for name in sorted(names)
        if (upper := name.upper()).startswith(PREFIX) and upper not in known and not upper.startswith(TESTS)
    ]
    return [_sentence(name, known) for name in strange]


def _settings() -> Iterator[str]:
    for name, field in Settings.model_fields.items():
        yield f"{PREFIX}{name}".upper()
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            for inner in field.annotation.model_fields:
                yield f"{PREFIX}{name}__{inner}".upper()


def _sentence(name: str, known: frozenset[str]) -> str:
    rest = {one.removeprefix(PREFIX): one for one in sorted(known)}  # what all begin with would make all look alike
    near = difflib.get_close_matches(name.upper().removeprefix(PREFIX), rest, n=1, cutoff=0)
    return f"{name} is no setting; the nearest is {rest[near[0]]}"
