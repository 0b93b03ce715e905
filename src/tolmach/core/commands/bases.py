"""Address bases and their subscribers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tolmach.core.commands.command import Command
from tolmach.core.results import BaseEditsResult, BasesResult, SubscriberEditsResult, SubscribersPage


@dataclass(frozen=True, slots=True)
class PutBase:
    """Change a base (``reference``: its number as written), or the one of that name, or add one (None).

    ``changes``: only what was given, by the names of `core.bases.Base.changed`.
    """

    reference: str | None
    changes: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class DropBase:
    """Delete a base with its subscribers."""

    reference: str


@dataclass(frozen=True, slots=True)
class ListBases(Command[BasesResult]):
    """The account's bases."""


@dataclass(frozen=True, slots=True)
class EditBases(Command[BaseEditsResult]):
    """Add, change and delete bases, in order; the result has one item per edit."""

    edits: Sequence[PutBase | DropBase]


@dataclass(frozen=True, slots=True)
class ListSubscribers(Command[SubscribersPage]):
    """A page (from 1) of a base's subscribers, of those only that changed at or after ``since``.

    Failure.UNKNOWN_BASE when the account has no such base.
    """

    reference: str
    page: int = 1
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class PutSubscriber:
    """Add a subscriber, or change the fields that are given; ``phone`` as written, ``fields`` already read."""

    phone: str
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class DropSubscriber:
    """Take a subscriber out of a base."""

    phone: str


@dataclass(frozen=True, slots=True)
class SubscriberEdits:
    """What to do in one base, in order."""

    reference: str
    edits: Sequence[PutSubscriber | DropSubscriber]


@dataclass(frozen=True, slots=True)
class EditSubscribers(Command[SubscriberEditsResult]):
    """Add, change and delete subscribers of bases; all or, with Failure.UNKNOWN_BASE, nothing.

    The result has a list per base with one item per edit.
    """

    bases: Sequence[SubscriberEdits]
