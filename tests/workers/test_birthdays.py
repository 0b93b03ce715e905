"""Exactly one greeting a year, whatever the clock does, however many processes there are."""

import asyncio
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from tests.clock import FakeClock
from tests.databases import Databases, place_of
from tests.gateway import assert_balanced, rows
from tests.workers.stage import Stage, working
from tolmach.core.bases import Base, Greeting, Subscriber
from tolmach.core.content import Channel
from tolmach.core.ids import AccountId
from tolmach.core.moments import from_ms
from tolmach.core.timezones import to_wall
from tolmach.services import accounts
from tolmach.services.catalogue import Catalogue
from tolmach.store import bases, greetings, ledger, subscribers
from tolmach.store.database import Database
from tolmach.store.greetings import Greeted
from tolmach.store.ledger import Entry, Movement
from tolmach.store.place import Place, Tx
from tolmach.store.subscribers import Edits
from tolmach.workers.bell import Bells
from tolmach.workers.birthdays import BirthdaysWorker

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
REGIONS = {"Калининград": "Europe/Kaliningrad", "Москва": "Europe/Moscow", "Камчатка": "Asia/Kamchatka"}
EVERY_DAY = [date(2000, 1, 1) + number * DAY for number in range(366)]


def worker(database: Database, clock: FakeClock, accepted: Bells | None = None) -> BirthdaysWorker:
    return BirthdaysWorker(database, Catalogue(), clock, accepted or Bells())


def found(database: Database, greeting: Greeting, people: Sequence[Subscriber]) -> int:
    """Make a base with these subscribers in the demonstration's account, and give it money enough."""

    def run(tx: Tx) -> int:
        owner = AccountId(accounts.find(tx, "demo").id)
        ledger.append(tx, [Entry(owner, Movement.TOP_UP, 10**9, 0, 0)])
        base = bases.add(tx, Base(0, owner, "Office", greeting))
        bases.resize(
            tx, Base(base.id, owner, "", size=subscribers.write(tx, base.id, 0, Edits(new=list(people)), owner))
        )
        return base.id

    return database.write_now(run)


def notes(database: Database, base: int) -> Sequence[Greeted]:
    return database.read_now(lambda tx: greetings.latest(tx, base, 100_000))


def born(days: Sequence[date]) -> list[Subscriber]:
    """Someone in every region for every birthday."""
    regions = list(REGIONS)
    return [
        Subscriber(f"79{place}{number:08d}", region=region, born=day.isoformat())
        for place, region in enumerate(regions)
        for number, day in enumerate(days)
    ]


@contextmanager
def opened(databases: Databases, original: Place, now: datetime) -> Iterator[tuple[Place, FakeClock]]:
    with TemporaryDirectory() as folder:
        yield databases.copy(original, Path(folder)), FakeClock(now)
        databases.sweep()


async def test_a_whole_year_hour_by_hour(stage: Stage) -> None:
    """Everybody is greeted once, at ten o'clock of his own, a day before the birthday; the books balance."""
    greeting = Greeting(on=True, at=time(10), local_time=True, days_before=1, text="Hi")
    people = born(EVERY_DAY)
    base = found(stage.database, greeting, people)
    stage.clock.advance(datetime(2026, 12, 30, tzinfo=UTC) - stage.clock.now())
    greeter = worker(stage.database, stage.clock)
    for _ in range(24 * 368):
        await greeter.turn()
        stage.clock.advance(HOUR)
    greeted = [note for note in notes(stage.database, base) if note.year == 2027]
    assert Counter(note.phone for note in greeted) == {one.phone: 1 for one in people}
    zones = {one.phone: REGIONS[one.region] for one in people}
    birthdays = {one.phone: date.fromisoformat(one.born) for one in people}
    for note in greeted:
        local = to_wall(from_ms(note.at), zones[note.phone])
        birthday = birthdays[note.phone]
        celebrated = date(2027, 2, 28) if (birthday.month, birthday.day) == (2, 29) else birthday.replace(year=2027)
        assert (local.date(), local.hour, local.minute) == (celebrated - DAY, 10, 0)
        assert note.message is not None
    stage.database.read_now(assert_balanced)


STEPS = st.lists(
    st.sampled_from(["minute", "quarter", "hour", "jump", "jump back", "restart", "two at once"]),
    min_size=5,
    max_size=60,
)


@settings(max_examples=50)
@given(steps=STEPS, hour=st.integers(0, 23), before=st.integers(0, 3), local=st.booleans())
def test_a_clock_that_jumps_and_restarts(
    databases: Databases, demonstration: Place, steps: list[str], hour: int, before: int, local: bool
) -> None:
    """Nobody twice; and nobody left out whose minute came while the gateway ran, even if the clock jumped over it."""
    asyncio.run(_jumps(databases, demonstration, steps, Greeting(True, time(hour, 30), local, before, text="Hi")))


