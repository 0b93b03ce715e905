"""Messages as their account looks through them."""

from dataclasses import dataclass
from datetime import date

from tolmach.core.commands.command import Command
from tolmach.core.results.messages import MessagesPage
from tolmach.core.results.timelines import Timeline
from tolmach.core.status import Status


@dataclass(frozen=True, slots=True)
class ListMessages(Command[MessagesPage]):
    """Messages, newest first, at most ``limit``; what is not empty picks some.

    ``recipient``: the beginning of a number; days are those of acceptance, in the account's zone; ``before`` goes on
    where an earlier page stopped (0: newest).
    """

    recipient: str = ""
    sender: str = ""
    statuses: frozenset[Status] = frozenset()
    campaign: int = 0
    first_day: date | None = None
    last_day: date | None = None
    before: int = 0
    limit: int = 50


@dataclass(frozen=True, slots=True)
class ShowMessage(Command[Timeline | None]):
    """Everything that happened to a message of the account, by its id or that of a leg; None when there is none."""

    id: int
