from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.clock import NOON
from tests.databases import PostgresqlDatabases
from tests.store.rows import leg, message, part
from tolmach.core.ids import LARGEST, AccountId, MessageId
from tolmach.core.status import Status
from tolmach.services.checkups import Level, examine
from tolmach.store import callbacks, counters, legs, messages, migrate, partitions, parts
from tolmach.store.callbacks import Callback
from tolmach.store.database import Database, Tx
from tolmach.store.partitions import Span
from tolmach.store.schema import PARTITIONED

FIRST_END = partitions.SIZE * 10


@pytest.fixture
def cut(server: PostgresqlDatabases, tmp_path: Path) -> Iterator[Database]:
    """A database of a server, whatever the other tests run on."""
    place = server.new(tmp_path)
    migrate.upgrade(place)
    opened = Database(place)
    yield opened
    opened.close()


def ranges(tx: Tx) -> dict[str, list[Span]]:
    return {name: [Span(p.first, p.end) for p in partitions.found(tx) if p.table == name] for name in PARTITIONED}


def test_a_whole_table_is_one_range(tx: Tx) -> None:
    if tx.dialect.name == "sqlite":
        assert partitions.spans(tx) == [Span(0, LARGEST)]
        assert partitions.make_ahead(tx) == 0
        assert list(partitions.found(tx)) == []


def test_partitions_stand_ahead_after_a_migration(cut: Database) -> None:
    made = [Span(number * FIRST_END, (number + 1) * FIRST_END) for number in range(partitions.AHEAD + 1)]
    assert cut.read_now(ranges) == dict.fromkeys(PARTITIONED, made)
    assert cut.write_now(partitions.make_ahead) == 0
    assert cut.read_now(partitions.ahead) == 3 * partitions.SIZE


def test_new_partitions_are_as_large_as_was_said(cut: Database) -> None:
    cut.write_now(lambda tx: partitions.set_size(tx, 1_000))
    last = 3 * FIRST_END + 10_000
    assert cut.write_now(lambda tx: partitions.make_until(tx, last)) == 2
    assert cut.read_now(partitions.spans)[3:] == [Span(3 * FIRST_END, last), Span(last, last + 10_000)]
    with pytest.raises(ValueError, match="1000 messages or more"):
        cut.write_now(lambda tx: partitions.set_size(tx, 999))


def test_numbers_behind_the_last_partition_get_one(cut: Database) -> None:
    """Nobody was there to make it ahead."""
    cut.write_now(lambda tx: counters.put(tx, counters.MESSAGES, 3 * partitions.SIZE - 2))
    first = cut.write_now(lambda tx: partitions.reserve(tx, 3))
    rows = [message(number * 10) for number in range(first, first + 3)]
    cut.write_now(lambda tx: messages.add(tx, rows))
    assert cut.read_now(lambda tx: set(messages.by_ids(tx, [row.id for row in rows]))) == {row.id for row in rows}
    assert cut.read_now(partitions.ahead) == partitions.SIZE - 1
    (few,) = [one for one in cut.read_now(lambda tx: examine(tx, NOON)) if one.check == "partitions"]
    assert (few.level, few.text.split()[0]) == (Level.WARN, str(partitions.SIZE - 1))


def test_what_belongs_to_a_message_lies_beside_it(cut: Database) -> None:
    far = FIRST_END + 10

    def write(tx: Tx) -> None:
        messages.add(tx, [message(10), message(far)])
        legs.add(tx, [leg(10), leg(far)])
        parts.add(tx, [part("a", 10), part("b", far)])
        callbacks.add(tx, [Callback(AccountId(3), MessageId(far), Status.DELIVERED, 1, 1)])

    cut.write_now(write)
    rows = {f"{name}_p{FIRST_END}" for name in PARTITIONED}
    count = "SELECT count(*) FROM {}"
    assert [cut.read_now(lambda tx, n=name: tx.exec_driver_sql(count.format(n)).scalar()) for name in rows] == [1] * 4  # type: ignore[misc]


def test_an_id_of_long_ago_is_found_and_a_newer_owner_goes_before(cut: Database) -> None:
    far = (parts.RECENT + 100) * 10

    def write(tx: Tx) -> None:
        counters.put(tx, counters.MESSAGES, parts.RECENT + 200)
        parts.add(tx, [part("old", 10), part("both", 10)])
        parts.add(tx, [part("both", far), part("new", far)])

    cut.write_now(write)
    found = cut.read_now(lambda tx: parts.by_provider_id(tx, "a link", ["old", "both", "new", "none"]))
    assert {name: one.message for name, one in found.items()} == {"old": 10, "both": far, "new": far}
