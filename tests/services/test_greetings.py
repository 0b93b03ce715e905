"""Who is greeted, with what, and what becomes of those who cannot be."""

from array import array
from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from tests.services.world import SMS_PRICE, World
from tolmach.core.bases import Base, Greeting, Subscriber
from tolmach.core.ids import AccountId
from tolmach.core.numbering import Ranges
from tolmach.core.rejections import Rejection
from tolmach.core.timezones import to_wall
from tolmach.services import greetings, numbering
from tolmach.store import bases as stored_bases
from tolmach.store import greetings as stored
from tolmach.store import messages
from tolmach.store import subscribers as stored_subscribers
from tolmach.store.database import Tx
from tolmach.store.greetings import Greeted
from tolmach.store.subscribers import Edits

TEN = Greeting(on=True, at=time(10), text="Поздравляем, #name#!")
IVAN = Subscriber("79030000001", name="Иван", born="1984-08-21")
ANNA = Subscriber("79030000002", name="Анна", born="1990-08-21")
BIRTHDAY = datetime(2026, 8, 21, 7, 0, tzinfo=UTC)  # ten o'clock in Moscow


def found(world: World, greeting: Greeting, *people: Subscriber, account: AccountId | None = None) -> Base:
    """Make a base with these subscribers."""

    def run(tx: Tx) -> Base:
        base = stored_bases.add(tx, Base(0, account or world.demo, "Office", greeting))
        size = stored_subscribers.write(tx, base.id, 0, Edits(new=list(people)), base.account)
        resized = Base(base.id, base.account, base.name, greeting, size)
        stored_bases.resize(tx, resized)
        return resized

    return world.write(run)


def change(world: World, base: Base, **changes: Any) -> None:
    world.write(lambda tx: stored_bases.change(tx, base.changed(changes)))


def at(world: World, moment: datetime) -> None:
    world.clock.advance(moment - world.clock.now())


def greet(world: World) -> int:
    """Greet everybody who is due, as the worker does; return how many."""
    now = world.clock.now()
    due = world.read(lambda tx: greetings.waiting(tx, world.catalogue, now))
    return world.write(lambda tx: sum(greetings.greet(tx, world.catalogue, base, now) for base in due))


def notes(world: World, base: Base) -> Sequence[Greeted]:
    return world.read(lambda tx: stored.latest(tx, base.id, 1000))


def texts(world: World, base: Base) -> list[str]:
    ids = [note.message for note in notes(world, base) if note.message is not None]
    known = world.read(lambda tx: messages.by_ids(tx, ids))
    return [known[id_].plan[0].content.text for id_ in ids]


def test_who_has_a_birthday_is_greeted_once(world: World) -> None:
    base = found(world, TEN, IVAN, ANNA, Subscriber("79030000003", born="1984-08-22"), Subscriber("79030000004"))
    at(world, BIRTHDAY - timedelta(seconds=1))
    assert greet(world) == 0
    at(world, BIRTHDAY)
    assert greet(world) == 2
    assert greet(world) == 0
    assert texts(world, base) == ["Поздравляем, Иван!", "Поздравляем, Анна!"]
    assert world.count() == 2
    assert world.money()[1] == 2 * SMS_PRICE
    (first, second) = notes(world, base)
    assert (first.year, first.phone, first.reason) == (2026, IVAN.phone, "")
    message = world.read(lambda tx: messages.by_ids(tx, [second.message or 0]))[second.message or 0]
    assert (message.dialect, message.client_key, message.label) == ("greeting", "birthday-1-79030000002-2026", "Office")
    assert message.plan[0].sender == "Tolmach"


def test_next_year_again(world: World) -> None:
    base = found(world, TEN, IVAN)
    for year in (2026, 2027, 2028):
        at(world, BIRTHDAY.replace(year=year))
        assert greet(world) == 1
    assert [note.year for note in notes(world, base)] == [2028, 2027, 2026]


