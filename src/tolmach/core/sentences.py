"""Sentences that know what they were made of: English as they stand, and with their template to be said otherwise."""

from collections.abc import Mapping


class Sentence(str):
    """A text in English, with its ``template`` (named places, as ``%`` fills them) and what fills it."""

    template: str
    values: Mapping[str, object]

    def __new__(cls, template: str, values: Mapping[str, object]) -> "Sentence":
        """Fill the template."""
        made = super().__new__(cls, template % values if values else template)
        made.template, made.values = template, values
        return made


def say(template: str, **values: object) -> Sentence:
    """Return a sentence; values may be sentences themselves. Tools that gather texts look for this name."""
    return Sentence(template, values)
