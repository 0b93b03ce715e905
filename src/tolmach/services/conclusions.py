"""The last sentence of a timeline: delivered, not delivered because of what, or waiting for what. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tolmach.core.content import NAMES
from tolmach.core.moments import from_ms, to_ms
from tolmach.core.sentences import Moment, say
from tolmach.core.states import succeeded
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
        return say("Waiting for a moderator, until %(until)s at most.", until=until)
    if facts.duty is not None and facts.duty.kind is Kind.PAUSED:
        until = _wall(facts.duty.due_at, facts.zone)
        return say("Waiting until somebody resumes its campaign, until %(until)s at most.", until=until)
    if facts.duty is not None and facts.status not in SUCCESS:
        return _waiting(facts, facts.duty)
    if facts.status in SUCCESS:
        return _delivered(facts)
    return _failed(facts)


def _delivered(facts: Facts) -> str:
    plan = facts.message.plan
    reached = [leg for leg in facts.tried if leg.status is facts.status]
    enough = [leg for leg in reached if succeeded(plan[leg.step - 1], leg.status)]
    unread = [leg for leg in reached if leg not in enough]
    leg = (enough or reached)[0]
    through = say(" by %(channel)s", channel=_channel(facts, leg)) if len(plan) > 1 else ""
    at = "" if leg.delivered_at is None else say(" at %(at)s", at=_wall(leg.delivered_at, facts.zone))
    if facts.status is Status.READ:
        return say("Delivered and read%(through)s%(at)s.", through=through, at=at)
    if not enough:
        return say("Delivered%(through)s%(at)s, and not read.", through=through, at=at)
    if unread:
        before = _channel(facts, unread[0])
        return say(
            "Delivered%(through)s%(at)s; by %(before)s it was delivered before, and not read.",
            through=through,
            at=at,
            before=before,
        )
    return say("Delivered%(through)s%(at)s.", through=through, at=at)


def _channel(facts: Facts, leg: Leg) -> str:
    return NAMES[facts.message.plan[leg.step - 1].channel]


def _failed(facts: Facts) -> str:
    """Tell why the last step failed; an earlier one that failed otherwise has its line in the timeline."""
    leg = facts.tried[-1] if facts.tried else None
    reason = say(": %(reason)s", reason=explain(leg.reason)) if leg is not None and leg.reason else ""
    match facts.status:
        case Status.REFUSED if leg is not None and leg.submitted_at is not None:
            return say("Not delivered because the carrier refused it%(reason)s.", reason=reason)
        case Status.REFUSED:
            return say("Not delivered because it was refused before it was sent%(reason)s.", reason=reason)
        case Status.CANCELLED:
            return say("Not delivered because it was cancelled.")
        case Status.EXPIRED if leg is not None and leg.submitted_at is None:
            return say("Not delivered because its validity ended before it could be sent.")
        case Status.EXPIRED:
            return say("Not delivered because its validity ended while the carrier had it.")
        case Status.UNKNOWN:
            return say("Not known to be delivered because no receipt came until its validity and the grace were over.")
        case _:
            return say("Not delivered because the carrier gave it up: so says its receipt.")


def _waiting(facts: Facts, duty: Entry) -> str:
    leg = next((leg for leg in facts.tried if leg.step == duty.step), None)
    until = _wall(duty.due_at, facts.zone)
    if leg is not None and leg.status is Status.DELIVERED:
        return say(
            "Delivered by %(channel)s; waiting until %(until)s for it to be read, then the next step is sent.",
            channel=_channel(facts, leg),
            until=until,
        )
    if duty.kind is Kind.GIVE_UP or (leg is not None and leg.status not in FINAL):
        if leg is not None and leg.reason.startswith("lost"):
            return say("Waiting for a receipt until %(until)s: whether the carrier took it is not known.", until=until)
        return say("Waiting for the carrier's receipt until %(until)s.", until=until)
    if duty.claimed_by:
        return say("Waiting for the carrier's answer: a worker has it in hand.")
    if duty.due_at > to_ms(facts.now):
        if duty.attempts:
            return say(
                "Waiting for the next attempt at %(until)s: the carrier was busy %(times)s.",
                until=until,
                times=_times(duty.attempts),
            )
        return say("Waiting for its time, %(until)s.", until=until)
    if to_ms(facts.now) - duty.due_at < PATIENCE_MS:
        return say("Waiting for a worker to take it up.")
    return say(
        "Waiting since %(until)s for a worker to take it up: the gateway does not run, or cannot keep up.", until=until
    )


def _times(count: int) -> str:
    return say("once") if count == 1 else say("%(count)s times", count=count)


def _wall(ms: int, zone: str) -> Moment:
    return Moment(to_wall(from_ms(ms), zone))
