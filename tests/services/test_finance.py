"""The ledger as the staff reads it, payments, and days that are closed."""

from datetime import date, timedelta
from functools import partial

import pytest

from tests.clock import NOON
from tests.services.world import BALANCE, SMS_PRICE, World
from tolmach.core.commands.finance import GetDay, ListDays, ListLedger, TopUp
from tolmach.core.money import Money
from tolmach.core.results.finance import ClosedDay, DaysResult, LedgerPage
from tolmach.core.status import Status
from tolmach.services import finance
from tolmach.services.administration import BadValueError, NotFoundError
from tolmach.store import days as store
from tolmach.store import ledger
from tolmach.store.database import Tx
from tolmach.store.days import Closed
from tolmach.store.ledger import Entry, Movement
from tolmach.store.schema import ledger as table

MONDAY = NOON.date()
DAY = timedelta(days=1)


@pytest.fixture
def today(world: World) -> World:
    """A world whose ledger begins today."""
    world.write(lambda tx: tx.execute(table.update().values(at=int(NOON.timestamp() * 1000))))
    return world


def movements(world: World, **asked: object) -> LedgerPage:
    return world.read(lambda tx: finance.movements(tx, ListLedger(**asked), world.clock.now()))  # type: ignore[arg-type]


def close(world: World, most: int = finance.MOST_DAYS) -> int:
    return world.write(lambda tx: finance.close(tx, world.clock.now(), "cashier", most))


def days(world: World, before: date | None = None) -> DaysResult:
    return world.read(lambda tx: finance.listing(tx, ListDays(before), world.clock.now()))


def day(world: World, asked: date) -> ClosedDay:
    return world.read(lambda tx: finance.show(tx, GetDay(asked), world.clock.now()))


def test_the_ledger_is_read_page_by_page(world: World) -> None:
    message = world.send()
    world.submit()
    kinds = [(row.login, row.kind, row.available, row.held, row.message) for row in movements(world).rows]
    assert kinds == [
        ("demo", "capture", 0, -SMS_PRICE, message),
        ("demo", "hold", -SMS_PRICE, SMS_PRICE, message),
        ("other", "top-up", BALANCE, 0, None),
        ("demo", "top-up", BALANCE, 0, None),
    ]
    page = movements(world, limit=3)
    assert len(page.rows) == 3
    assert [row.login for row in movements(world, before=page.before).rows] == ["demo"]


def test_the_ledger_is_filtered(today: World) -> None:
    today.wait(days=1)
    today.send()
    assert [row.kind for row in movements(today, login="other").rows] == ["top-up"]
    assert [row.kind for row in movements(today, kind="hold").rows] == ["hold"]
    assert [row.login for row in movements(today, kind="top-up", last_day=MONDAY).rows] == ["other", "demo"]
    assert [row.kind for row in movements(today, first_day=MONDAY + DAY).rows] == ["hold"]
    assert movements(today, first_day=MONDAY + 2 * DAY).rows == []


@pytest.mark.parametrize("asked", [{"kind": "theft"}, {"limit": 0}, {"limit": 5001}])
def test_questions_that_make_no_sense(world: World, asked: dict[str, object]) -> None:
    with pytest.raises(BadValueError):
        movements(world, **asked)
    with pytest.raises(NotFoundError):
        movements(world, login="nobody")


def test_payments(world: World) -> None:
    top_up = partial(finance.top_up, now=world.clock.now())
    balance = world.write(lambda tx: top_up(tx, TopUp("demo", Money(500), "invoice 17")))
    assert (balance.available, balance.held, balance.currency) == (BALANCE + 500, 0, "RUB")
    assert movements(world).rows[0].note == "invoice 17"
    with pytest.raises(BadValueError):
        world.write(lambda tx: top_up(tx, TopUp("demo", Money(-1))))
    balance = world.write(lambda tx: top_up(tx, TopUp("demo", Money(-500), correction=True)))
    assert balance.available == BALANCE


