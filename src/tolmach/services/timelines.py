"""Timelines: everything that happened to one message, in time order and in its account's zone, as values."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tolmach.core import states
from tolmach.core.accounts import Account
from tolmach.core.content import Channel
from tolmach.core.ids import parse_id, split_id
from tolmach.core.moderation import DECLINED, digest, written
from tolmach.core.moments import duration_ms, from_ms
from tolmach.core.money import ZERO, Money, fixed
from tolmach.core.status import Status
from tolmach.core.timezones import to_wall
from tolmach.services.administration import BadValueError, NotFoundError
from tolmach.services.conclusions import Facts, conclude
from tolmach.services.delivery import LEASE
from tolmach.services.explanations import STATUSES, explain
from tolmach.store import accounts, callbacks, costs, ledger, legs, messages, moderations, parts, queue
from tolmach.store.callbacks import ACKNOWLEDGED, FAILED, Callback
from tolmach.store.database import Tx
from tolmach.store.ledger import Movement
from tolmach.store.legs import Leg
from tolmach.store.messages import Message
from tolmach.store.parts import Part
from tolmach.store.queue import Kind


class Event(StrEnum):
    """What a moment of a timeline is about. Members stand in the order in which they follow within a millisecond."""

    ACCEPTED = "accepted"
    HELD = "held"
    MODERATED = "moderated"
    CLAIMED = "claimed"
    SUBMITTED = "submitted"
    LOST = "lost"
    RECEIPT = "receipt"
    ENDED = "ended"
    CAPTURED = "captured"
    RELEASED = "released"
    CALLBACK = "callback"


_ORDER = {event: place for place, event in enumerate(Event)}


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing that happened; ``step`` 0 is the message as a whole; ``amount`` where money moved."""

    at: datetime
    event: Event
    detail: str
    step: int = 0
    amount: Money = ZERO


@dataclass(frozen=True, slots=True)
class PlannedLeg:
    """A step as it was accepted."""

    channel: Channel
    sender: str
    text: str
    parts: int
    price: Money


@dataclass(frozen=True, slots=True)
class Timeline:
    """A message and its moments, oldest first; ``conclusion`` says in one sentence where it stands."""

    id: int
    login: str
    currency: str
    zone: str
    dialect: str
    client_key: str
    recipient: str
    status: Status
    legs: tuple[PlannedLeg, ...]
    moments: tuple[Moment, ...]
    conclusion: str


def read_id(text: str) -> int:
    """Return the id of a message or of one of its legs; BadValueError."""
    number = parse_id(text)
    if number is None:
        raise BadValueError(f"{text!r} is not the id of a message")
    return number


def timeline(tx: Tx, any_id: int, now: datetime) -> Timeline:
    """Compose the timeline of a message, by its id or that of one of its legs; NotFoundError."""
    message_id = split_id(any_id)[0]
    message = messages.by_ids(tx, [message_id]).get(message_id)
    account = None if message is None else accounts.by_id(tx, message.account)
    if message is None or account is None:
        raise NotFoundError("message", str(any_id))
    tried = legs.of_messages(tx, [message_id]).get(message_id, [])
    duty = queue.by_ids(tx, [message_id]).get(message_id)
    held = duty is not None and duty.kind is Kind.MODERATE
    status = states.message_status(message.plan, [(leg.step, leg.status) for leg in tried], on_moderation=held)
    found = _moments(tx, message, account, tried)
    return Timeline(
        id=message.id,
        login=account.login,
        currency=account.currency,
        zone=account.time_zone,
        dialect=message.dialect,
        client_key=message.client_key,
        recipient=message.recipient,
        status=status,
        legs=tuple(PlannedLeg(s.channel, s.sender, s.content.text, s.parts, s.price) for s in message.plan),
        moments=tuple(sorted(found, key=lambda moment: (moment.at, _ORDER[moment.event], moment.step))),
        conclusion=conclude(Facts(message, account.time_zone, status, tried, duty, now)),
    )


def _moments(tx: Tx, message: Message, account: Account, tried: Sequence[Leg]) -> list[Moment]:
    zone = account.time_zone
    known = parts.of_messages(tx, [message.id]).get(message.id, [])
    prices = _costs(tx, known)
    return [
        Moment(_wall(message.accepted_at, zone), Event.ACCEPTED, _accepted(message, zone)),
        *_money(tx, message, account),
        *_moderated(tx, message, zone),
        *_leased(tx, message, zone),
        *(moment for leg in tried for moment in _tried(leg, [p for p in known if p.step == leg.step], zone, prices)),
        *(_receipt(part, known, zone) for part in known if part.status is not Status.SENT),
        *(_told(callback, zone) for callback in callbacks.of_message(tx, message.id)),
    ]


def _accepted(message: Message, zone: str) -> str:
    scheduled = ""
    if message.due_at > message.accepted_at:
        scheduled = f", to be sent at {_wall(message.due_at, zone):%Y-%m-%d %H:%M:%S}"
    key = f", client key {message.client_key!r}" if message.client_key else ""
    return f"over {message.dialect} to {message.recipient}{key}{scheduled}"


