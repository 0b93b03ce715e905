"""Birthday greetings: who is due, and the message that goes out with the note that it did, in one transaction.

Nothing is remembered between two looks: who is due follows from the clock, the base and the notes, so restarts, clocks
that jump and a second process change nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tolmach.core.accounts import Account
from tolmach.core.bases import Base, Subscriber
from tolmach.core.commands import SendMessages
from tolmach.core.content import Channel, SmsText
from tolmach.core.drafts import Draft, For, Step
from tolmach.core.errors import Failure, RequestError
from tolmach.core.greeting import compose, is_open, occasions
from tolmach.core.ids import MessageId
from tolmach.core.moments import to_ms
from tolmach.core.numbering import Numbering
from tolmach.core.regions import MOSCOW, zone_of
from tolmach.core.rejections import Rejection
from tolmach.core.results import Accepted
from tolmach.services.acceptance import Order, accept
from tolmach.services.catalogue import Catalogue
from tolmach.services.messages import trusted
from tolmach.store import bases, greetings, subscribers
from tolmach.store.database import Tx
from tolmach.store.greetings import Greeted

DIALECT = "greeting"
VALIDITY = For(timedelta(days=1))
BATCH = 500
RETRIED = timedelta(days=2)  # no window is longer
CLEARED = 5_000


@dataclass(frozen=True, slots=True)
class Due:
    """A subscriber who is to be greeted now, for the birthday in ``year``."""

    phone: str
    year: int


def waiting(tx: Tx, catalogue: Catalogue, now: datetime) -> list[Base]:
    """Return the bases in which somebody is to be greeted now."""
    plan = catalogue.at(tx).numbering(tx)
    return [base for base in bases.greeting(tx) if next(due(tx, plan, base, now), None) is not None]


def due(tx: Tx, plan: Numbering, base: Base, now: datetime) -> Iterator[Due]:
    """Yield those of a base who are to be greeted now and were not yet."""
    greeting = base.greeting
    if not greeting.on:
        return
    for occasion in occasions(greeting, now):
        open_in = {MOSCOW: is_open(greeting, occasion.day, MOSCOW, now)}
        for phone, region in subscribers.celebrating(tx, base.id, occasion.birthdays, occasion.year):
            zone = zone_at(plan, phone, region) if greeting.local_time else MOSCOW
            if zone not in open_in:
                open_in[zone] = is_open(greeting, occasion.day, zone, now)
            if open_in[zone]:
                yield Due(phone, occasion.year)


def greet(tx: Tx, catalogue: Catalogue, base: Base, now: datetime, most: int = BATCH) -> int:
    """Greet or refuse those of a base who are due, at most so many; return how many those were."""
    current = bases.by_id(tx, base.account, base.id, to_change=True)
    snapshot = catalogue.at(tx)
    account = snapshot.account(tx, base.account)
    if current is None or account is None:
        return 0
    chosen = _first(due(tx, snapshot.numbering(tx), current, now), most)
    if not chosen:
        return 0
    known = subscribers.among(tx, base.id, [one.phone for one in chosen])
    drafts = _drafts(current, [(one, known[one.phone][1]) for one in chosen])
    outcomes = _accept(tx, catalogue, account, drafts, now)
    at = to_ms(now)
    greetings.add(
        tx,
        [
            Greeted(base.id, one.year, one.phone, base.account, message, reason, at)
            for one, (message, reason) in zip(chosen, outcomes, strict=True)
        ],
    )
    return len(chosen)


def clear(tx: Tx, most: int = CLEARED) -> int:
    """Take away a piece of what deleted bases left behind; return how many rows."""
    for base in bases.deleted(tx):
        count = subscribers.purge(tx, base, most) or greetings.purge(tx, base, most)
        if count:
            return count
        bases.forget(tx, base)
    return 0


def latest(tx: Tx, base: Base, limit: int, *, refused: bool = False) -> Sequence[Greeted]:
    """Return the newest notes of a base, newest first."""
    return greetings.latest(tx, base.id, limit, refused=refused)


def counts(tx: Tx, base: Base) -> tuple[int, int]:
    """Return how many greetings of a base were sent and how many refused."""
    return greetings.counts(tx, base.id)


def retry(tx: Tx, base: Base, now: datetime) -> int:
    """Let those be greeted who were refused and whose day is not over; return how many refusals were forgotten."""
    return greetings.forget_refused(tx, base.id, to_ms(now - RETRIED))


def _first(found: Iterator[Due], most: int) -> list[Due]:
    """Return the first ones, a number once: two days may be open at the same time, for two birthdays."""
    chosen: dict[tuple[str, int], Due] = {}
    for one in found:
        chosen.setdefault((one.phone, one.year), one)
        if len(chosen) == most:
            break
    return list(chosen.values())


def zone_at(plan: Numbering, phone: str, region: str) -> str:
    """Return the zone of the subscriber's region, as the base has it or by the number; else Moscow's."""
    return (zone_of(region) if region else "") or plan.lookup(phone).time_zone or MOSCOW


def _drafts(base: Base, chosen: Sequence[tuple[Due, Subscriber]]) -> list[Draft]:
    """Write the greetings; equal texts share their step, which is then checked once."""
    steps: dict[str, tuple[Step, ...]] = {}
    drafts = []
    for one, subscriber in chosen:
        text = compose(base.greeting.text, subscriber)
        if text not in steps:
            steps[text] = (Step(Channel.SMS, SmsText(text), base.greeting.sender or None, VALIDITY),)
        key = f"birthday-{base.id}-{one.phone}-{one.year}"
        drafts.append(Draft(one.phone, steps[text], client_key=key, label=base.name))
    return drafts


def _accept(
    tx: Tx, catalogue: Catalogue, account: Account, drafts: Sequence[Draft], now: datetime
) -> list[tuple[MessageId | None, str]]:
    """Have messages accepted; return an id or a reason for each."""
    (answer,) = accept(tx, catalogue, [Order(trusted(account), SendMessages(drafts, DIALECT))], now)
    if isinstance(answer, RequestError):
        if answer.failure is not Failure.BLOCKED:
            raise answer
        return [(None, Rejection.ACCOUNT_BLOCKED.value)] * len(drafts)
    return [(item.id, "") if isinstance(item, Accepted) else (None, item.reason.value) for item in answer.items]
