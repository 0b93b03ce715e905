"""What became of the statuses that are posted to an account's server. Moments are aware, in the account's zone."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from tolmach.core.status import Status


class Told(StrEnum):
    """How far a status is; the words are the table's."""

    PENDING = "pending"
    ACKNOWLEDGED = "acknowledged"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class LoggedCallback:
    """One status of one message. ``due_at``: when it is posted next, of those that wait; ``error``: the last answer."""

    id: int
    message: int
    recipient: str
    status: Status
    changed_at: datetime
    told: Told
    attempts: int
    due_at: datetime
    done_at: datetime | None
    error: str


@dataclass(frozen=True, slots=True)
class CallbackLogPage:
    """Statuses; ``before`` is where the next page goes on, 0 at the end."""

    rows: Sequence[LoggedCallback]
    before: int


@dataclass(frozen=True, slots=True)
class CallbackTrial:
    """What came of a made-up status: what was posted, and the answer (``status`` None: there was none).

    ``url`` is "" when the account has no address; ``error`` says why there was no answer; ``soon``: it was tried
    just now, and nothing was posted.
    """

    url: str = ""
    posted: str = field(default="", repr=False)
    status: int | None = None
    answer: str = field(default="", repr=False)
    milliseconds: int = 0
    acknowledged: bool = False
    error: str = ""
    soon: bool = False
