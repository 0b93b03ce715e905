"""Everything moves from a file to PostgreSQL, or nothing does."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Table, insert, select, text

from tests.clock import NOON
from tests.databases import PostgresqlDatabases
from tests.gateway import assert_balanced, install, rows
from tests.store.rows import account
from tests.workers.stage import sms
from tolmach.core.results import Accepted
from tolmach.services import demo, messages
from tolmach.store import accounts, counters, migrate, moving, stops
from tolmach.store.database import Database, Tx
from tolmach.store.moving import MoveError, Sums
from tolmach.store.schema import messages as message_rows
from tolmach.store.schema import metadata
from tolmach.store.schema import stops as stop_rows


@pytest.fixture
def source(tmp_path: Path) -> Iterator[Database]:
    path = tmp_path / "source" / "tolmach.sqlite"
    install(path, NOON)
    opened = Database(path)
    opened.write_now(
        lambda tx: messages.post(tx, demo.LOGIN, sms("79161234500", "79161234501", text='\t\\N "ё" 😀\n'), NOON)
    )
    opened.write_now(lambda tx: stops.add(tx, 0, [str(79_000_000_000 + number) for number in range(5_000)], 0))
    yield opened
    opened.close()


@pytest.fixture
def target(server: PostgresqlDatabases, tmp_path: Path) -> Iterator[Database]:
    place = server.new(tmp_path)
    migrate.upgrade(place)
    opened = Database(place)
    yield opened
    opened.close()
    server.sweep()


def move(source: Database, target: Database) -> dict[str, int]:
    steps: list[int] = []
    counts = target.write_now(lambda tx: source.read_now(lambda read: dict(moving.move(read, tx, steps.append))))
    assert sum(steps) == sum(counts.values())
    return counts


def test_every_row_arrives_as_it_left(source: Database, target: Database) -> None:
    counts = move(source, target)
    assert counts == source.read_now(moving.rows) == target.read_now(moving.rows)
    assert counts["stops"] == 5_000
    for table in metadata.sorted_tables:
        asked = select(table)
        ours, theirs = (one.read_now(lambda tx: tx.execute(asked).all()) for one in (source, target))  # noqa: B023
        assert sorted(map(repr, ours)) == sorted(map(repr, theirs)), table.name
    assert source.read_now(rows) == target.read_now(rows)
    target.read_now(assert_balanced)


def test_the_new_database_waits_while_the_file_is_read(
    source: Database, target: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Adding up a table of some ten million rows takes a file longer than an idle transaction may last."""
    real, patience = moving.sums, list[str]()

    def add_up(tx: Tx, table: Table) -> Sums:
        if tx.dialect.name == "postgresql":
            patience.append(tx.exec_driver_sql("SHOW idle_in_transaction_session_timeout").scalar_one())
        return real(tx, table)

    monkeypatch.setattr(moving, "sums", add_up)
    move(source, target)
    assert set(patience) == {"0"}
    assert target.write_now(lambda tx: tx.exec_driver_sql("SHOW idle_in_transaction_session_timeout").scalar()) == "30s"


def test_a_nul_arrives_as_another_character(source: Database, target: Database) -> None:
    """PostgreSQL has none; in files there may be some that came with old requests."""
    label = "a\x00\x00ж"
    source.write_now(lambda tx: messages.post(tx, demo.LOGIN, sms("79161234502", label=label), NOON))
    assert move(source, target)["messages"] == 3
    labels = target.read_now(lambda tx: tx.execute(select(message_rows.c.label)).scalars().all())
    assert sorted(labels) == ["", "", "a\ufffd\ufffdж"]


def test_work_goes_on_where_it_stood(source: Database, target: Database) -> None:
    move(source, target)
    _, result = target.write_now(lambda tx: messages.post(tx, demo.LOGIN, sms("79161234502"), NOON))
    assert [item.id for item in result.items if isinstance(item, Accepted)] == [30]
    last = max(one.id for one in target.read_now(accounts.everyone))
    assert target.write_now(lambda tx: accounts.add(tx, account("new", 99))) == last + 1
    assert target.read_now(lambda tx: counters.value(tx, counters.MESSAGES)) == 3


def test_what_is_not_empty_is_left_alone(source: Database, target: Database) -> None:
    target.write_now(lambda tx: accounts.add(tx, account()))
    with pytest.raises(MoveError, match="not empty: accounts, balances"):
        move(source, target)
    assert target.read_now(moving.rows)["stops"] == 0


def test_what_arrives_otherwise_than_it_left_undoes_everything(source: Database, target: Database) -> None:
    target.write_now(
        lambda tx: tx.execute(
            text(
                "CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS "
                "'BEGIN NEW.available := NEW.available + 1; RETURN NEW; END'"
            )
        ).close()
    )
    target.write_now(
        lambda tx: tx.execute(
            text("CREATE TRIGGER spoil BEFORE INSERT ON balances FOR EACH ROW EXECUTE FUNCTION spoil()")
        ).close()
    )
    with pytest.raises(MoveError, match="table balances did not arrive as it left: available"):
        move(source, target)
    assert target.read_now(moving.rows)["accounts"] == 0


def test_a_text_that_is_too_long_is_told(source: Database, target: Database) -> None:
    source.write_now(
        lambda tx: tx.execute(insert(stop_rows).values(account_id=5, phone="7" * 16, created_at=0)).close()
    )
    with pytest.raises(MoveError, match="table stops: value too long"):
        move(source, target)
    assert sum(target.read_now(moving.rows).values()) == target.read_now(moving.rows)["counters"]
