"""What became of edits of bases and subscribers, and the pages of a base."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tolmach.core.bases import Base, Subscriber


class Edit(StrEnum):
    """What became of one edit."""

    INSERTED = "inserted"
    CHANGED = "changed"
    DELETED = "deleted"
    NOT_FOUND = "not-found"


@dataclass(frozen=True, slots=True)
class BasesResult:
    """The account's bases, oldest first."""

    bases: Sequence[Base]


@dataclass(frozen=True, slots=True)
class BaseEdited:
    """One edit; ``id`` is the number of the base, None where there is none."""

    edit: Edit
    id: int | None = None


@dataclass(frozen=True, slots=True)
class BaseEditsResult:
    """One item per edit, in order."""

    items: Sequence[BaseEdited]


@dataclass(frozen=True, slots=True)
class SubscribersPage:
    """A page of ``pages``; ``changed_at`` has the moments of the subscribers, aware, in the account's zone."""

    page: int
    pages: int
    subscribers: Sequence[Subscriber]
    changed_at: Sequence[datetime]


@dataclass(frozen=True, slots=True)
class SubscriberEditsResult:
    """A list of outcomes per base, in order."""

    bases: Sequence[Sequence[Edit]]
