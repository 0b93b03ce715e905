"""Statistics, message by message."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tolmach.core.ids import LegId, MessageId
from tolmach.core.money import Money
from tolmach.core.status import Status


@dataclass(frozen=True, slots=True)
class StatisticsRow:
    """A message with its last tried step, or its first one while none was tried. ``texts`` are those of its parts.

    ``changed_at`` is None until something happened; ``operator`` is "" where it is not known.
    """

    message: MessageId
    leg: LegId
    recipient: str
    operator: str
    label: str
    sender: str
    status: Status
    sends_at: datetime
    changed_at: datetime | None
    part_price: Money
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StatisticsResult:
    """Rows by the ids of their messages. ``more``: there may be others after this message; None at the end."""

    rows: Sequence[StatisticsRow]
    more: MessageId | None = None
