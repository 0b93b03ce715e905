"""Campaigns: groups of messages under a client's key."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Row, insert, select

from tolmach.core.ids import AccountId, CampaignId
from tolmach.store.database import Tx
from tolmach.store.prepared import Prepared, one_of
from tolmach.store.schema import campaigns, messages


@dataclass(frozen=True, slots=True)
class Campaign:
    """A stored campaign; ``sender`` and ``text`` are those of its first message."""

    id: CampaignId
    account: AccountId
    dialect: str
    key: str
    sender: str
    text: str
    sends_at: int


_MESSAGES = Prepared(
    select(messages.c.campaign_id, messages.c.id).where(one_of(messages.c.campaign_id, "ids")).order_by(messages.c.id)
)


def add(tx: Tx, campaign: Campaign) -> None:
    """Store a new campaign."""
    tx.execute(
        insert(campaigns).values(
            id=campaign.id,
            account_id=campaign.account,
            dialect=campaign.dialect,
            key=campaign.key,
            sender=campaign.sender,
            text=campaign.text,
            sends_at=campaign.sends_at,
        )
    )


def by_key(tx: Tx, account: AccountId, dialect: str, key: str) -> Campaign | None:
    """Return a campaign by the client's key."""
    return _first(tx, account, dialect, campaigns.c.key == key)


def by_id(tx: Tx, account: AccountId, dialect: str, campaign: int) -> Campaign | None:
    """Return a campaign by the system's id."""
    return _first(tx, account, dialect, campaigns.c.id == campaign)


def between(tx: Tx, account: AccountId, dialect: str, start: int | None, stop: int | None) -> Sequence[Campaign]:
    """Return the campaigns whose sending starts in [start, stop], oldest first."""
    asked = select(campaigns).where(campaigns.c.account_id == account, campaigns.c.dialect == dialect)
    if start is not None:
        asked = asked.where(campaigns.c.sends_at >= start)
    if stop is not None:
        asked = asked.where(campaigns.c.sends_at <= stop)
    return [_campaign(row) for row in tx.execute(asked.order_by(campaigns.c.sends_at, campaigns.c.id))]


def message_ids(tx: Tx, chosen: Sequence[CampaignId]) -> Mapping[CampaignId, list[int]]:
    """Return the message ids of campaigns, in order."""
    found: dict[CampaignId, list[int]] = {campaign: [] for campaign in chosen}
    for campaign, message in _MESSAGES.all(tx, ids=list(chosen)):
        found[campaign].append(message)
    return found


def _first(tx: Tx, account: AccountId, dialect: str, condition: ColumnElement[bool]) -> Campaign | None:
    asked = select(campaigns).where(campaigns.c.account_id == account, campaigns.c.dialect == dialect, condition)
    row = tx.execute(asked).first()
    return None if row is None else _campaign(row)


def _campaign(row: Row[tuple[object, ...]]) -> Campaign:
    return Campaign(
        id=CampaignId(row.id),
        account=AccountId(row.account_id),
        dialect=row.dialect,
        key=row.key,
        sender=row.sender,
        text=row.text,
        sends_at=row.sends_at,
    )
