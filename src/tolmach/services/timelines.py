"""Timelines: everything that happened to one message, in time order and in its account's zone, as values."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from tolmach.core import sentences, states
from tolmach.core.accounts import Account
from tolmach.core.drafts import Success
from tolmach.core.ids import AccountId, parse_id, split_id
from tolmach.core.moderation import DECLINED, digest, written
from tolmach.core.moments import duration_ms, from_ms
from tolmach.core.money import ZERO, Money, fixed
from tolmach.core.numbering import Numbering
from tolmach.core.plans import PlannedStep
from tolmach.core.requests import name_of, place_of
from tolmach.core.results.timelines import Event, Moment, PlannedLeg, Timeline
from tolmach.core.sentences import say
from tolmach.core.status import Status
from tolmach.core.timezones import to_wall
from tolmach.services import checks, numberingplan
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

_ORDER = {event: place for place, event in enumerate(Event)}


def read_id(text: str) -> int:
    """Return the id of a message or of one of its legs; BadValueError."""
    number = parse_id(text)
    if number is None:
        raise BadValueError(say("%(text)r is not the id of a message", text=text))
    return number


def timeline(
    tx: Tx, any_id: int, now: datetime, *, of: AccountId | None = None, numbering: Numbering | None = None
) -> Timeline:
    """Compose the timeline of a message, by its id or that of one of its legs; NotFoundError.

    ``of``: it must be this account's, and is told without what is the operator's own: workers, what carriers take,
    routes, and traces. ``numbering``: the numbering plan in memory; None: as it is stored.
    """
    message_id = split_id(any_id)[0]
    message = messages.by_ids(tx, [message_id]).get(message_id)
    account = None if message is None else accounts.by_id(tx, message.account)
    if message is None or account is None or of not in (None, account.id):
        raise NotFoundError("message", str(any_id))
    tried = legs.of_messages(tx, [message_id]).get(message_id, [])
    duty = queue.by_ids(tx, [message_id]).get(message_id)
    held = duty is not None and duty.kind is Kind.MODERATE
    status = states.message_status(message.plan, [(leg.step, leg.status) for leg in tried], on_moderation=held)
    found = _moments(tx, message, account, tried, prices_told=of is None)
    if of is not None:
        found = [moment for moment in found if moment.event is not Event.CLAIMED]
    place = place_of(message.request) if of is None else None
    plan = numbering if numbering is not None else numberingplan.current(tx)
    return Timeline(
        id=message.id,
        login=account.login,
        currency=account.currency,
        zone=account.time_zone,
        dialect=message.dialect,
        client_key=message.client_key,
        recipient=message.recipient,
        status=status,
        legs=tuple(_planned(step) for step in message.plan),
        moments=in_order(found),
        conclusion=conclude(Facts(message, account.time_zone, status, tried, duty, now)),
        checks=checks.checks(tx, message, account, plan),
        routes=checks.routes(tx, message, account, plan) if of is None else (),
        request=name_of(message.request),
        trace="" if place is None else place.trace,
    )


def _planned(step: PlannedStep) -> PlannedLeg:
    to_be_read = step.success is Success.READ
    return PlannedLeg(step.channel, step.sender, step.content.text, step.parts, step.price, to_be_read)


def in_order(found: Sequence[Moment]) -> tuple[Moment, ...]:
    """Return moments oldest first; a receipt that was faster than the answer to its submission stands behind that."""
    taken = {moment.step: moment.at for moment in found if moment.event is Event.SUBMITTED}

    def place(moment: Moment) -> tuple[datetime, int, int]:
        at = max(moment.at, taken.get(moment.step, moment.at)) if moment.event is Event.RECEIPT else moment.at
        return at, _ORDER[moment.event], moment.step

    return tuple(sorted(found, key=place))


def _moments(tx: Tx, message: Message, account: Account, tried: Sequence[Leg], *, prices_told: bool) -> list[Moment]:
    zone = account.time_zone
    known = parts.of_messages(tx, [message.id]).get(message.id, [])
    prices = _costs(tx, known) if prices_told else {}
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
    scheduled = key = ""
    if message.due_at > message.accepted_at:
        scheduled = say(", to be sent at %(at)s", at=sentences.Moment(_wall(message.due_at, zone)))
    if message.client_key:
        key = say(", client key %(key)s", key=repr(message.client_key))
    dialect = message.dialect
    return say(
        "%(way)s to %(recipient)s%(key)s%(scheduled)s",
        way=say("from the cabinet") if dialect == "web" else say("over %(dialect)s", dialect=dialect),
        recipient=message.recipient,
        key=key,
        scheduled=scheduled,
    )


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
        reason = f": {found.reason}" if found.reason else ""
        who = {"number": found.id, "who": found.decided_by, "reason": reason}
        if found.state in DECLINED:
            words = say("text %(number)s rejected by %(who)s%(reason)s", **who)
        else:
            words = say("text %(number)s approved by %(who)s%(reason)s", **who)
        yield Moment(_wall(found.decided_at, zone), Event.MODERATED, words)


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
        words = say("without having been sent: %(status)s%(reason)s", status=STATUSES[leg.status], reason=_because(leg))
        yield Moment(_wall(leg.changed_at, zone), Event.ENDED, words, leg.step)
        return
    yield Moment(_wall(leg.claimed_at, zone), Event.CLAIMED, f"for link {leg.link}", leg.step)
    at = _wall(leg.submitted_at, zone)
    if leg.reason.startswith("lost"):
        yield Moment(
            at, Event.LOST, say("link %(link)s gave no answer (%(reason)s)", link=leg.link, reason=leg.reason), leg.step
        )
    elif known:
        ids = ", ".join(part.provider_id for part in known)
        cost = sum(prices.get(part.provider_id, ZERO) for part in known)
        takes = say(", which takes %(cost)s", cost=fixed(Money(cost))) if cost else ""
        twice = say(" (perhaps twice: an earlier worker died with it)") if leg.uncertain else ""
        words = say("to link %(link)s as %(ids)s%(takes)s%(twice)s", link=leg.link, ids=ids, takes=takes, twice=twice)
        yield Moment(at, Event.SUBMITTED, words, leg.step)
    else:
        yield Moment(at, Event.SUBMITTED, say("to link %(link)s", link=leg.link), leg.step)
    if leg.status is Status.REFUSED and not known:
        yield Moment(at, Event.ENDED, say("the link refused it%(reason)s", reason=_because(leg)), leg.step)
    if leg.status is Status.UNKNOWN:
        yield Moment(_wall(leg.changed_at, zone), Event.ENDED, STATUSES[leg.status], leg.step)


def _because(leg: Leg) -> str:
    return say(": %(reason)s", reason=explain(leg.reason)) if leg.reason else ""


def _receipt(part: Part, known: Iterable[Part], zone: str) -> Moment:
    several = sum(other.step == part.step for other in known) > 1
    status, which = STATUSES[part.status], part.provider_id
    if several:
        words = say("part %(number)s (%(which)s): %(status)s", number=part.number, which=which, status=status)
    else:
        words = say("%(which)s: %(status)s", which=which, status=status)
    return Moment(_wall(part.changed_at, zone), Event.RECEIPT, words, part.step)


def _told(callback: Callback, zone: str) -> Moment:
    number = callback.attempts
    tries = say("1 attempt") if number == 1 else say("%(number)s attempts", number=number)
    error = f" ({callback.error})" if callback.error else ""
    if callback.state == ACKNOWLEDGED:
        words = say("acknowledged after %(tries)s", tries=tries)
    elif callback.state == FAILED:
        words = say("failed after %(tries)s%(error)s", tries=tries, error=error)
    else:
        words = say(
            "waits for attempt %(number)s at %(at)s%(error)s",
            number=number + 1,
            at=sentences.Moment(_wall(callback.due_at, zone)),
            error=error,
        )
    at = callback.changed_at if callback.done_at is None else callback.done_at
    return Moment(
        _wall(at, zone), Event.CALLBACK, say("%(status)s: %(words)s", status=STATUSES[callback.status], words=words)
    )


def _wall(ms: int, zone: str) -> datetime:
    return to_wall(from_ms(ms), zone)