async def _jumps(databases: Databases, original: Place, steps: list[str], greeting: Greeting) -> None:
    start = datetime(2026, 12, 31, 12, 0, tzinfo=UTC)
    with opened(databases, original, start) as (place, clock):
        database = Database(place)
        days = [date(2000, 1, 1) + number * DAY for number in range(-3, 8)]
        people = born(days)
        base = found(database, greeting, people)
        greeter = worker(database, clock)
        other = Database(place)
        jumps = {"minute": HOUR / 60, "quarter": HOUR / 4, "hour": HOUR, "jump": HOUR, "jump back": -HOUR}
        try:
            for step in [*steps, *["hour"] * 30]:  # ... and then more than a day in peace
                clock.advance(jumps.get(step, timedelta(0)))
                if step == "restart":
                    database.close()
                    database = Database(place)
                    greeter = worker(database, clock)
                if step == "two at once":
                    await asyncio.gather(greeter.turn(), worker(other, clock).turn())
                else:
                    await greeter.turn()
            greeted = notes(database, base)
            assert max(Counter((note.phone, note.year) for note in greeted).values()) == 1
            assert {note.phone for note in greeted} >= _certain(people, greeting, start, clock.now())
            database.read_now(assert_balanced)
            assert database.read_now(rows)["messages"] == len(greeted)
        finally:
            other.close()
            database.close()


def _certain(people: Sequence[Subscriber], greeting: Greeting, start: datetime, end: datetime) -> set[str]:
    """Return whose minute lay between the first and the last look."""
    certain = set()
    for one in people:
        zone = REGIONS[one.region] if greeting.local_time else "Europe/Moscow"
        birthday = date.fromisoformat(one.born)
        for year in (2026, 2027):
            day = birthday.replace(year=year) - greeting.days_before * DAY
            moment = datetime.combine(day, greeting.at, to_wall(start, zone).tzinfo)
            if start <= moment <= end:
                certain.add(one.phone)
    return certain


async def test_two_processes_at_once_greet_everybody_once(stage: Stage, installation: Path) -> None:
    people = [Subscriber(f"7900{number:07d}", born="1984-08-21") for number in range(1_200)]
    base = found(stage.database, Greeting(True, time(10), text="Hi #name#"), people)
    stage.clock.advance(datetime(2026, 8, 21, 7, 0, tzinfo=UTC) - stage.clock.now())
    other = Database(place_of(installation))
    try:
        counts = await asyncio.gather(worker(stage.database, stage.clock).turn(), worker(other, stage.clock).turn())
    finally:
        other.close()
    assert sum(counts) == len(people)
    assert len(notes(stage.database, base)) == stage.database.read_now(rows)["messages"] == len(people)


async def test_it_works_by_itself_and_rings(stage: Stage) -> None:
    base = found(stage.database, Greeting(True, time(10), text="Hi"), [Subscriber("79000000001", born="1984-08-21")])
    gone = found(stage.database, Greeting(), [Subscriber("79000000001")])
    stage.database.write_now(lambda tx: bases.remove(tx, AccountId(accounts.find(tx, "demo").id), gone, 0))
    stage.clock.advance(datetime(2026, 8, 21, 7, 0, tzinfo=UTC) - stage.clock.now())
    accepted = Bells()
    async with working(worker(stage.database, stage.clock, accepted).run()), asyncio.timeout(10):
        await accepted.of(Channel.SMS).wait(60)
        await stage.until(lambda tx: not bases.deleted(tx))
    assert len(notes(stage.database, base)) == 1


@pytest.mark.sqlite
async def test_one_base_that_fails_does_not_silence_the_others(stage: Stage) -> None:
    people = [Subscriber("79000000001", name="x", born="1984-08-21")]
    broken = found(stage.database, Greeting(True, time(10), text="Hi"), people)
    sound = found(stage.database, Greeting(True, time(10), text="Hi"), people)

    def spoil(tx: Tx) -> None:
        """Note a greeting at the very end of the transaction that greets, as another process would."""
        tx.exec_driver_sql(
            f"CREATE TRIGGER spoil BEFORE INSERT ON greetings WHEN NEW.base_id = {broken}"
            " BEGIN SELECT RAISE(ABORT, 'UNIQUE'); END"
        )

    stage.database.write_now(spoil)
    stage.clock.advance(datetime(2026, 8, 21, 7, 0, tzinfo=UTC) - stage.clock.now())
    with capture_logs() as logs:
        assert await worker(stage.database, stage.clock).turn() == 1
    assert [(log["event"], log["base"]) for log in logs] == [("a base cannot greet", broken)]
    assert (len(notes(stage.database, broken)), len(notes(stage.database, sound))) == (0, 1)
    assert stage.database.read_now(rows)["messages"] == 1  # what came with the failed note is undone