def test_days_that_are_over_are_closed_once_and_their_sums_add_up_to_the_balances(today: World) -> None:
    today.send()
    assert (close(today), days(today).open_from) == (0, None)
    today.wait(hours=13)
    submission = today.submit()
    today.receive((str(submission.leg), Status.DELIVERED))
    today.wait(days=1)
    assert days(today).open_from == MONDAY
    assert close(today) == 2
    assert close(today) == 0
    newest, first = days(today).days
    assert (newest.day, first.day, newest.closed_by) == (MONDAY + DAY, MONDAY, "cashier")
    (sums,) = first.sums
    assert (sums.currency, sums.topped_up, sums.set_aside, sums.charged) == ("RUB", 2 * BALANCE, SMS_PRICE, 0)
    (later,) = day(today, newest.day).sums  # the other account had nothing that day
    assert (later.login, later.charged, later.available, later.held) == ("demo", SMS_PRICE, *today.money())
    assert [one.login for one in day(today, MONDAY).sums] == ["demo", "other"]


def test_sums_of_a_closed_day_stay_as_they_are(today: World) -> None:
    today.wait(days=1)
    close(today)
    before = day(today, MONDAY)
    late = Entry(today.demo, Movement.TOP_UP, 7, 0, int(NOON.timestamp() * 1000))  # written too late, for yesterday
    today.write(lambda tx: ledger.append(tx, [late]))
    today.wait(days=1)
    close(today)
    assert day(today, MONDAY) == before
    (sums,) = day(today, MONDAY + DAY).sums
    assert (sums.topped_up, sums.available) == (7, BALANCE + 7)


def test_money_moves_on_while_a_day_is_added_up(today: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Adding up some million entries takes seconds, in which no message could be accepted."""
    if not today.database.place.shared:
        pytest.skip("a file has one writer")
    today.wait(days=1)
    real, later = store.close, Entry(today.demo, Movement.TOP_UP, 7, 0, int(NOON.timestamp() * 1000))

    def add_up(tx: Tx, closed: Closed, after: int) -> None:
        today.write(lambda other: ledger.append(other, [later]))
        real(tx, closed, after)

    monkeypatch.setattr(store, "close", add_up)
    assert close(today) == 1
    assert [(one.login, one.topped_up) for one in day(today, MONDAY).sums] == [("demo", BALANCE), ("other", BALANCE)]
    monkeypatch.undo()
    today.wait(days=1)
    close(today)
    assert [one.topped_up for one in day(today, MONDAY + DAY).sums] == [7]


def test_what_comes_back_and_what_moves_between_accounts_has_its_column(today: World) -> None:
    message = today.send()
    today.cancel(message)
    at = int(NOON.timestamp() * 1000)
    moved = [Entry(today.demo, Movement.TRANSFER, -3, 0, at), Entry(today.other, Movement.TRANSFER, 3, 0, at)]
    today.write(lambda tx: ledger.append(tx, moved))
    today.wait(days=1)
    close(today)
    demo, other = day(today, MONDAY).sums
    assert (demo.given_back, demo.transferred, other.transferred, other.available) == (SMS_PRICE, -3, 3, BALANCE + 3)


def test_pages_of_days_and_a_day_that_is_not_closed(today: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finance, "DAYS", 1)
    today.wait(days=2)
    close(today)
    assert [one.day for one in days(today).days] == [MONDAY + DAY]
    assert [one.day for one in days(today, MONDAY + DAY).days] == [MONDAY]
    with pytest.raises(NotFoundError):
        day(today, MONDAY + 2 * DAY)


def test_very_many_days_are_closed_in_several_goes(world: World) -> None:
    world.write(lambda tx: tx.execute(table.update().values(at=int((NOON - 5 * DAY).timestamp() * 1000))))
    assert (close(world, 3), close(world, 3), close(world, 3)) == (3, 2, 0)
