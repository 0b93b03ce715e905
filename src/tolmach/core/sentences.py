"""Sentences that know what they were made of: English as they stand, and with their template to be said otherwise."""

from collections.abc import Mapping
from datetime import datetime


class Sentence(str):
    """A text in English, with its ``template`` (named places, as ``%`` fills them) and what fills it."""

    template: str
    values: Mapping[str, object]

    def __new__(cls, template: str, values: Mapping[str, object]) -> "Sentence":
        """Fill the template."""
        made = super().__new__(cls, template % values if values else template)
        made.template, made.values = template, values
        return made


class Moment(str):
    """A moment inside a sentence: date and time to the second as it stands, ``at`` for who writes it otherwise."""

    at: datetime

    def __new__(cls, at: datetime) -> "Moment":
        """Write the moment in the zone that it has."""
        made = super().__new__(cls, f"{at:%Y-%m-%d %H:%M:%S}")
        made.at = at
        return made


def say(template: str, **values: object) -> Sentence:
    """Return a sentence; values may be sentences and moments themselves. Tools that gather texts look for this name."""
    return Sentence(template, values)
