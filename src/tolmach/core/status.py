"""Statuses of a leg and of a message: the table (status, event) -> status, and the sum over legs and parts.

A final status never changes, except delivered -> read.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """Where a message or one of its legs stands."""

    QUEUED = "queued"  # accepted, not yet given to a carrier (also: scheduled)
    ON_MODERATION = "on-moderation"
    SENT = "sent"  # a carrier has it, or may have it
    DELIVERED = "delivered"
    READ = "read"
    UNDELIVERED = "undelivered"
    EXPIRED = "expired"
    UNKNOWN = "unknown"  # sent, and no receipt came until the validity and the grace had passed
    REFUSED = "refused"  # never sent: stop list, direction, or the carrier said no
    CANCELLED = "cancelled"


FINAL = frozenset(
    {
        Status.DELIVERED,
        Status.READ,
        Status.UNDELIVERED,
        Status.EXPIRED,
        Status.UNKNOWN,
        Status.REFUSED,
        Status.CANCELLED,
    }
)
SUCCESS = frozenset({Status.DELIVERED, Status.READ})


class Event(StrEnum):
    """What can happen to a leg."""

    SUBMITTED = "submitted"
    LOST = "lost"  # the carrier's answer is not known
    REFUSED = "refused"
    DELIVERED = "delivered"
    READ = "read"
    UNDELIVERED = "undelivered"
    EXPIRED = "expired"
    REJECTED = "rejected"  # a receipt that says the carrier dropped it
    TIMED_OUT = "timed-out"  # validity and grace are over
    CANCELLED = "cancelled"


_LIVE = (Status.QUEUED, Status.ON_MODERATION, Status.SENT)
_ON_RECEIPT = {
    Event.DELIVERED: Status.DELIVERED,
    Event.READ: Status.READ,
    Event.UNDELIVERED: Status.UNDELIVERED,
    Event.EXPIRED: Status.EXPIRED,
    Event.REJECTED: Status.UNDELIVERED,
}

# what a carrier's receipt says, as an event
RECEIPT_EVENTS: dict[Status, Event] = {
    Status.DELIVERED: Event.DELIVERED,
    Status.READ: Event.READ,
    Status.UNDELIVERED: Event.UNDELIVERED,
    Status.EXPIRED: Event.EXPIRED,
    Status.REFUSED: Event.REJECTED,
    Status.UNKNOWN: Event.TIMED_OUT,
}

TRANSITIONS: dict[tuple[Status, Event], Status] = {
    **{(status, event): result for status in _LIVE for event, result in _ON_RECEIPT.items()},
    **{(status, Event.REFUSED): Status.REFUSED for status in _LIVE},
    (Status.QUEUED, Event.SUBMITTED): Status.SENT,
    (Status.QUEUED, Event.LOST): Status.SENT,
    (Status.SENT, Event.SUBMITTED): Status.SENT,
    (Status.SENT, Event.LOST): Status.SENT,
    (Status.QUEUED, Event.TIMED_OUT): Status.EXPIRED,
    (Status.ON_MODERATION, Event.TIMED_OUT): Status.EXPIRED,
    (Status.SENT, Event.TIMED_OUT): Status.UNKNOWN,
    (Status.QUEUED, Event.CANCELLED): Status.CANCELLED,
    (Status.ON_MODERATION, Event.CANCELLED): Status.CANCELLED,
    (Status.DELIVERED, Event.READ): Status.READ,
}


def merge(status: Status, event: Event) -> Status:
    """Return the status after ``event``; an event that the table does not name changes nothing."""
    return TRANSITIONS.get((status, event), status)


_OF_PARTS = frozenset({Status.SENT, *RECEIPT_EVENTS})


def aggregate(parts: Sequence[Status]) -> Status:
    """Return the status of a leg from those of its parts: a failed part fails it, the slowest part decides else."""
    if len(parts) == 1 and parts[0] in _OF_PARTS:
        return parts[0]
    for status in (Status.UNDELIVERED, Status.REFUSED, Status.EXPIRED, Status.UNKNOWN, Status.SENT):
        if status in parts:
            return status
    return Status.READ if parts and all(part is Status.READ for part in parts) else Status.DELIVERED


@dataclass(frozen=True, slots=True)
class StepStatus:
    """A step that has been tried: its status, and whether that is the success the step asks for."""

    status: Status
    succeeded: bool


def overall(tried: Sequence[StepStatus], planned: int) -> Status:
    """Return a message's status from its tried steps in order, of ``planned`` steps in all.

    A step that will never be tried (cancelled, stopped) counts as tried: it has a status of its own.
    """
    if not tried:
        return Status.QUEUED
    if any(step.status is Status.READ for step in tried):
        return Status.READ
    if any(step.succeeded for step in tried):
        return Status.DELIVERED
    last = tried[-1]
    if last.status not in FINAL or len(tried) < planned:
        return Status.SENT
    return Status.DELIVERED if any(step.status is Status.DELIVERED for step in tried) else last.status
