"""The messages of a span in numbers: one statement per span, whatever became of them."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, case, func, select

from tolmach.core.ids import AccountId, CampaignId
from tolmach.core.money import ZERO, Money
from tolmach.core.status import SUCCESS, Status
from tolmach.store.callbacks import FAILED
from tolmach.store.database import Tx
from tolmach.store.flavours import flavour
from tolmach.store.queue import Kind
from tolmach.store.schema import callbacks, legs, messages, queue

Mine = tuple[ColumnElement[bool], ...]


@dataclass(frozen=True, slots=True)
class _Within:
    """The ids from the first one on that are less than the end; said of every table that is cut by them.

    PostgreSQL does not conclude it from a join, and reads all legs of all partitions for a few thousand messages.
    """

    first: int
    end: int

    def __call__(self, column: ColumnElement[int]) -> Mine:
        """Return the condition for a column."""
        return (column >= self.first, column < self.end)


@dataclass(frozen=True, slots=True)
class Totals:
    """How many messages stand where, and what was charged for them."""

    counts: Mapping[Status, int] = field(default_factory=dict)
    charged: Money = ZERO


def totals(tx: Tx, account: AccountId, first_id: int, end_id: int) -> Totals:
    """Return the totals of an account's messages with ids in [first_id, end_id).

    A message stands where its last tried step does, unless an earlier one has succeeded. Most have one step, and are
    counted without a look at others.
    """
    within = _Within(first_id, end_id)
    mine = (messages.c.account_id == account, *within(messages.c.id))
    return _totals(tx, mine, within).get(account, Totals())


def of_everybody(tx: Tx, first_id: int, end_id: int) -> Mapping[AccountId, Totals]:
    """Return the totals of every account that has messages with ids in [first_id, end_id)."""
    within = _Within(first_id, end_id)
    return _totals(tx, within(messages.c.id), within)


def of_campaign(tx: Tx, account: AccountId, campaign: CampaignId) -> Totals:
    """Return the totals of a campaign's messages."""
    mine = (messages.c.campaign_id == campaign, messages.c.account_id == account)
    return _totals(tx, mine).get(account, Totals())


def waiting_of_campaign(tx: Tx, campaign: CampaignId) -> Mapping[Kind, int]:
    """Return how many messages of a campaign that are not final have which duty."""
    ours = select(messages.c.id).where(messages.c.campaign_id == campaign)
    asked = select(queue.c.kind, func.count()).where(queue.c.message_id.in_(ours)).group_by(queue.c.kind)
    return {Kind(row[0]): row[1] for row in tx.execute(asked)}


def _everywhere(_column: ColumnElement[int]) -> Mine:
    return ()


Said = Callable[[ColumnElement[int]], Mine]


def _totals(tx: Tx, mine: Mine, within: Said = _everywhere) -> Mapping[AccountId, Totals]:
    every = select(messages.c.account_id, func.count()).where(*mine).group_by(messages.c.account_id)
    counts: dict[AccountId, Counter[Status]] = {
        AccountId(row[0]): Counter({Status.QUEUED: row[1]}) for row in tx.execute(every)
    }
    charged: Counter[AccountId] = Counter()
    said = within if flavour(tx).cuts_tables else _everywhere
    for account, status, number, money in (*_once(tx, mine, said), *_cascades(tx, mine, said)):
        counts[account][Status(status)] += number
        counts[account][Status.QUEUED] -= number
        charged[account] += int(money)
    return {
        account: Totals({status: number for status, number in found.items() if number}, Money(charged[account]))
        for account, found in counts.items()
    }


def together(found: Iterable[Totals]) -> Totals:
    """Return the sum of totals."""
    counts: Counter[Status] = Counter()
    charged = 0
    for one in found:
        counts.update(one.counts)
        charged += one.charged
    return Totals(dict(counts), Money(charged))


def live(tx: Tx, account: AccountId, first_id: int, end_id: int) -> bool:
    """Tell whether a message of an account with an id in [first_id, end_id) is still on its way."""
    asked = select(queue.c.message_id).where(
        queue.c.message_id >= first_id, queue.c.message_id < end_id, queue.c.account_id == account
    )
    return tx.execute(asked.limit(1)).first() is not None


def live_of_everybody(tx: Tx, first_id: int, end_id: int) -> Mapping[AccountId, int]:
    """Return how many messages with ids in [first_id, end_id) are still on their way, by account."""
    asked = select(queue.c.account_id, func.count()).where(queue.c.message_id >= first_id, queue.c.message_id < end_id)
    return {AccountId(row[0]): row[1] for row in tx.execute(asked.group_by(queue.c.account_id))}


def _once(tx: Tx, mine: Mine, within: Said) -> Sequence[Any]:
    """Return (account, status, number, charged) of messages of which one step was tried."""
    second = legs.alias()
    others = select(second.c.step).where(
        second.c.message_id == messages.c.id, second.c.step > 1, *within(second.c.message_id)
    )
    asked = select(messages.c.account_id, legs.c.status, func.count(), func.sum(legs.c.charged)).where(
        *mine, legs.c.message_id == messages.c.id, legs.c.step == 1, *within(legs.c.message_id), ~others.exists()
    )
    return tx.execute(asked.group_by(messages.c.account_id, legs.c.status)).all()


def _cascades(tx: Tx, mine: Mine, within: Said) -> Sequence[Any]:
    """Return (account, status, number, charged) of messages of which several steps were tried."""
    second = legs.alias()
    others = select(second.c.step).where(
        second.c.message_id == messages.c.id, second.c.step > 1, *within(second.c.message_id)
    )
    good = case((legs.c.status.in_([status.value for status in SUCCESS]), 1), else_=0)
    of_message = legs.c.message_id == messages.c.id
    stands = select(legs.c.status).where(of_message).order_by(good.desc(), legs.c.step.desc()).limit(1)
    charged = select(func.sum(legs.c.charged)).where(of_message)
    each = (
        select(
            messages.c.account_id,
            stands.scalar_subquery().label("status"),
            charged.scalar_subquery().label("charged"),
        )
        .where(*mine, others.exists())
        .subquery()
    )
    asked = select(each.c.account_id, each.c.status, func.count(), func.sum(each.c.charged))
    return tx.execute(asked.group_by(each.c.account_id, each.c.status)).all()


def failed_callbacks(tx: Tx, account: AccountId, first_id: int) -> int:
    """Return how many callbacks about messages from an id on were given up."""
    asked = select(func.count()).where(
        callbacks.c.message_id >= first_id, callbacks.c.account_id == account, callbacks.c.state == FAILED
    )
    return tx.execute(asked).scalar_one()


def on_moderation(tx: Tx, account: AccountId) -> int:
    """Return how many messages wait for a moderator."""
    return tx.execute(
        select(func.count()).where(queue.c.account_id == account, queue.c.kind == Kind.MODERATE)
    ).scalar_one()
