"""What the sandbox's pages may be asked, read from a query string. Strict: a typo must not match everything."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from pydantic import BaseModel, ConfigDict, StrictBool, ValidationError

from tolmach.core.content import KINDS, Channel
from tolmach.sandbox.handset import Change
from tolmach.sandbox.message import WAITING, MessageQuery
from tolmach.sandbox.outcomes import Fate

MAX_LIMIT = 1000
DEFAULT_LIMIT = 100
DEFAULT_PHONES = 200
MAX_WAIT = 60.0
DEFAULT_WAIT = 10.0
MAX_SYSTEM_ID = 15
OUTCOMES = ("delivered", "read", "undelivered", "expired", "silent", WAITING)

_MATCHING = ("phone", "containing", "sender", "kind", "outcome", "since")
_WRITTEN = str.maketrans("", "", " +-()\u00a0")
_DIGITS = re.compile(r"[0-9]{1,20}")
_ID = re.compile(r"[0-9]{1,16}")


class ParameterError(ValueError):
    """A parameter is unknown, repeated, empty or out of range; the message says which and what is allowed."""


@dataclass(frozen=True, slots=True)
class Wait:
    """A request to wait up to ``seconds`` for a message."""

    query: MessageQuery
    seconds: float


Pairs = Iterable[tuple[str, str]]


def messages(pairs: Pairs) -> MessageQuery:
    """Read ``limit`` and what `_matching` reads; without ``since`` the newest messages are meant."""
    given = _known(pairs, *_MATCHING, "limit")
    return replace(_matching(given), limit=_limit(given, DEFAULT_LIMIT), newest="since" not in given)


def wait(pairs: Pairs) -> Wait:
    """Read ``timeout`` (seconds) and what `_matching` reads."""
    given = _known(pairs, *_MATCHING, "timeout")
    return Wait(replace(_matching(given), limit=1), _seconds(given))


def phones(pairs: Pairs) -> tuple[str, int]:
    """Read ``prefix`` and ``limit``."""
    given = _known(pairs, "prefix", "limit")
    return _phone(given, "prefix"), _limit(given, DEFAULT_PHONES)


def clear(pairs: Pairs) -> str:
    """Read ``phone``; empty means all of them."""
    return _phone(_known(pairs, "phone"), "phone")


def nothing(pairs: Pairs) -> None:
    """Take no parameters."""
    _known(pairs)


def system(pairs: Pairs) -> str | None:
    """Read ``system_id``, at most 15 characters as SMPP has it; None means all systems."""
    name = _known(pairs, "system_id").get("system_id")
    if name is not None and len(name) > MAX_SYSTEM_ID:
        raise ParameterError(f"system_id has at most {MAX_SYSTEM_ID} characters")
    return name


def events(pairs: Pairs, last_event_id: str | None) -> int | None:
    """Read the id to go on after: that of the last event seen, else ``since``; None means from now on."""
    given = _known(pairs, "since")
    text = last_event_id or given.get("since")
    if text is None:
        return None
    if not _ID.fullmatch(text):
        raise ParameterError("since and Last-Event-ID must be the id of a message")
    return int(text)


def message(written: str) -> int:
    """Read the id of a message in a path."""
    if not _ID.fullmatch(written):
        raise ParameterError("a message is named by its id, a whole number")
    return int(written)


def number(written: str) -> str:
    """Read the number of a phone in a path."""
    return _phone({"number": written}, "number")


def change(body: bytes) -> Change:
    """Read a JSON object with ``on`` and ``outcome``: a word for all channels, one for each, or null."""
    try:
        given = _Change.model_validate_json(body)
    except ValidationError as error:
        told = [f"{'.'.join(map(str, one['loc'])) or 'body'}: {one['msg']}" for one in error.errors()]
        raise ParameterError("; ".join(told)) from None
    if "on" in given.model_fields_set and given.on is None:
        raise ParameterError("on: is true or false")
    if "outcome" not in given.model_fields_set:
        return Change(given.on)
    chosen = given.outcome or {}
    return Change(given.on, chosen if isinstance(chosen, dict) else dict.fromkeys(Channel, chosen))


class _Change(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    on: StrictBool | None = None
    outcome: Fate | dict[Channel, Fate] | None = None


def _matching(given: Mapping[str, str]) -> MessageQuery:
    after, since = _since(given)
    return MessageQuery(
        phone=_phone(given, "phone"),
        after=after,
        since=since,
        containing=given.get("containing", ""),
        sender=given.get("sender", ""),
        kind=_word(given, "kind", KINDS),
        outcome=_word(given, "outcome", OUTCOMES),
    )


def _word(given: Mapping[str, str], name: str, words: Collection[str]) -> str:
    word = given.get(name, "")
    if word and word not in words:
        raise ParameterError(f"{name} must be one of {', '.join(words)}")
    return word


def _known(pairs: Pairs, *names: str) -> dict[str, str]:
    given: dict[str, str] = {}
    for name, value in pairs:
        if name not in names:
            raise ParameterError(f"unknown parameter {name!r}; known are: {', '.join(names) or 'none'}")
        if name in given:
            raise ParameterError(f"{name} is given more than once")
        if not value:
            raise ParameterError(f"{name} is empty; leave it out to ask for all")
        given[name] = value
    return given


def _phone(given: Mapping[str, str], name: str) -> str:
    digits = given.get(name, "").translate(_WRITTEN)
    if name in given and not _DIGITS.fullmatch(digits):
        raise ParameterError(f"{name} must be a number in international digits, as in 79161234500")
    return digits


def _limit(given: Mapping[str, str], default: int) -> int:
    text = given.get("limit", str(default))
    if not (_ID.fullmatch(text) and 1 <= int(text) <= MAX_LIMIT):
        raise ParameterError(f"limit must be a whole number from 1 to {MAX_LIMIT}")
    return int(text)


def _since(given: Mapping[str, str]) -> tuple[int, datetime | None]:
    text = given.get("since", "0")
    if _ID.fullmatch(text):
        return int(text), None
    try:
        # an unescaped + of a time zone arrives as a space
        moment = datetime.fromisoformat(text.replace(" ", "+") if "T" in text else text)
        return 0, (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ParameterError("since must be the id of a message or a time, as in 2026-03-02T12:00:00Z") from None


def _seconds(given: Mapping[str, str]) -> float:
    try:
        seconds = float(given.get("timeout", DEFAULT_WAIT))
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= MAX_WAIT:  # also false for nan
        raise ParameterError(f"timeout must be a number of seconds from 0 to {MAX_WAIT:g}")
    return seconds
