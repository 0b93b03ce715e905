from tolmach.core.money import Money
from tolmach.store import costs
from tolmach.store.database import Tx


def test_prices_belong_to_a_link(tx: Tx) -> None:
    costs.put(tx, "one", {"a": Money(5)})
    costs.put(tx, "two", {"a": Money(6)})
    assert costs.of_parts(tx, "one", ["a", "b"]) == {"a": 5}
    assert costs.of_parts(tx, "two", ["a"]) == {"a": 6}
    assert costs.of_parts(tx, "two", []) == {}


def test_a_later_price_replaces_an_earlier_one(tx: Tx) -> None:
    costs.put(tx, "one", {"a": Money(5)})
    costs.put(tx, "one", {"a": Money(7)})
    costs.put(tx, "one", {})
    assert costs.of_parts(tx, "one", ["a"]) == {"a": 7}
