import pytest

from tests.databases import BROKEN
from tests.store.rows import PLAN, message
from tolmach.core.drafts import ChargeOn
from tolmach.core.ids import AccountId
from tolmach.store import messages
from tolmach.store.database import Tx

ONE = AccountId(3)


@pytest.mark.parametrize("campaign", [5, None])
@pytest.mark.parametrize("charge_on", ChargeOn)
def test_a_stored_message_is_read_back_whole(tx: Tx, campaign: int | None, charge_on: ChargeOn) -> None:
    stored = message(key="a key", campaign=campaign, charge_on=charge_on)
    messages.add(tx, [stored])
    assert messages.by_ids(tx, [10]) == {10: stored}
    assert messages.by_ids(tx, [10])[10].plan == PLAN


def test_unknown_ids_are_left_out(tx: Tx) -> None:
    messages.add(tx, [message(10), message(20)])
    assert set(messages.by_ids(tx, [20, 30])) == {20}
    assert messages.by_ids(tx, []) == {}


def test_a_client_key_finds_its_message_in_its_own_space(tx: Tx) -> None:
    messages.add(
        tx,
        [
            message(10, key="a"),
            message(20, key="b"),
            message(30, key="a", dialect="smspager"),
            message(40, account=4, key="a"),
            message(50),
        ],
    )
    assert messages.by_client_key(tx, ONE, "prontosms", ["a", "b", "c", ""]) == {"a": 10, "b": 20}
    assert messages.by_client_key(tx, ONE, "smspager", ["a", "b"]) == {"a": 30}
    assert messages.by_client_key(tx, AccountId(4), "prontosms", ["a"]) == {"a": 40}
    assert messages.by_client_key(tx, ONE, "prontosms", []) == {}


@pytest.mark.parametrize("key", ["'", '"', "a\\b", "ключ", "{}", "[1]", "null", "1", "a" * 64, "\u2028"])
def test_any_key_is_found_again(tx: Tx, key: str) -> None:
    messages.add(tx, [message(10, key=key)])
    assert messages.by_client_key(tx, ONE, "prontosms", [key]) == {key: 10}


def test_a_client_key_is_used_once(tx: Tx) -> None:
    messages.add(tx, [message(10, key="a")])
    with pytest.raises(BROKEN):
        messages.add(tx, [message(20, key="a")])


def test_the_latest_messages(tx: Tx) -> None:
    messages.add(tx, [message(10), message(20, account=4), message(30, recipient="79030000000"), message(40)])
    assert [found.id for found in messages.latest(tx, 10)] == [40, 30, 20, 10]
    assert [found.id for found in messages.latest(tx, 2)] == [40, 30]
    assert [found.id for found in messages.latest(tx, 10, account=ONE)] == [40, 30, 10]
    assert [found.id for found in messages.latest(tx, 10, ONE, "79031234567")] == [40, 10]
    messages.add(tx, [])
