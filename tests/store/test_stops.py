from tolmach.store import counters, stops
from tolmach.store.database import Tx
from tolmach.store.stops import EVERYBODY


def test_a_list_grows_by_what_is_new(tx: Tx) -> None:
    assert not stops.any_at_all(tx)
    assert stops.add(tx, 3, ["79030000002", "79030000001"], 1) == 2
    assert stops.add(tx, 3, ["79030000001", "79030000003"], 2) == 1
    assert stops.any_at_all(tx)
    assert stops.count(tx, 3) == 3
    assert stops.of_account(tx, 3) == ["79030000001", "79030000002", "79030000003"]


def test_and_shrinks_by_what_was_on_it(tx: Tx) -> None:
    stops.add(tx, 3, ["79030000001"], 1)
    stops.add(tx, 4, ["79030000001"], 1)
    assert stops.remove(tx, 3, ["79030000001", "79030000002"], 5) == 1
    assert (stops.of_account(tx, 3), stops.of_account(tx, 4)) == ([], ["79030000001"])


def test_a_number_is_looked_for_on_the_lists_of_its_accounts_and_of_everybody(tx: Tx) -> None:
    stops.add(tx, EVERYBODY, ["79030000001"], 1)
    stops.add(tx, 3, ["79030000002"], 1)
    stops.add(tx, 4, ["79030000003"], 1)
    asked = ["79030000001", "79030000002", "79030000003", "79030000004"]
    assert stops.among(tx, [3], asked) == {(EVERYBODY, "79030000001"), (3, "79030000002")}
    assert stops.among(tx, [3, 4], asked[2:]) == {(4, "79030000003")}
    assert stops.among(tx, [], asked) == {(EVERYBODY, "79030000001")}
    assert stops.among(tx, [3], []) == frozenset()


def test_every_change_moves_the_revision(tx: Tx) -> None:
    before = counters.value(tx, counters.REVISION)
    stops.add(tx, 3, ["79030000001"], 1)
    stops.remove(tx, 3, ["79030000001"], 5)
    assert counters.value(tx, counters.REVISION) == before + 2
    assert stops.add(tx, 3, [], 1) == 0


def test_pages(tx: Tx) -> None:
    stops.add(tx, stops.EVERYBODY, ["79031234567", "79161234567", "380441234567"], 5)
    stops.add(tx, 3, ["79000000000"], 5)
    assert stops.page(tx, stops.EVERYBODY, "", "", 2) == [("380441234567", 5), ("79031234567", 5)]
    assert stops.page(tx, stops.EVERYBODY, "", "79031234567", 2) == [("79161234567", 5)]
    assert stops.page(tx, stops.EVERYBODY, "79", "", 9) == [("79031234567", 5), ("79161234567", 5)]
    assert stops.page(tx, stops.EVERYBODY, "7903", "", 9) == [("79031234567", 5)]


def test_pages_of_what_begins_with_nines(tx: Tx) -> None:
    stops.add(tx, 3, ["79991234567", "9989999999", "99912345678"], 5)
    assert stops.page(tx, 3, "7999", "", 9) == [("79991234567", 5)]
    assert stops.page(tx, 3, "999", "", 9) == [("99912345678", 5)]
    assert stops.page(tx, 3, "9", "9989999999", 9) == [("99912345678", 5)]


def test_what_is_written_twice_is_one(tx: Tx) -> None:
    assert stops.add(tx, 3, ["79030000001", "79030000001"], 1) == 1
