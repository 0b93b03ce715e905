from tolmach.core.ids import AccountId
from tolmach.core.money import Money
from tolmach.core.status import Status
from tolmach.store import hours
from tolmach.store.dashboards import Totals
from tolmach.store.database import Tx
from tolmach.store.hours import LASTS, Hour, Sum

MINE, THEIRS = AccountId(3), AccountId(4)
FIRST, SECOND = Hour(LASTS, 1, 50), Hour(2 * LASTS, 50, 50)
SENT = Totals({Status.SENT: 1, Status.DELIVERED: 2}, Money(30))
ARRIVED = Totals({Status.DELIVERED: 3}, Money(30))


def test_sums_are_kept_by_account_and_hour(tx: Tx) -> None:
    assert (hours.last(tx), hours.live(tx)) == (None, {})
    hours.put(tx, FIRST, [Sum(MINE, 1, SENT), Sum(THEIRS, 0, ARRIVED)])
    hours.put(tx, SECOND, [])
    assert hours.last(tx) == SECOND
    assert hours.between(tx, 0, 9 * LASTS) == [FIRST, SECOND]
    assert hours.between(tx, 2 * LASTS, 3 * LASTS) == [SECOND]
    assert hours.of_account(tx, MINE, 0, 9 * LASTS) == {LASTS: SENT}
    assert hours.of_account(tx, MINE, 2 * LASTS, 9 * LASTS) == {}
    assert hours.live(tx) == {FIRST: {MINE: 1}}


def test_later_sums_take_the_place_of_earlier_ones(tx: Tx) -> None:
    hours.put(tx, FIRST, [Sum(MINE, 1, SENT)])
    hours.put(tx, FIRST._replace(end_id=99), [Sum(MINE, 0, ARRIVED)])
    assert hours.last(tx) == FIRST  # which messages belong to an hour is said once
    assert hours.of_account(tx, MINE, 0, 9 * LASTS) == {LASTS: ARRIVED}
    assert hours.live(tx) == {}
