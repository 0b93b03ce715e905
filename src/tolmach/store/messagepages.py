"""Messages of an account from the newest on, a bounded piece at a time: ids grow with the moment of acceptance."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, or_, select

from tolmach.core import plans
from tolmach.core.ids import LARGEST, AccountId
from tolmach.core.status import Status
from tolmach.store.database import Tx
from tolmach.store.messages import Message, from_row
from tolmach.store.schema import legs, messages, queue

WAITING = frozenset({Status.QUEUED, Status.ON_MODERATION, Status.SENT})


class Span(NamedTuple):
    """Ids in [first, end) of an account; ``recipient``: the beginning of a number, ``campaign`` 0: any.

    ``statuses``, ``sender``: messages that may have one of them (none named: any); the caller looks closer.
    ``since``, ``until``: accepted in [since, until) (milliseconds), which ids tell only almost.
    """

    account: AccountId
    first: int
    end: int
    recipient: str = ""
    campaign: int = 0
    statuses: frozenset[Status] = frozenset()
    sender: str = ""
    since: int = 0
    until: int = LARGEST


def newest(tx: Tx, span: Span, limit: int) -> Sequence[Message]:
    """Return the newest messages of a span, at most ``limit``."""
    asked = select(messages).where(messages.c.id >= span.first, messages.c.id < span.end)
    if span.campaign:
        asked = asked.where(messages.c.campaign_id == span.campaign, messages.c.account_id == span.account)
    else:
        asked = asked.where(messages.c.account_id == span.account)
    if span.recipient:
        last = chr(ord(span.recipient[-1]) + 1)
        asked = asked.where(messages.c.recipient >= span.recipient, messages.c.recipient < span.recipient[:-1] + last)
    if span.statuses:
        asked = asked.where(may_have(span.statuses))
    if span.sender:
        asked = asked.where(may_be_from(span.sender))
    if span.since:
        asked = asked.where(messages.c.accepted_at >= span.since)
    if span.until < LARGEST:
        asked = asked.where(messages.c.accepted_at < span.until)
    return [from_row(tuple(row)) for row in tx.execute(asked.order_by(messages.c.id.desc()).limit(limit))]


def may_have(statuses: frozenset[Status]) -> ColumnElement[bool]:
    """Return a condition that every message with one of the statuses fulfils, and few others."""
    return or_(*_ways(statuses))


def may_be_from(sender: str) -> ColumnElement[bool]:
    """Return a condition that every message with the sender in one of its steps fulfils, and few others.

    A database finds them in a twentieth of the time that it takes to read their plans.
    """
    return messages.c.plan.contains(plans.with_sender(sender), autoescape=True)


def _ways(statuses: frozenset[Status]) -> Iterator[ColumnElement[bool]]:
    tried = select(legs.c.step).where(
        legs.c.message_id == messages.c.id, legs.c.status.in_(sorted(status.value for status in statuses))
    )
    yield tried.exists()
    if statuses & WAITING:  # on its way, whatever was tried
        yield select(queue.c.message_id).where(queue.c.message_id == messages.c.id).exists()


def newest_ids(tx: Tx, account: AccountId, before: int, limit: int) -> Sequence[int]:
    """Return the ids of an account's messages below ``before`` (0: all), newest first, at most ``limit``."""
    asked = select(messages.c.id).where(messages.c.account_id == account)
    if before:
        asked = asked.where(messages.c.id < before)
    return tx.execute(asked.order_by(messages.c.id.desc()).limit(limit)).scalars().all()


def edge(tx: Tx, span: Span, looked_at: int) -> int:
    """Return the id of the message so many below the end of a span, 0 when there are fewer: where a search rests."""
    asked = select(messages.c.id).where(
        messages.c.account_id == span.account, messages.c.id >= span.first, messages.c.id < span.end
    )
    return tx.execute(asked.order_by(messages.c.id.desc()).offset(looked_at - 1).limit(1)).scalar() or 0
