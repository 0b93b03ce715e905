from tests.store.rows import account as account_row
from tests.store.rows import entry, leg, message, part
from tolmach.core.ids import AccountId, CampaignId
from tolmach.core.money import Money
from tolmach.core.status import Status
from tolmach.store import accounts, callbacks, campaigns, costs, inbox, legs, messages, parts, queue, retention
from tolmach.store.callbacks import Callback
from tolmach.store.campaigns import Campaign
from tolmach.store.database import Tx
from tolmach.store.inbox import Letter
from tolmach.store.parts import Orphan

OWNER = AccountId(3)
LINK = part().link


def test_everything_of_a_message_goes_and_nothing_else(tx: Tx) -> None:
    old, new = message(10, key="old"), message(20, key="new")
    messages.add(tx, [old, new])
    for number in (10, 20):
        legs.add(tx, [leg(number, 1)])
        parts.add(tx, [part(f"p{number}", number)])
        callbacks.add(tx, [Callback(OWNER, number, Status.DELIVERED, 1, 1)])
        costs.put(tx, LINK, {f"p{number}": Money(5)})
    retention.forget(tx, [old])
    assert list(messages.by_ids(tx, [10, 20])) == [20]
    assert list(legs.of_messages(tx, [10, 20])) == [20]
    assert list(parts.by_provider_id(tx, LINK, ["p10", "p20"])) == ["p20"]
    assert (list(callbacks.of_message(tx, 10)), len(callbacks.of_message(tx, 20))) == ([], 1)
    assert list(costs.of_parts(tx, LINK, ["p10", "p20"])) == ["p20"]
    assert messages.by_client_key(tx, OWNER, "prontosms", ["old", "new"]) == {"new": 20}
    retention.forget(tx, [])


def test_what_is_still_on_its_way_is_not_final(tx: Tx) -> None:
    messages.add(tx, [message(number) for number in (10, 20, 30, 40)])
    queue.add(tx, [entry(20)])
    assert [one.id for one in retention.final(tx, OWNER, 0, 40, 10)] == [10, 30]
    assert [one.id for one in retention.final(tx, OWNER, 10, 50, 1)] == [30]
    assert retention.final(tx, AccountId(4), 0, 50, 10) == []


def test_a_client_id_that_is_used_anew_is_left_alone(tx: Tx) -> None:
    """Two processes may let the same message leave, and a client may be quicker than the second."""
    old, new = message(10, key="k"), message(20, key="k")
    messages.add(tx, [old])
    assert retention.there(tx, [10, 20]) == {10}
    retention.forget(tx, [old])
    messages.add(tx, [new])
    retention.forget(tx, [old])
    assert messages.by_client_key(tx, OWNER, "prontosms", ["k"]) == {"k": 20}


def test_what_is_still_to_be_told_is_kept(tx: Tx) -> None:
    messages.add(tx, [message(number) for number in (10, 20)])
    callbacks.add(tx, [Callback(OWNER, number, Status.DELIVERED, 1, 1) for number in (10, 20, 20)])
    assert retention.final(tx, OWNER, 0, 40, 10) == []
    callbacks.settle(tx, [callbacks.of_message(tx, 10)[0]._replace(state=callbacks.FAILED)])
    callbacks.settle(tx, [callbacks.of_message(tx, 20)[0]._replace(state=callbacks.ACKNOWLEDGED)])
    assert [one.id for one in retention.final(tx, OWNER, 0, 40, 10)] == [10]


def test_strays_and_empty_campaigns(tx: Tx) -> None:
    parts.keep_orphans(tx, [Orphan("link", f"o{at}", Status.DELIVERED, at, at) for at in (1, 2, 30)])
    assert [retention.forget_strays(tx, 10, 1) for _ in range(3)] == [1, 1, 0]
    for number in (5, 6, 7):
        campaigns.add(tx, Campaign(CampaignId(number), OWNER, "prontosms", f"k{number}", "Tolmach", "a text", number))
    messages.add(tx, [message(10, campaign=CampaignId(6))])
    assert [retention.forget_campaigns(tx, OWNER, 7, 5) for _ in range(2)] == [1, 0]
    assert [bool(campaigns.by_id(tx, OWNER, "prontosms", CampaignId(number))) for number in (5, 6, 7)] == [
        False,
        True,
        True,
    ]


def test_old_letters_go_oldest_first(tx: Tx) -> None:
    inbox.add(tx, [Letter(None, at, "79161234567", "1234", "", "carrier", "hi") for at in (1, 2, 30)])
    assert [retention.forget_letters(tx, 10, 1) for _ in range(3)] == [1, 1, 0]
    assert [one.received_at for one in inbox.newest(tx, None, 10, everybody=True)] == [30]


def test_periods_of_accounts(tx: Tx) -> None:
    owner = accounts.add(tx, account_row())
    retention.put(tx, owner, 30)
    retention.put(tx, owner, 40)
    assert retention.periods(tx) == {owner: 40}
    retention.put(tx, owner, None)
    assert retention.periods(tx) == {}
    assert retention.oldest(tx, owner) is None
    messages.add(tx, [message(10, account=owner)])
    assert retention.oldest(tx, owner) == 1_001
