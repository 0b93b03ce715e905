import pytest
from sqlalchemy.exc import IntegrityError

from tests.store.rows import message
from tolmach.core.ids import AccountId, CampaignId
from tolmach.store import campaigns, messages
from tolmach.store.campaigns import Campaign
from tolmach.store.database import Tx

ONE, TWO = AccountId(3), AccountId(4)


def campaign(number: int, key: str, sends_at: int = 1_000, account: AccountId = ONE) -> Campaign:
    return Campaign(CampaignId(number), account, "smspager", key, "Tolmach", "Hello", sends_at)


def test_a_stored_campaign_is_found_by_key_and_by_id(tx: Tx) -> None:
    stored = campaign(1, "spring")
    campaigns.add(tx, stored)
    assert campaigns.by_key(tx, ONE, "smspager", "spring") == stored
    assert campaigns.by_id(tx, ONE, "smspager", 1) == stored


@pytest.mark.parametrize(
    ("account", "dialect", "key", "number"),
    [(TWO, "smspager", "spring", 1), (ONE, "mobilgroup", "spring", 1), (ONE, "smspager", "Spring", 2)],
)
def test_nobody_else_finds_it(tx: Tx, account: AccountId, dialect: str, key: str, number: int) -> None:
    campaigns.add(tx, campaign(1, "spring"))
    assert campaigns.by_key(tx, account, dialect, key) is None
    assert campaigns.by_id(tx, account, dialect, number) is None
    assert campaigns.between(tx, TWO, "smspager", None, None) == []


def test_a_key_is_unique_per_account_and_dialect(tx: Tx) -> None:
    campaigns.add(tx, campaign(1, "spring"))
    campaigns.add(tx, campaign(2, "spring", account=TWO))
    with pytest.raises(IntegrityError):
        campaigns.add(tx, campaign(3, "spring"))


@pytest.mark.parametrize(
    ("start", "stop", "found"),
    [
        (None, None, ["b", "a", "c"]),
        (1_000, None, ["a", "c"]),
        (None, 1_000, ["b", "a"]),
        (1_000, 1_000, ["a"]),
        (1_001, 1_999, []),
        (2_000, 1_000, []),
    ],
)
def test_campaigns_of_a_span_oldest_first(tx: Tx, start: int | None, stop: int | None, found: list[str]) -> None:
    for stored in (campaign(1, "a", 1_000), campaign(2, "b", 500), campaign(3, "c", 2_000)):
        campaigns.add(tx, stored)
    assert [stored.key for stored in campaigns.between(tx, ONE, "smspager", start, stop)] == found


def test_messages_of_campaigns_in_order(tx: Tx) -> None:
    owners = {30: 2, 10: 1, 20: 2, 40: None, 50: 3}
    messages.add(tx, [message(number, campaign=owner) for number, owner in owners.items()])
    chosen = [CampaignId(2), CampaignId(1), CampaignId(9)]
    assert campaigns.message_ids(tx, chosen) == {2: [20, 30], 1: [10], 9: []}
    assert campaigns.message_ids(tx, []) == {}
