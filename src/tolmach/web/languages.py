"""The languages of the pages: English is written in the code, the Russian catalogue is compiled with the assets."""

import gettext
from collections.abc import Mapping
from pathlib import Path

from babel.support import NullTranslations, Translations

from tolmach.web.assets import BUILT, NotBuiltError

LANGUAGES: Mapping[str, str] = {"ru": "Русский", "en": "English"}
"""Languages by what a browser calls them, as they call themselves."""

Catalogue = gettext.NullTranslations


def load(folder: Path = BUILT) -> Mapping[str, Catalogue]:
    """Return the catalogues by language; NotBuiltError."""
    found: dict[str, Catalogue] = {"en": NullTranslations()}
    for language in LANGUAGES:
        if language in found:
            continue
        try:
            with (folder / f"{language}.mo").open("rb") as file:
                found[language] = Translations(file)
        except FileNotFoundError:
            raise NotBuiltError(f"the pages lack {language}.mo: run `scripts/setup`") from None
    return found


def choose(*wished: str, accepted: str = "") -> str:
    """Return the first wish that there is, else what a browser accepts (``Accept-Language``), else Russian.

    Whoever wants neither language gets English.
    """
    for language in wished:
        if language in LANGUAGES:
            return language
    read = [one for one in map(_read, accepted.split(",")) if one is not None]
    ranked = sorted(read, key=lambda one: -one[0])  # equal ones in the browser's order
    for _, language in ranked:
        if language in LANGUAGES:
            return language
    return "en" if ranked else "ru"


def _read(item: str) -> tuple[float, str] | None:
    """Read ``en-GB;q=0.8``; None for what says nothing."""
    tag, _, quality = item.strip().partition(";")
    if not tag:
        return None
    try:
        rank = float(quality.strip().removeprefix("q=") or 1)
    except ValueError:
        rank = 0.0
    return rank, tag.lower().partition("-")[0]


def N_(text: str) -> str:  # noqa: N802 - what tools that gather texts look for
    """Mark a text that is translated where it is shown."""
    return text
