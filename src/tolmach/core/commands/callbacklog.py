"""What an account sees of the statuses that are posted to its server, and who may call it from where."""

from dataclasses import dataclass

from tolmach.core.commands.command import Command
from tolmach.core.results.callbacklog import CallbackLogPage, CallbackTrial, Told


@dataclass(frozen=True, slots=True)
class ListCallbacks(Command[CallbackLogPage]):
    """A page of statuses: the newest (``told`` None), or those that wait, or that were given up.

    ``before`` goes on where an earlier page stopped (0: at the beginning).
    """

    told: Told | None = None
    before: int = 0


@dataclass(frozen=True, slots=True)
class RepeatCallbacks(Command[int]):
    """Tell statuses again that were given up: these, or (none named) all of the account. Answers how many."""

    ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class TryCallback(Command[CallbackTrial]):
    """Post a made-up status to the account's address and tell what came back."""


@dataclass(frozen=True, slots=True)
class SetNetworks(Command[str]):
    """Let programs use the account from these addresses and networks alone (none: from anywhere).

    Answers "", or the first that is no address; nothing is changed then.
    """

    networks: tuple[str, ...]
