from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import PostgresqlDatabases
from tests.store.rows import entry, leg, message, part
from tolmach.core.ids import AccountId
from tolmach.core.money import Money
from tolmach.core.status import Status
from tolmach.store import (
    callbacks,
    costs,
    dumps,
    leaving,
    legs,
    messages,
    migrate,
    moderations,
    partitions,
    parts,
    queue,
)
from tolmach.store.callbacks import Callback
from tolmach.store.database import Database, Tx
from tolmach.store.leaving import Owner
from tolmach.store.partitions import Span
from tolmach.store.postgresql import PostgresqlServer
from tolmach.store.schema import PARTITIONED

END = partitions.SIZE * 10
FIRST, SECOND = Span(0, END), Span(END, 2 * END)


@pytest.fixture
def cut(server: PostgresqlDatabases, tmp_path: Path) -> Iterator[Database]:
    """A database of a server, with messages in two partitions."""
    place = server.new(tmp_path)
    migrate.upgrade(place)
    opened = Database(place)
    opened.write_now(seed)
    yield opened
    opened.close()


def seed(tx: Tx) -> None:
    found = [message(10, 3, "a"), message(20, 3), message(30, 4, accepted_at=2_000), message(END + 10, 3, "b")]
    messages.add(tx, found)
    for number in (10, 20, 30, END + 10):
        legs.add(tx, [leg(number)])
        parts.add(tx, [part(f"p{number}", number)])
    costs.put(tx, "a link", {"p10": Money(1), f"p{END + 10}": Money(2)})
    moderations.wait(tx, [(20, 1, AccountId(3)), (END + 10, 1, AccountId(3))])
    queue.add(tx, [entry(END + 10)])


def place_of(database: Database) -> PostgresqlServer:
    assert isinstance(database.place, PostgresqlServer)
    return database.place


def test_whose_a_range_is_and_whether_it_lives(cut: Database) -> None:
    assert cut.read_now(lambda tx: leaving.owners(tx, FIRST)) == [
        Owner(AccountId(3), 1_001),
        Owner(AccountId(4), 2_000),
    ]
    assert cut.read_now(lambda tx: leaving.owners(tx, Span(2 * END, 3 * END))) == []
    assert [cut.read_now(lambda tx, s=span: leaving.lives(tx, s)) for span in (FIRST, SECOND)] == [False, True]  # type: ignore[misc]
    assert cut.read_now(lambda tx: leaving.count(tx, FIRST)) == 3


def test_whether_somebody_has_still_to_be_told(cut: Database) -> None:
    told = [Callback(AccountId(3), number, Status.DELIVERED, 1, 1) for number in (20, END + 10)]
    cut.write_now(lambda tx: callbacks.add(tx, told))
    (first,) = cut.read_now(lambda tx: callbacks.of_message(tx, 20))
    assert [cut.read_now(lambda tx, s=span: leaving.untold(tx, s)) for span in (FIRST, SECOND)] == [True, True]  # type: ignore[misc]
    cut.write_now(lambda tx: callbacks.settle(tx, [first._replace(state=callbacks.ACKNOWLEDGED)]))
    assert [cut.read_now(lambda tx, s=span: leaving.untold(tx, s)) for span in (FIRST, SECOND)] == [False, True]  # type: ignore[misc]


def test_what_is_kept_elsewhere_goes_with_it(cut: Database) -> None:
    (piece,) = cut.read_now(lambda tx: leaving.pieces(tx, FIRST))
    assert piece == Span(10, 31)
    assert cut.write_now(lambda tx: leaving.forget_around(tx, piece)) == 3
    assert cut.read_now(lambda tx: messages.by_client_key(tx, AccountId(3), "prontosms", ["a", "b"])) == {"b": END + 10}
    assert list(cut.read_now(lambda tx: costs.of_parts(tx, "a link", ["p10", f"p{END + 10}"]))) == [f"p{END + 10}"]
    assert cut.read_now(lambda tx: moderations.waiting(tx, 1, 9)) == [END + 10]


def test_a_marked_partition_goes_messages_first(cut: Database) -> None:
    assert leaving.go(place_of(cut)) == []
    cut.write_now(lambda tx: leaving.mark(tx, FIRST))
    assert cut.read_now(leaving.marked)
    assert [cut.read_now(lambda tx, s=span: leaving.leaves(tx, s)) for span in (FIRST, SECOND)] == [True, False]  # type: ignore[misc]
    assert leaving.go(place_of(cut)) == [f"{table}_p0" for table in PARTITIONED]
    assert not cut.read_now(leaving.marked)
    assert list(cut.read_now(lambda tx: messages.by_ids(tx, [10, END + 10]))) == [END + 10]
    assert cut.read_now(partitions.spans)[0] == SECOND


def test_who_reads_is_waited_for_in_rounds(cut: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leaving, "PATIENCE_SECONDS", 0.1)
    cut.write_now(lambda tx: leaving.mark(tx, FIRST))
    with place_of(cut).connect() as reader, reader.transaction():
        reader.execute("SELECT FROM messages")
        assert leaving.go(place_of(cut)) == []
        assert cut.write_now(lambda tx: messages.add(tx, [message(END + 20)])) is None  # nobody waits for it
    assert cut.read_now(leaving.marked)
    assert leaving.go(place_of(cut)) == [f"{table}_p0" for table in PARTITIONED]


def test_what_was_begun_is_ended_before_another_begins(cut: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leaving, "PATIENCE_SECONDS", 0.1)
    cut.write_now(lambda tx: leaving.mark(tx, SECOND))
    with place_of(cut).connect() as reader, reader.transaction():
        reader.execute("SELECT FROM messages")
        assert leaving.go(place_of(cut)) == []
    monkeypatch.setattr(leaving, "PATIENCE_SECONDS", 20.0)
    cut.write_now(lambda tx: leaving.mark(tx, FIRST))
    gone = leaving.go(place_of(cut))
    assert gone[:2] == [f"messages_p{END}", "messages_p0"]
    assert len(gone) == 2 * len(PARTITIONED)


def test_they_stay_while_a_backup_counts_and_dumps(cut: Database, tmp_path: Path) -> None:
    """A dump names all tables that were there at its moment, which is that of the counts before it."""
    cut.write_now(lambda tx: leaving.mark(tx, FIRST))
    with dumps._moment(place_of(cut)):
        assert leaving.go(place_of(cut)) == []
    assert dumps.take(place_of(cut), tmp_path, tmp_path / "copy").messages == 4
    assert leaving.go(place_of(cut)) == [f"{table}_p0" for table in PARTITIONED]


def test_tables_that_somebody_else_detached_are_his(cut: Database) -> None:
    with place_of(cut).connect() as administrator:
        administrator.execute("ALTER TABLE messages DETACH PARTITION messages_p0")
        assert leaving.go(place_of(cut)) == []
        assert administrator.execute("SELECT count(*) FROM messages_p0").fetchone() == (3,)
