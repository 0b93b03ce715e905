"""What subscribers wrote."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tolmach.core.ids import MessageId
from tolmach.core.status import Status


@dataclass(frozen=True, slots=True)
class Incoming:
    """A subscriber's message to ``recipient``; ``at`` is aware, in the account's zone.

    ``prefix`` is what its text starts with on a number that several accounts share.
    """

    id: int
    sender: str
    recipient: str
    prefix: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class IncomingResult:
    """Messages, oldest first."""

    items: Sequence[Incoming]


@dataclass(frozen=True, slots=True)
class IncomingPage:
    """Messages, newest first; ``before`` is where the next page goes on, 0 at the end.

    ``whole``: false when the search stopped before the page was full, for having looked at enough.
    """

    items: Sequence[Incoming]
    before: int
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Line:
    """One message of a conversation: a subscriber's to the number ``end``, or one of ours from it.

    ``message`` and ``status`` are of ours, None of a subscriber's; ``at`` is aware, in the account's zone.
    """

    at: datetime
    text: str
    end: str
    message: MessageId | None = None
    status: Status | None = None


@dataclass(frozen=True, slots=True)
class Conversation:
    """A message, and the latest lines to and from who wrote it, oldest first.

    ``answerable``: it came from a number that can be written to; a name or a short number cannot.
    """

    about: Incoming
    lines: Sequence[Line]
    answerable: bool
