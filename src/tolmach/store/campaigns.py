"""Campaigns: groups of messages under a client's key."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Row, insert, select, update

from tolmach.core.ids import AccountId, CampaignId
from tolmach.store.database import Tx
from tolmach.store.flavours import flavour
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
    paused: bool = False


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


def newest(tx: Tx, account: AccountId, before: int, limit: int) -> Sequence[Campaign]:
    """Return an account's campaigns of all dialects with ids below ``before`` (0: all), newest first."""
    asked = select(campaigns).where(campaigns.c.account_id == account)
    if before:
        asked = asked.where(campaigns.c.id < before)
    return [_campaign(row) for row in tx.execute(asked.order_by(campaigns.c.id.desc()).limit(limit))]


def of_account(tx: Tx, account: AccountId, campaign: int) -> Campaign | None:
    """Return a campaign of whatever dialect."""
    row = tx.execute(select(campaigns).where(campaigns.c.account_id == account, campaigns.c.id == campaign)).first()
    return None if row is None else _campaign(row)


def join(tx: Tx, campaign: Campaign) -> Campaign:
    """Return a campaign as it is now; nobody pauses it until the transaction ends, and so sees what has joined it."""
    if not flavour(tx).lock(tx, f"campaign {campaign.id}", shared=True):
        return campaign
    return by_id(tx, campaign.account, campaign.dialect, campaign.id) or campaign


def pause(tx: Tx, campaign: CampaignId, since: int | None) -> None:
    """Note that a campaign is paused since a moment, or (None) that it is not; waits for those who `join` it."""
    flavour(tx).lock(tx, f"campaign {campaign}")
    tx.execute(update(campaigns).where(campaigns.c.id == campaign).values(paused_at=since))


def paused_among(tx: Tx, chosen: Collection[CampaignId]) -> frozenset[CampaignId]:
    """Return which of these campaigns are paused."""
    if not chosen:
        return frozenset()
    asked = select(campaigns.c.id).where(campaigns.c.id.in_(chosen), campaigns.c.paused_at.is_not(None))
    return frozenset(CampaignId(row[0]) for row in tx.execute(asked))


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
        paused=row.paused_at is not None,
    )
