"""What administrators ask about links besides those of the settings.

A definition is TOML as it would stand in the settings, without the name. Secrets in it are shown masked; a mask that
comes back stands for the secret that is stored.
"""

from dataclasses import dataclass, field

from tolmach.core.commands.command import Command
from tolmach.core.results.addedlinks import AddedLink, AddedLinksResult


@dataclass(frozen=True, slots=True)
class ListAddedLinks(Command[AddedLinksResult]):
    """Links that were added, in their order."""


@dataclass(frozen=True, slots=True)
class GetAddedLink(Command[AddedLink]):
    """One of them with its definition."""

    name: str


@dataclass(frozen=True, slots=True)
class AddLink(Command[None]):
    """Add a link; a running gateway connects it within a second or two."""

    name: str
    definition: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ChangeLink(Command[None]):
    """Give a link another definition; it reconnects once answers to what it has sent are there."""

    name: str
    definition: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class RemoveLink(Command[int]):
    """Let a link go; answers how many parts still wait for its receipts."""

    name: str