def test_late_on_the_same_day_and_not_the_day_after(world: World) -> None:
    found(world, TEN, IVAN)
    other = found(world, TEN, ANNA)
    at(world, BIRTHDAY + timedelta(hours=13, minutes=59))
    change(world, other, on=False)
    assert greet(world) == 1
    change(world, other, on=True)
    at(world, BIRTHDAY + timedelta(hours=14))
    assert greet(world) == 0


def test_everybody_at_his_own_minute(world: World) -> None:
    one_each = array("I", [0, 1])
    regions = ("Камчатский край", "Калининградская обл.")
    spans = array("I", [0, 0])
    plan = Ranges(array("q", [79030000001, 79030000002]), spans, spans, one_each, ("Билайн",), regions)
    world.write(lambda tx: numbering.replace_ranges(tx, plan, ["plan.csv"], world.clock.now()))
    people = [
        *(Subscriber(f"7903000000{number}", born="1984-08-21") for number in range(1, 4)),
        Subscriber("79030000004", region="Новосибирск", born="1984-08-21"),
        Subscriber("79030000005", region="Атлантида", born="1984-08-21"),
    ]
    base = found(world, Greeting(on=True, at=time(10), local_time=True, text="Hi"), *people)
    start = datetime(2026, 8, 20, 0, 0, tzinfo=UTC)
    greeted: dict[str, datetime] = {}
    for minutes in range(0, 3 * 24 * 60, 30):
        at(world, start + timedelta(minutes=minutes))
        if greet(world):
            greeted |= {
                note.phone[-1]: world.clock.now() for note in notes(world, base) if note.phone[-1] not in greeted
            }
    zones = {"1": "Asia/Kamchatka", "2": "Europe/Kaliningrad", "3": "Europe/Moscow", "4": "Asia/Novosibirsk"}
    assert {key: to_wall(greeted[key], zone).strftime("%d %H:%M") for key, zone in zones.items()} == dict.fromkeys(
        zones, "21 10:00"
    )
    assert greeted["5"] == greeted["3"]


def test_days_before_over_the_end_of_the_year_and_leap_days(world: World) -> None:
    new_year = found(
        world, Greeting(on=True, at=time(10), days_before=3, text="Hi"), Subscriber("79030000001", born="1984-01-01")
    )
    leap = found(world, Greeting(on=True, at=time(10), text="Hi"), Subscriber("79030000002", born="2000-02-29"))
    days: dict[int, list[str]] = {new_year.id: [], leap.id: []}
    at(world, datetime(2026, 12, 1, 8, 0, tzinfo=UTC))
    for _ in range(500):
        if greet(world):
            for base in (new_year, leap):
                if notes(world, base) and len(notes(world, base)) > len(days[base.id]):
                    days[base.id].append(f"{world.clock.now():%Y-%m-%d} for {notes(world, base)[0].year}")
        world.wait(days=1)
    assert days == {
        new_year.id: ["2026-12-29 for 2027", "2027-12-29 for 2028"],
        leap.id: ["2027-02-28 for 2027", "2028-02-29 for 2028"],
    }


def test_each_base_greets_by_itself(world: World) -> None:
    bases = [found(world, TEN, IVAN), found(world, TEN, IVAN), found(world, TEN, IVAN, account=world.other)]
    at(world, BIRTHDAY)
    assert greet(world) == 3
    assert [len(notes(world, base)) for base in bases] == [1, 1, 1]
    assert [note.account for base in bases for note in notes(world, base)] == [world.demo, world.demo, world.other]


