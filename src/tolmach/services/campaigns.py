"""Campaigns: reports on groups of messages, and their cancellation."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from tolmach.core import plans, states
from tolmach.core.accounts import Account
from tolmach.core.commands import CancelCampaign, GetCampaign, ListCampaigns
from tolmach.core.errors import Failure, RequestError
from tolmach.core.ids import parse_id
from tolmach.core.moments import from_ms, to_ms
from tolmach.core.money import Money
from tolmach.core.results import CampaignDetail, CampaignsResult, CampaignSummary, CancelResult, RecipientState
from tolmach.core.status import FINAL, Status
from tolmach.core.timezones import to_utc, to_wall
from tolmach.core.wildcards import matches
from tolmach.services.context import Handlers
from tolmach.services.delivery import Delivery
from tolmach.store import campaigns, legs, messages, queue
from tolmach.store.campaigns import Campaign
from tolmach.store.database import Tx
from tolmach.store.legs import Leg
from tolmach.store.messages import Message

CHUNK = 2_000  # messages at a time: a client may join as many to one campaign as it likes


def list_campaigns(tx: Tx, account: Account, command: ListCampaigns) -> CampaignsResult:
    """Return the account's campaigns in a span of its local time."""
    start, stop = _moment(command.start, account), _moment(command.stop, account)
    chosen = campaigns.between(tx, account.id, command.dialect, start, stop)
    chosen = [campaign for campaign in chosen if matches(command.sender, campaign.sender)]
    ids = campaigns.message_ids(tx, [campaign.id for campaign in chosen])
    summaries = [
        _summary(campaign, _to(command.recipient, _pieces(tx, ids[campaign.id])), account) for campaign in chosen
    ]
    return CampaignsResult([one for one in summaries if one.total or not command.recipient])


def get_campaign(tx: Tx, account: Account, command: GetCampaign) -> CampaignDetail:
    """Return one campaign; Failure.UNKNOWN_GROUP when there is none."""
    campaign, by_system_id = _find(tx, account, command)
    loaded = _load(tx, campaigns.message_ids(tx, [campaign.id])[campaign.id])
    in_hand = queue.in_hand(tx, [message.id for message, _, status in loaded if status is Status.QUEUED])
    recipients = [
        RecipientState(message.recipient, status, _changed(tried, account), message.id in in_hand)
        for message, tried, status in loaded
    ]
    return CampaignDetail(_summary(campaign, [loaded], account), recipients, by_system_id)


def cancel_campaign(
    tx: Tx, delivery: Delivery, account: Account, command: CancelCampaign, now: datetime
) -> CancelResult:
    """Cancel what no carrier has seen of a campaign; Failure.UNKNOWN_GROUP when there is none."""
    campaign, _ = _find(tx, account, command)
    ids = campaigns.message_ids(tx, [campaign.id])[campaign.id]
    return CancelResult(delivery.cancel(tx, ids, now, dry_run=command.dry_run))


def _find(tx: Tx, account: Account, command: GetCampaign | CancelCampaign) -> tuple[Campaign, bool]:
    """Return the campaign and whether the system's id found it; the client's own key comes first."""
    found = campaigns.by_key(tx, account.id, command.dialect, command.reference)
    if found is not None:
        return found, command.system_ids and command.reference == str(found.id)
    number = parse_id(command.reference) if command.system_ids else None
    found = None if number is None else campaigns.by_id(tx, account.id, command.dialect, number)
    if found is None:
        raise RequestError(Failure.UNKNOWN_GROUP)
    return found, True


_Loaded = Sequence[tuple[Message, Sequence[Leg], Status]]


def _load(tx: Tx, ids: Sequence[int]) -> _Loaded:
    known: Mapping[int, Message] = messages.by_ids(tx, ids)
    tried = legs.of_messages(tx, ids)
    held = queue.on_moderation(tx, set(ids) - tried.keys())
    return [
        (known[id_], tried.get(id_, []), _status(known[id_], tried.get(id_, []), on_moderation=id_ in held))
        for id_ in ids
    ]


def _pieces(tx: Tx, ids: Sequence[int]) -> Iterator[_Loaded]:
    return (_load(tx, ids[start : start + CHUNK]) for start in range(0, len(ids), CHUNK))


def _to(pattern: str, pieces: Iterable[_Loaded]) -> Iterable[_Loaded]:
    """Return what goes to recipients that a pattern names."""
    if not pattern:
        return pieces
    return ([one for one in loaded if matches(pattern, one[0].recipient)] for loaded in pieces)


def _status(message: Message, tried: Sequence[Leg], *, on_moderation: bool) -> Status:
    known = [(leg.step, leg.status) for leg in tried]
    return states.message_status(message.plan, known, on_moderation=on_moderation)


def _changed(tried: Sequence[Leg], account: Account) -> datetime | None:
    return to_wall(from_ms(max(leg.changed_at for leg in tried)), account.time_zone) if tried else None


def _summary(campaign: Campaign, pieces: Iterable[_Loaded], account: Account) -> CampaignSummary:
    counts: Counter[Status] = Counter()
    cost = 0
    for loaded in pieces:
        counts.update(status for _, _, status in loaded)
        cost += sum(_cost(message, tried, status) for message, tried, status in loaded)
    return CampaignSummary(
        id=campaign.id,
        key=campaign.key,
        sends_at=to_wall(from_ms(campaign.sends_at), account.time_zone),
        text=campaign.text,
        sender=campaign.sender,
        counts=counts,
        cost=Money(cost),
    )


def _cost(message: Message, tried: Sequence[Leg], status: Status) -> int:
    """Return what was charged, or what is held while the message is live."""
    if status in FINAL:
        return sum(leg.charged for leg in tried)
    return plans.total(message.plan)


def _moment(wall: datetime | None, account: Account) -> int | None:
    return None if wall is None else to_ms(to_utc(wall, account.time_zone))


READERS: Handlers = {
    ListCampaigns: lambda asked, command: list_campaigns(asked.tx, asked.account, command),
    GetCampaign: lambda asked, command: get_campaign(asked.tx, asked.account, command),
}
WRITERS: Handlers = {
    CancelCampaign: lambda asked, command: cancel_campaign(asked.tx, asked.delivery, asked.account, command, asked.now),
}
