"""What is wrong with settings, in plain words: pydantic's own are for programmers, and name its types and functions."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from pydantic import ValidationError
from pydantic_settings import SettingsError

from tolmach.environment import PREFIX, known_names

_CHOICES: Final = re.compile(r"\^\(([a-z|]+)\)\$")
_FIELD: Final = re.compile(r'field "([^"]+)"')

_WORDS: Final[Mapping[str, str]] = {
    "extra_forbidden": "there is no such setting",
    "unexpected_keyword_argument": "there is no such setting",
    "missing": "is missing",
    "union_tag_not_found": "must be a table",
    "none_required": "must be off",
}
_KINDS: Final = (
    ("int_", "must be a whole number"),
    ("float_", "must be a number"),
    ("finite_", "must be a number"),
    ("bool_", "must be true or false"),
    ("string_type", "must be a text"),
    ("path_", "must be a path"),
    ("tuple_", "must be a list"),
    ("model_", "must be a table"),
    ("dataclass_", "must be a table"),
    ("dict_", "must be a table"),
    ("mapping_", "must be a table"),
)
"""How the types of errors begin that all say the same."""

_BOUNDS: Final[Mapping[str, Callable[[Any], str]]] = {
    "value_error": lambda found: str(found["error"]),
    "greater_than_equal": lambda found: f"must be {_number(found['ge'])} or more",
    "greater_than": lambda found: f"must be more than {_number(found['gt'])}",
    "less_than_equal": lambda found: f"must be {_number(found['le'])} or less",
    "less_than": lambda found: f"must be less than {_number(found['lt'])}",
    "literal_error": lambda found: f"must be {_plain(found['expected'])}",
    "enum": lambda found: f"must be {_plain(found['expected'])}",
    "union_tag_invalid": lambda found: f"type must be one of {_plain(found['expected_tags'])}, not {found['tag']}",
    "string_pattern_mismatch": lambda found: f"must be {_choices(found['pattern'])}",
    "string_too_long": lambda found: f"must have {found['max_length']} characters or fewer",
    "too_short": lambda found: f"must name {found['min_length']} or more",
}


def mistakes(error: ValidationError, whole: str = "") -> list[str]:
    """Return a sentence about each mistake, after its place, as in ``limits.rate: must be 0 or more``.

    ``whole`` is the place of what concerns everything together. Of what was written it tells names and types alone.
    """
    every = error.errors(include_url=False, include_input=False)
    found = [one for one in every if not _follows(one, every)]
    optional = {one["loc"][:-1] for one in found if one["type"] == "none_required"}
    told: dict[str, list[str]] = {}
    for one in found:
        # what may be off is a choice for pydantic, whose branches are told as one
        place = one["loc"][:-1] if one["loc"][:-1] in optional else one["loc"]
        told.setdefault(".".join(map(str, place)) or whole, []).append(_said(one))
    return [": ".join(filter(None, (place, _joined(said)))) for place, said in told.items()]


def _follows(one: Any, every: Sequence[Any]) -> bool:
    """Tell whether a list is only too short because what it names is wrong, which is told."""
    place = one["loc"]
    inside = (other["loc"] for other in every if len(other["loc"]) > len(place))
    return one["type"] == "too_short" and any(other[: len(place)] == place for other in inside)


def unreadable(error: SettingsError) -> str:
    """Return a sentence about a variable of the environment, or a file, that cannot be read at all."""
    field = _FIELD.search(str(error))
    if field is None:
        return str(error)
    name = f"{PREFIX}{field[1]}".upper()
    section = any(known.startswith(f"{name}__") for known in known_names())
    return f"{name}{f', or a list in {name}__...,' if section else ''} is not JSON"


def _said(error: Any) -> str:
    kind = error["type"]
    if kind in _WORDS:
        return _WORDS[kind]
    if kind in _BOUNDS:
        return _BOUNDS[kind](error["ctx"])
    return next((words for start, words in _KINDS if kind.startswith(start)), str(error["msg"]))


def _joined(said: list[str]) -> str:
    """Put what is said of one place together: ``must be 0 or more, or off``."""
    return ", or ".join([said[0], *(words.removeprefix("must be ") for words in said[1:])])


def _number(value: float) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _plain(listed: str) -> str:
    return listed.replace("'", "")


def _choices(pattern: str) -> str:
    """Return the words that a pattern of choices takes."""
    found = _CHOICES.fullmatch(pattern)
    if found is None:
        return f"as the pattern {pattern} says"
    *others, last = found[1].split("|")
    return f"{', '.join(others)} or {last}" if others else last
