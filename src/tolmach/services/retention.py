"""Retention: which messages are older than their account's period, and what is written of them before they go."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

import orjson

from tolmach.core.ids import AccountId
from tolmach.core.limits import KeepingRules
from tolmach.core.moments import from_ms, to_ms
from tolmach.core.sentences import say
from tolmach.core.states import message_status
from tolmach.services import accounts
from tolmach.services.administration import BadValueError
from tolmach.store import accounts as stored_accounts
from tolmach.store import leaving, legs, partitions, retention, statistics
from tolmach.store.database import Tx
from tolmach.store.legs import Leg
from tolmach.store.messages import Message
from tolmach.store.partitions import Span

LONGEST_DAYS = 36_500


@dataclass(frozen=True, slots=True)
class Period:
    """How long an account's messages are kept: days (0: for ever), and whether they are its own."""

    account: AccountId
    login: str
    days: int
    own: bool


@dataclass(frozen=True, slots=True)
class Due:
    """Messages of an account that are to leave: those with ids below a bound that are final."""

    account: AccountId
    login: str
    below: int


def periods(tx: Tx, default: int) -> Sequence[Period]:
    """Return the period of every account; ``default`` is that of the settings."""
    own = retention.periods(tx)
    return [Period(one.id, one.login, own.get(one.id, default), one.id in own) for one in stored_accounts.everyone(tx)]


def change(tx: Tx, login: str, days: int | None) -> None:
    """Give an account a period of its own, or take it away; NotFoundError, BadValueError."""
    if days is not None and not 0 <= days <= LONGEST_DAYS:
        raise BadValueError(say("a period has 0 (for ever) to %(longest_days)s days", longest_days=LONGEST_DAYS))
    retention.put(tx, accounts.find(tx, login).id, days)


def due(tx: Tx, default: int, now: datetime) -> Sequence[Due]:
    """Return what is to leave now, by account."""
    found = []
    for period in periods(tx, default):
        before = to_ms(now - timedelta(days=period.days))
        oldest = retention.oldest(tx, period.account) if period.days else None
        if oldest is not None and oldest < before:
            found.append(Due(period.account, period.login, statistics.first_id(tx, before)))
    return found


def emptied(tx: Tx, default: int, now: datetime) -> Sequence[tuple[AccountId, int]]:
    """Return accounts that have campaigns with no message left, and before which moment those were sent."""
    found = [(one.account, to_ms(now - timedelta(days=one.days))) for one in periods(tx, default) if one.days]
    return [(account, before) for account, before in found if retention.any_campaign(tx, account, before)]


class Fate(Enum):
    """What becomes of a partition."""

    STAYS = "stays"  # messages of it that are due are deleted one by one
    WAITS = "waits"  # until all of it may go, which is soon
    GOES = "goes"


def fates(tx: Tx, rules: KeepingRules, now: datetime) -> Mapping[Span, Fate]:
    """Return what becomes of each range of ids that messages are cut into."""
    spans = partitions.spans(tx)
    if not partitions.cut(tx):
        return dict.fromkeys(spans, Fate.STAYS)
    lately = statistics.first_id(tx, to_ms(now - timedelta(days=1)))  # who has taken ids before has stored them
    own = retention.periods(tx)
    return {span: _fate(tx, span, rules, own, now) if span.end <= lately else Fate.STAYS for span in spans}


def _fate(tx: Tx, span: Span, rules: KeepingRules, own: Mapping[AccountId, int], now: datetime) -> Fate:
    if leaving.lives(tx, span):
        return Fate.STAYS
    last = now
    for owner in leaving.owners(tx, span):
        days = own.get(owner.account, rules.days)
        if not days:
            return Fate.STAYS
        last = max(last, from_ms(owner.newest) + timedelta(days=days))
    if last <= now and not leaving.untold(tx, span):
        return Fate.GOES
    return Fate.WAITS if last <= now + timedelta(days=rules.late_days) else Fate.STAYS


def records(tx: Tx, login: str, found: Sequence[Message]) -> list[dict[str, Any]]:
    """Return what is archived of messages: what was asked, what happened to each step, and what became of it.

    Those that have left meanwhile are left out: of them nobody knows any more what became of them.
    """
    ids = [message.id for message in found]
    tried, there = legs.of_messages(tx, ids), retention.there(tx, ids)
    return [_record(login, message, tried.get(message.id, ())) for message in found if message.id in there]


def _record(login: str, message: Message, tried: Sequence[Leg]) -> dict[str, Any]:
    return {
        "id": int(message.id),
        "account": login,
        "dialect": message.dialect,
        "client_id": message.client_key,
        "campaign": message.campaign,
        "recipient": message.recipient,
        "label": message.label,
        "accepted_at": _written(message.accepted_at),
        "due_at": _written(message.due_at),
        "status": message_status(message.plan, [(leg.step, leg.status) for leg in tried]).value,
        "charged": sum(leg.charged for leg in tried),
        "steps": orjson.loads(message.stored_plan),
        "legs": [_leg(leg) for leg in tried],
    }


def _leg(leg: Leg) -> dict[str, Any]:
    return {
        "step": leg.step,
        "status": leg.status.value,
        "reason": leg.reason,
        "link": leg.link,
        "charged": leg.charged,
        "submitted_at": _written(leg.submitted_at),
        "delivered_at": _written(leg.delivered_at),
        "uncertain": leg.uncertain,
    }


def _written(moment: int | None) -> str | None:
    return None if moment is None else from_ms(moment).isoformat(timespec="milliseconds").replace("+00:00", "Z")
