"""What waits for its time, and what was cancelled of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tolmach.core.content import Content
from tolmach.core.ids import MessageId


@dataclass(frozen=True, slots=True)
class Scheduled:
    """A message before its time, as its first step; moments are aware, in the account's zone."""

    id: MessageId
    recipient: str
    sender: str
    content: Content
    parts: int
    label: str
    accepted_at: datetime
    sends_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class SchedulePage:
    """A page, of so many (at least one); a page beyond the end is empty."""

    page: int
    pages: int
    items: Sequence[Scheduled]


@dataclass(frozen=True, slots=True)
class CancelledResult:
    """Whether each message was cancelled: false for one that is unknown, sent or cancelled already."""

    items: Sequence[bool]
