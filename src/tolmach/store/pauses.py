"""Campaigns held and let go: what waits of them changes its duty with one statement, however many messages it is."""

from typing import Any

from sqlalchemy import ColumnElement, case, literal, select, update

from tolmach.core.ids import CampaignId
from tolmach.store.database import Tx
from tolmach.store.queue import Kind
from tolmach.store.schema import messages, queue


def hold(tx: Tx, campaign: CampaignId) -> int:
    """Pause what no carrier has seen of a campaign and nobody has in hand; return how many messages that were."""
    untouched = (queue.c.step == 1) & (queue.c.claimed_by == "") & queue.c.uncertain.is_(False)
    return _change(tx, campaign, (queue.c.kind == int(Kind.SUBMIT)) & untouched, Kind.PAUSED, queue.c.expires_at)


def let_go(tx: Tx, campaign: CampaignId, now: int) -> int:
    """Have what is paused sent when its time has come; return how many messages that were."""
    planned = select(messages.c.due_at).where(messages.c.id == queue.c.message_id).scalar_subquery()
    due = case((planned > now, planned), else_=literal(now))
    return _change(tx, campaign, queue.c.kind == int(Kind.PAUSED), Kind.SUBMIT, due)


def _change(
    tx: Tx, campaign: CampaignId, condition: ColumnElement[bool], kind: Kind, due_at: ColumnElement[Any]
) -> int:
    among = queue.c.message_id.in_(select(messages.c.id).where(messages.c.campaign_id == campaign)) & condition
    # in the order in which everybody else takes rows, so that two transactions never wait for each other
    tx.execute(select(queue.c.message_id).where(among).order_by(queue.c.message_id).with_for_update())
    return tx.execute(update(queue).where(among).values(kind=int(kind), due_at=due_at)).rowcount
