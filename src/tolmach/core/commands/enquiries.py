"""Questions that change nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

from tolmach.core.commands.command import Command
from tolmach.core.results import BalanceResult, SendersResult, StatesResult, TimeResult


@dataclass(frozen=True, slots=True)
class GetStates(Command[StatesResult]):
    """Statuses of messages (or single legs) by the ids as the client wrote them; unknown ids answer None."""

    ids: Sequence[str]


@dataclass(frozen=True, slots=True)
class GetBalance(Command[BalanceResult]):
    """The balance, and what it buys per direction."""


@dataclass(frozen=True, slots=True)
class ListSenders(Command[SendersResult]):
    """The account's senders with their moderation states."""


@dataclass(frozen=True, slots=True)
class GetTime(Command[TimeResult]):
    """The account's local time."""
