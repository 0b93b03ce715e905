"""The last sentence of a timeline: delivered, not delivered because of what, or waiting for what. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tolmach.core.moments import from_ms, to_ms
from tolmach.core.status import FINAL, SUCCESS, Status
from tolmach.core.timezones import to_wall
from tolmach.services.explanations import explain
from tolmach.store.legs import Leg
from tolmach.store.messages import Message
from tolmach.store.queue import Entry, Kind

PATIENCE_MS = 10_000  # a running gateway takes up what is due within a second or two


@dataclass(frozen=True, slots=True)
class Facts:
    """What a conclusion is drawn from; ``duty`` is None when nothing is left to do."""

    message: Message
    zone: str
    status: Status
    tried: Sequence[Leg]
    duty: Entry | None
    now: datetime


def conclude(facts: Facts) -> str:
    """Return one plain sentence."""
    if facts.duty is not None and facts.duty.kind is Kind.MODERATE:
        until = _wall(facts.duty.due_at, facts.zone)
        return f"Waiting for a moderator, until {until} at most: see `tolmach moderation list`."
    if facts.duty is not None and facts.status not in SUCCESS:
        return _waiting(facts, facts.duty)
    if facts.status in SUCCESS:
        return _delivered(facts)
    return _failed(facts)


def _delivered(facts: Facts) -> str:
    leg = next(leg for leg in facts.tried if leg.status is facts.status)
    word = "Delivered and read" if facts.status is Status.READ else "Delivered"
    through = f" by {facts.message.plan[leg.step - 1].channel.value}" if len(facts.message.plan) > 1 else ""
    at = "" if leg.delivered_at is None else f" at {_wall(leg.delivered_at, facts.zone)}"
    return f"{word}{through}{at}."


def _failed(facts: Facts) -> str:
    """Tell why the last step failed; an earlier one that failed otherwise has its line in the timeline."""
    leg = facts.tried[-1] if facts.tried else None
    reason = f": {explain(leg.reason)}" if leg is not None and leg.reason else ""
    match facts.status:
        case Status.REFUSED if leg is not None and leg.submitted_at is not None:
            return f"Not delivered because the carrier refused it{reason}."
        case Status.REFUSED:
            return f"Not delivered because it was refused before it was sent{reason}."
        case Status.CANCELLED:
            return "Not delivered because it was cancelled."
        case Status.EXPIRED if leg is not None and leg.submitted_at is None:
            return "Not delivered because its validity ended before it could be sent."
        case Status.EXPIRED:
            return "Not delivered because its validity ended while the carrier had it."
        case Status.UNKNOWN:
            return "Not known to be delivered because no receipt came until its validity and the grace were over."
        case _:
            return "Not delivered because the carrier gave it up: so says its receipt."


def _waiting(facts: Facts, duty: Entry) -> str:
    leg = next((leg for leg in facts.tried if leg.step == duty.step), None)
    until = _wall(duty.due_at, facts.zone)
    if leg is not None and leg.status is Status.DELIVERED:
        channel = facts.message.plan[leg.step - 1].channel
        return f"Delivered by {channel}; waiting until {until} for it to be read, then the next step is sent."
    if duty.kind is Kind.GIVE_UP or (leg is not None and leg.status not in FINAL):
        if leg is not None and leg.reason.startswith("lost"):
            return f"Waiting for a receipt until {until}: whether the carrier took it is not known."
        return f"Waiting for the carrier's receipt until {until}."
    if duty.claimed_by:
        return "Waiting for the carrier's answer: a worker has it in hand."
    if duty.due_at > to_ms(facts.now):
        if duty.attempts:
            return f"Waiting for the next attempt at {until}: the carrier was busy {_times(duty.attempts)}."
        return f"Waiting for its time, {until}."
    if to_ms(facts.now) - duty.due_at < PATIENCE_MS:
        return "Waiting for a worker to take it up."
    return f"Waiting since {until} for a worker to take it up: the gateway does not run, or cannot keep up."


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _wall(ms: int, zone: str) -> str:
    return f"{to_wall(from_ms(ms), zone):%Y-%m-%d %H:%M:%S}"
