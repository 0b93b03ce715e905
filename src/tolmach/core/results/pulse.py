"""What goes through right now, and what went wrong on the way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from tolmach.core.links import IdRules
from tolmach.core.status import Status
from tolmach.core.traffic import Traffic


@dataclass(frozen=True, slots=True)
class LinkPulse:
    """What one link was given, bucket by bucket, and how the steps that it took up fare. "": no link took them."""

    link: str
    submitted: Sequence[int]
    statuses: Mapping[Status, int]


@dataclass(frozen=True, slots=True)
class AccountPulse:
    """How many messages of an account were accepted, and how their steps fare."""

    login: str
    accepted: int
    statuses: Mapping[Status, int]


@dataclass(frozen=True, slots=True)
class Depth:
    """What waits of one duty and class. ``due``: how much of it should have been done by now; ``oldest``: since when.

    ``duty`` is ``submit``, ``give-up`` (a receipt is awaited) ``moderate`` or ``paused``.
    """

    duty: str
    traffic: Traffic
    waiting: int
    due: int
    oldest: datetime | None


@dataclass(frozen=True, slots=True)
class PulseResult:
    """Counts since a moment, in buckets of so many seconds; a step is counted where it stands now.

    ``shortened``: so much went through that the counts begin later than was asked for.
    """

    since: datetime
    bucket: int
    accepted: Sequence[int]
    delivered: Sequence[int]
    links: Sequence[LinkPulse]
    accounts: Sequence[AccountPulse]
    queue: Sequence[Depth]
    shortened: bool

    @property
    def statuses(self) -> Mapping[Status, int]:
        """How many steps stand so, of all links together."""
        sums: dict[Status, int] = {}
        for link in self.links:
            for status, number in link.statuses.items():
                sums[status] = sums.get(status, 0) + number
        return sums


class Alert(StrEnum):
    """What somebody should look at."""

    LINK_DOWN = "link-down"
    LINK_SILENT = "link-silent"  # nobody has said anything of it: no gateway runs, or it hangs
    LINK_PAUSED = "link-paused"
    LINK_THROTTLED = "link-throttled"
    LINK_LOW = "link-low"  # our money at that provider
    QUEUE_LATE = "queue-late"
    MODERATION_LATE = "moderation-late"
    CALLBACKS_FAILED = "callbacks-failed"
    CALLBACKS_LATE = "callbacks-late"
    ORPHANS = "orphans"


@dataclass(frozen=True, slots=True)
class Alarm:
    """One alert: about what (a link's name, or ""), how often, since when where that is known, and further words."""

    alert: Alert
    about: str = ""
    count: int = 0
    since: datetime | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class AlertsResult:
    """What is wrong now; empty when all is well."""

    alarms: Sequence[Alarm]


@dataclass(frozen=True, slots=True)
class OrphanRow:
    """A receipt that no part answers to: what the carrier says, of when, and when it came.

    ``text_id`` and ``tlv_id`` are the ids as the carrier wrote them, "" where it wrote none.
    """

    id: int
    link: str
    provider_id: str
    status: Status
    at: datetime
    received_at: datetime
    text_id: str = ""
    tlv_id: str = ""


@dataclass(frozen=True, slots=True)
class OrphansPage:
    """Receipts, newest first; ``before`` is where the next page goes on, 0 at the end.

    ``links`` are those whose carriers have rules about ids (SMPP), with the rules.
    """

    rows: Sequence[OrphanRow]
    before: int
    links: Mapping[str, IdRules] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rematched:
    """What came of a batch of kept receipts: how many were looked at and matched, some (id as kept, id of the part).

    ``after`` is where the next batch goes on, 0 when there is none.
    """

    seen: int
    matched: int
    examples: Sequence[tuple[str, str]]
    after: int


@dataclass(frozen=True, slots=True)
class FailedCallback:
    """A status that could not be told to its account."""

    id: int
    login: str
    message: int
    status: Status
    changed_at: datetime
    failed_at: datetime | None
    attempts: int
    error: str


@dataclass(frozen=True, slots=True)
class FailedCallbacksPage:
    """Failed callbacks, newest first; ``before`` is where the next page goes on, 0 at the end."""

    rows: Sequence[FailedCallback]
    before: int
