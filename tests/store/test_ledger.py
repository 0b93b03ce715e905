import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.databases import BROKEN
from tests.store.rows import account
from tolmach.core.ids import AccountId
from tolmach.core.money import Money
from tolmach.store import accounts, ledger
from tolmach.store.database import Database, Tx
from tolmach.store.ledger import Balance, Entry, Movement, Wanted, capture, hold, release


@pytest.fixture
def one(tx: Tx) -> AccountId:
    return accounts.add(tx, account("one", 1))


@pytest.fixture
def two(tx: Tx, one: AccountId) -> AccountId:
    assert one
    return accounts.add(tx, account("two", 2))


def top_up(owner: AccountId, amount: int) -> Entry:
    return Entry(owner, Movement.TOP_UP, amount, 0, 1, note="cash")


def balance(available: int, held: int) -> Balance:
    return Balance(Money(available), Money(held))


def test_the_life_of_a_hold(tx: Tx, one: AccountId) -> None:
    ledger.append(tx, [top_up(one, 100), hold(one, 10, Money(30), 2)])
    assert ledger.balances_of(tx, [one]) == {one: balance(70, 30)}
    ledger.append(tx, [capture(one, 10, 1, Money(20), 3), release(one, 10, Money(10), 4)])
    assert ledger.balances_of(tx, [one]) == {one: balance(80, 0)}
    assert ledger.sums(tx) == ledger.balances_of(tx, [one])


def test_entries_are_read_back_whole_and_in_order(tx: Tx, one: AccountId) -> None:
    entries = [
        hold(one, 10, Money(30), 2),
        capture(one, 10, 1, Money(20), 3),
        Entry(one, Movement.RELEASE, 10, -10, 4, 10, 2, "a note"),
    ]
    ledger.append(tx, [top_up(one, 100), *entries, hold(one, 20, Money(5), 5)])
    assert ledger.of_message(tx, 10) == entries
    assert ledger.of_message(tx, 30) == []


@pytest.mark.parametrize("kind", ["hold", "capture", "release"])
def test_nothing_happens_to_a_message_twice(tx: Tx, one: AccountId, kind: str) -> None:
    once = {
        "hold": hold(one, 10, Money(1), 2),
        "capture": capture(one, 10, 1, Money(1), 2),
        "release": release(one, 10, Money(1), 2),
    }[kind]
    ledger.append(tx, [top_up(one, 100), hold(one, 20, Money(50), 2), once])
    with pytest.raises(BROKEN, match=r"(?i)unique"):
        ledger.append(tx, [once])


def test_steps_are_captured_each(tx: Tx, one: AccountId) -> None:
    entries = [capture(one, 10, step, Money(5), 3) for step in (1, 2)]
    ledger.append(tx, [top_up(one, 100), hold(one, 10, Money(30), 2), *entries])
    assert ledger.balances_of(tx, [one]) == {one: balance(70, 20)}


def test_no_more_is_taken_than_was_held(tx: Tx, one: AccountId) -> None:
    ledger.append(tx, [top_up(one, 100), hold(one, 10, Money(30), 2)])
    with pytest.raises(BROKEN, match="held_not_negative"):
        ledger.append(tx, [capture(one, 10, 1, Money(31), 3)])


def test_top_ups_have_no_message_and_may_repeat(tx: Tx, one: AccountId) -> None:
    ledger.append(tx, [top_up(one, 100), top_up(one, 100)])
    ledger.append(tx, [top_up(one, -50)])
    assert ledger.balances_of(tx, [one]) == {one: balance(150, 0)}


def test_accounts_do_not_share_money(tx: Tx, one: AccountId, two: AccountId) -> None:
    ledger.append(tx, [top_up(two, 7), top_up(one, 100), hold(two, 20, Money(7), 2), hold(one, 10, Money(1), 2)])
    assert ledger.balances_of(tx, [one, two]) == {one: balance(99, 1), two: balance(0, 7)}
    assert ledger.balances_of(tx, [two, AccountId(99)]) == {two: balance(0, 7)}


def test_nothing_changes_nothing(tx: Tx, one: AccountId) -> None:
    ledger.append(tx, [])
    assert ledger.balances_of(tx, []) == {}
    assert ledger.sums(tx) == {}
    assert ledger.balances_of(tx, [one]) == {one: balance(0, 0)}


MOVES = st.lists(st.tuples(st.integers(0, 1), st.integers(-1_000, 1_000), st.integers(0, 1_000)), max_size=12)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=st.lists(MOVES, max_size=4))
def test_a_balance_is_the_sum_of_its_entries(database: Database, batches: list[list[tuple[int, int, int]]]) -> None:
    class UndoneError(Exception):
        pass

    def run(tx: Tx) -> None:
        owners = [accounts.add(tx, account(login, number)) for number, login in enumerate(("one", "two"), 1)]
        for batch in batches:
            ledger.append(tx, [Entry(owners[who], Movement.TOP_UP, spent, held, 1) for who, spent, held in batch])
            sums = ledger.sums(tx)
            assert ledger.balances_of(tx, list(sums)) == sums
        raise UndoneError

    with pytest.raises(UndoneError):
        database.write_now(run)


def test_pages_of_the_ledger(tx: Tx) -> None:
    ledger.append(tx, [Entry(AccountId(one), Movement.TOP_UP, 1, 0, 100 * one) for one in (1, 2, 1)])
    ledger.append(tx, [Entry(AccountId(1), Movement.HOLD, -1, 1, 400, 10)])
    everything = Wanted(None, None, 0, 9)
    assert [number for number, _ in ledger.page(tx, everything, 3)] == [4, 3, 2]
    assert [number for number, _ in ledger.page(tx, everything._replace(account=AccountId(1), end_id=4), 9)] == [3, 1]
    assert [number for number, _ in ledger.page(tx, everything._replace(kind=Movement.HOLD), 9)] == [4]
    assert [number for number, _ in ledger.page(tx, everything._replace(kind=Movement.TOP_UP, first_id=2), 9)] == [3, 2]


def test_entries_are_found_by_their_moment(tx: Tx) -> None:
    assert (ledger.first_id(tx, 5), ledger.oldest(tx)) == (1, None)
    ledger.append(tx, [Entry(AccountId(1), Movement.TOP_UP, 1, 0, at) for at in (10, 20, 20, 30)])
    assert [ledger.first_id(tx, moment) for moment in (0, 10, 11, 20, 30, 31)] == [1, 1, 2, 2, 4, 5]
    assert ledger.oldest(tx) == 10
