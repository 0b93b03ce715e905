"""Senders to be registered, and the registry of operators."""

from collections.abc import Sequence
from dataclasses import dataclass

from tolmach.core.commands.command import Command
from tolmach.core.papers import Papers
from tolmach.core.results import RegistryEditsResult, RegistryResult, SendersRegistered


@dataclass(frozen=True, slots=True)
class RegisterSenders(Command[SendersRegistered]):
    """Ask for senders; the result has one item per name.

    ``files`` are ids as written, and must be the account's own.
    """

    names: Sequence[str]
    papers: Papers
    files: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class ListRegistry(Command[RegistryResult]):
    """The account's senders at operators; what is not empty narrows the list."""

    operator: str = ""
    sender: str = ""
    inn: str = ""


@dataclass(frozen=True, slots=True)
class PutRegistration:
    """Ask an operator (by its word) to register a sender."""

    sender: str
    operator: str
    legal_entity: str = ""
    inn: str = ""
    comment: str = ""


@dataclass(frozen=True, slots=True)
class DropRegistration:
    """Ask an operator, or all of them (""), to take a sender out of the registry."""

    sender: str
    operator: str = ""


@dataclass(frozen=True, slots=True)
class EditRegistry(Command[RegistryEditsResult]):
    """Carry out wishes in order; the result has one item per wish."""

    edits: Sequence[PutRegistration | DropRegistration]
