"""What is told of a request's way through the gateway to those who record traces. Nobody does, unless it is asked for.

Spans hold names, numbers and outcomes: never a text, a password or a phone number.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple, Protocol

from tolmach.core.requests import Place

Facts = Mapping[str, str | int | float | bool]


class Stage(StrEnum):
    """The parts of the way behind a request."""

    COMMIT = "commit"
    SUBMIT = "submit"
    RECEIPT = "receipt"
    CALLBACK = "callback"


class Heard(NamedTuple):
    """A receipt for a message of a traced request; ``request`` is what is kept of that."""

    request: str
    message: int
    step: int
    link: str
    status: str


class Span(Protocol):
    """A part of the way that is under way."""

    @property
    def place(self) -> Place | None:
        """Where it stands; None when it is not recorded."""
        ...

    def note(self, facts: Facts) -> None:
        """Add what is known now."""
        ...

    def fail(self, reason: str) -> None:
        """Say that it did not do what it should."""
        ...

    def end(self) -> None:
        """Say that it is over."""
        ...


class Traces(Protocol):
    """Takes spans. Every method is quick and none raises."""

    def now(self) -> int:
        """Return the moment for ``since``, in nanoseconds of the wall clock."""
        ...

    def request(self, name: str, path: str, traceparent: str, facts: Facts) -> Span:
        """Begin the span of a request to ``path``, which is called ``name``; ``traceparent`` is its caller's."""
        ...

    def begin(self, stage: Stage, request: str, facts: Facts, since: int | None = None) -> Span | None:
        """Begin a span below that of a request, by what is kept of it; None when that is not recorded."""
        ...

    def record(self, stage: Stage, request: str, facts: Facts, since: int, failure: str = "") -> None:
        """Record what has been going on ``since`` and is over now."""
        ...