@pytest.mark.parametrize("what", ["stop list", "no money", "blocked", "sender", "direction", "no text"])
def test_refusals_are_noted_and_not_tried_again_by_themselves(world: World, what: str) -> None:
    greeting, person, reason = TEN, IVAN, Rejection.STOPPED
    if what == "stop list":
        world.stop(IVAN.phone)
    elif what == "no money":
        world.top_up(-world.money()[0])
        reason = Rejection.NO_MONEY
    elif what == "blocked":
        world.change(blocked=True)
        reason = Rejection.ACCOUNT_BLOCKED
    elif what == "sender":
        greeting, reason = Greeting(on=True, sender="Waits", text="Hi"), Rejection.SENDER_NOT_APPROVED
    elif what == "direction":
        person, reason = IVAN._replace(phone="12125550123"), Rejection.DIRECTION_CLOSED_FOR_ACCOUNT
    else:
        greeting, reason = Greeting(on=True, text=" "), Rejection.NO_TEXT
    base = found(world, greeting, person)
    at(world, BIRTHDAY)
    assert greet(world) == 1
    assert [(note.message, note.reason) for note in notes(world, base)] == [(None, reason.value)]
    assert world.count() == 0
    assert greet(world) == 0


def test_a_refusal_can_be_tried_again_on_the_same_day(world: World) -> None:
    world.change(blocked=True)
    base = found(world, TEN, IVAN)
    at(world, BIRTHDAY)
    greet(world)
    world.change(blocked=False)
    assert world.write(lambda tx: greetings.retry(tx, base, world.clock.now())) == 1
    assert greet(world) == 1
    assert world.write(lambda tx: greetings.retry(tx, base, world.clock.now())) == 0  # what was sent stays sent
    assert greet(world) == 0
    assert world.count() == 1


def test_an_account_without_client_keys_is_not_greeted_twice_either(world: World) -> None:
    world.change(deduplicates=False)
    found(world, TEN, IVAN)
    at(world, BIRTHDAY)
    assert [greet(world), greet(world)] == [1, 0]


def test_who_was_deleted_and_came_back_is_not_greeted_again(world: World) -> None:
    base = found(world, TEN, IVAN)
    at(world, BIRTHDAY)
    assert greet(world) == 1
    world.write(lambda tx: stored_subscribers.write(tx, base.id, 1, Edits(gone=[0]), base.account))
    world.write(lambda tx: stored_subscribers.write(tx, base.id, 0, Edits(new=[IVAN]), base.account))
    assert greet(world) == 0


def test_many_are_greeted_in_batches(world: World) -> None:
    world.top_up(10_000 * SMS_PRICE)
    people = [Subscriber(str(79_030_000_000 + number), born="1984-08-21") for number in range(5)]
    base = found(world, TEN, *people)
    at(world, BIRTHDAY)
    now = world.clock.now()
    assert [world.write(lambda tx: greetings.greet(tx, world.catalogue, base, now, 2)) for _ in range(4)] == [
        2,
        2,
        1,
        0,
    ]
    assert world.count() == 5


def test_a_base_that_was_switched_off_or_deleted_meanwhile_is_silent(world: World) -> None:
    base = found(world, TEN, IVAN)
    at(world, BIRTHDAY)
    change(world, base, on=False)
    assert world.write(lambda tx: greetings.greet(tx, world.catalogue, base, world.clock.now())) == 0
    world.write(lambda tx: stored_bases.remove(tx, world.demo, base.id, 0))
    assert world.write(lambda tx: greetings.greet(tx, world.catalogue, base, world.clock.now())) == 0
    assert greet(world) == 0


def test_what_a_deleted_base_left_is_cleared_away(world: World) -> None:
    base = found(world, TEN, IVAN, ANNA)
    kept = found(world, TEN, IVAN)
    at(world, BIRTHDAY)
    greet(world)
    world.write(lambda tx: stored_bases.remove(tx, world.demo, base.id, 0))
    assert [world.write(lambda tx: greetings.clear(tx, 1)) for _ in range(5)] == [1, 1, 1, 1, 0]
    assert world.read(stored_bases.deleted) == []
    assert (len(notes(world, base)), len(notes(world, kept))) == (0, 1)