def _money(tx: Tx, message: Message, account: Account) -> Iterator[Moment]:
    events = {Movement.HOLD: Event.HELD, Movement.CAPTURE: Event.CAPTURED, Movement.RELEASE: Event.RELEASED}
    for entry in ledger.of_message(tx, message.id):
        event = events.get(entry.kind)
        if event is not None:
            amount = Money(abs(entry.held))
            words = f"{fixed(amount)} {account.currency}"
            yield Moment(_wall(entry.at, account.time_zone), event, words, entry.step, amount)


def _moderated(tx: Tx, message: Message, zone: str) -> Iterator[Moment]:
    """Tell what a moderator has said of the text since the message was accepted."""
    found = moderations.of_text(tx, message.account, digest(written(message.plan)))
    if found is not None and found.decided_at is not None and found.decided_at >= message.accepted_at:
        word = "rejected" if found.state in DECLINED else "approved"
        reason = f": {found.reason}" if found.reason else ""
        yield Moment(
            _wall(found.decided_at, zone), Event.MODERATED, f"text {found.id} {word} by {found.decided_by}{reason}"
        )


def _leased(tx: Tx, message: Message, zone: str) -> Iterator[Moment]:
    """A claim whose outcome is not stored yet: a lease begins when it is claimed."""
    duty = queue.by_ids(tx, [message.id]).get(message.id)
    if duty is not None and duty.claimed_by and duty.kind is Kind.SUBMIT:
        again = ", after an earlier worker died with it" if duty.uncertain else ""
        detail = f"by {duty.claimed_by}, attempt {duty.attempts}{again}"
        yield Moment(_wall(duty.due_at - duration_ms(LEASE), zone), Event.CLAIMED, detail, duty.step)


def _costs(tx: Tx, known: Sequence[Part]) -> Mapping[str, Money]:
    """Return what carriers take, by what they call the parts; few carriers tell."""
    found: dict[str, Money] = {}
    for link in {part.link for part in known}:
        found.update(costs.of_parts(tx, link, [part.provider_id for part in known if part.link == link]))
    return found


def _tried(leg: Leg, known: Sequence[Part], zone: str, prices: Mapping[str, Money]) -> Iterator[Moment]:
    """A leg that a link was asked to carry, or one that ended without that."""
    if leg.submitted_at is None:
        words = STATUSES[leg.status] + (f": {explain(leg.reason)}" if leg.reason else "")
        yield Moment(_wall(leg.changed_at, zone), Event.ENDED, f"without having been sent: {words}", leg.step)
        return
    yield Moment(_wall(leg.claimed_at, zone), Event.CLAIMED, f"for link {leg.link}", leg.step)
    at = _wall(leg.submitted_at, zone)
    if leg.reason.startswith("lost"):
        yield Moment(at, Event.LOST, f"link {leg.link} gave no answer ({leg.reason})", leg.step)
    elif known:
        ids = ", ".join(part.provider_id for part in known)
        cost = sum(prices.get(part.provider_id, ZERO) for part in known)
        ids += f", which takes {fixed(Money(cost))}" if cost else ""
        twice = " (perhaps twice: an earlier worker died with it)" if leg.uncertain else ""
        yield Moment(at, Event.SUBMITTED, f"to link {leg.link} as {ids}{twice}", leg.step)
    else:
        yield Moment(at, Event.SUBMITTED, f"to link {leg.link}", leg.step)
    if leg.status is Status.REFUSED and not known:
        yield Moment(at, Event.ENDED, f"the link refused it: {explain(leg.reason)}", leg.step)
    if leg.status is Status.UNKNOWN:
        yield Moment(_wall(leg.changed_at, zone), Event.ENDED, STATUSES[leg.status], leg.step)


def _receipt(part: Part, known: Iterable[Part], zone: str) -> Moment:
    several = sum(other.step == part.step for other in known) > 1
    which = f"part {part.number} ({part.provider_id})" if several else part.provider_id
    return Moment(_wall(part.changed_at, zone), Event.RECEIPT, f"{which}: {STATUSES[part.status]}", part.step)


def _told(callback: Callback, zone: str) -> Moment:
    tries = f"{callback.attempts} attempt{'' if callback.attempts == 1 else 's'}"
    error = f" ({callback.error})" if callback.error else ""
    if callback.state == ACKNOWLEDGED:
        words = f"acknowledged after {tries}"
    elif callback.state == FAILED:
        words = f"failed after {tries}{error}"
    else:
        words = f"waits for attempt {callback.attempts + 1} at {_wall(callback.due_at, zone):%Y-%m-%d %H:%M:%S}{error}"
    at = callback.changed_at if callback.done_at is None else callback.done_at
    return Moment(_wall(at, zone), Event.CALLBACK, f"{callback.status}: {words}")


def _wall(ms: int, zone: str) -> datetime:
    return to_wall(from_ms(ms), zone)
