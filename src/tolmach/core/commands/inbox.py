"""What subscribers wrote."""

from dataclasses import dataclass
from datetime import datetime

from tolmach.core.commands.command import Command
from tolmach.core.results import IncomingResult
from tolmach.core.results.inbox import Conversation, IncomingPage


@dataclass(frozen=True, slots=True)
class ListIncoming(Command[IncomingResult]):
    """The messages that came after ``start`` and before ``end`` (the account's wall clock; None: until now)."""

    start: datetime
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class BrowseIncoming(Command[IncomingPage]):
    """Messages, newest first, at most ``limit``.

    ``sender``: the beginning of a number or name; ``before`` goes on where an earlier page stopped (0: newest).
    """

    sender: str = ""
    before: int = 0
    limit: int = 50


@dataclass(frozen=True, slots=True)
class ShowConversation(Command[Conversation | None]):
    """What the sender of a message and the account wrote to each other; None when the account has no such message."""

    id: int
