"""Raw ceilings of this machine: fsync, the rows of an accepted message inserted in batches by plain SQL or
by COPY."""

import os
import sqlite3
import tempfile
import time
from pathlib import Path

import psycopg

TABLES = """
create table messages (id integer primary key, account_id bigint, campaign_id bigint, dialect text, client_key text,
  recipient text, label text, plan text, charge_on text, accepted_at bigint, due_at bigint);
create index messages_account on messages (account_id, id);
create table queue (message_id integer primary key, kind int, due_at bigint, step int, expires_at bigint,
  attempts int, claimed_by text, uncertain boolean);
create index queue_due on queue (kind, due_at);
create table ledger (id integer primary key, account_id bigint, message_id bigint, step int, kind text,
  available bigint, held bigint, at bigint, note text, unique (message_id, step, kind));
create index ledger_account on ledger (account_id, id);
create table balances (account_id integer primary key, available bigint, held bigint);
insert into balances values (1, 0, 0);
"""
PLAN = (
    '[{"channel":"sms","sender":"Tolmach","text":"Order 1234567 is ready, come and get it",'
    '"parts":1,"price":10000,"lasts":172800000}]'
)


def fsyncs_per_second(seconds: float = 1.0) -> float:
    """Return how often 4 KiB can be made durable."""
    with tempfile.NamedTemporaryFile() as file:
        end, count = time.perf_counter() + seconds, 0
        while time.perf_counter() < end:
            os.pwrite(file.fileno(), b"x" * 4096, 0)
            os.fdatasync(file.fileno())
            count += 1
    return count / seconds


def inserts_per_second(batch: int, seconds: float = 3.0) -> float:
    """Return messages stored per second: three rows each, one commit per batch, WAL with synchronous=FULL."""
    with tempfile.TemporaryDirectory() as folder:
        connection = sqlite3.connect(Path(folder) / "raw.sqlite", isolation_level=None)
        connection.execute("pragma journal_mode=wal")
        connection.execute("pragma synchronous=full")
        connection.executescript(TABLES)
        end, count, start = time.perf_counter() + seconds, 0, time.perf_counter()
        while time.perf_counter() < end:
            _insert(connection, range(count, count + batch))
            count += batch
        took = time.perf_counter() - start
        connection.close()
    return count / took


def _insert(connection: sqlite3.Connection, ids: range) -> None:
    connection.execute("begin immediate")
    connection.executemany(
        "insert into messages values (?, 1, null, 'prontosms', '', ?, 'label', ?, 'sent', 1, 1)",
        [(id_ * 10, f"79{id_:09d}", PLAN) for id_ in ids],
    )
    connection.executemany("insert into queue values (?, 0, 1, 1, 1, 0, '', 0)", [(id_ * 10,) for id_ in ids])
    connection.executemany(
        "insert into ledger (account_id, message_id, step, kind, available, held, at, note)"
        " values (1, ?, 0, 'hold', -10000, 10000, 1, '')",
        [(id_ * 10,) for id_ in ids],
    )
    connection.execute("update balances set available = available - ?, held = held + ?", (len(ids), len(ids)))
    connection.execute("commit")


def copied_per_second(url: str, batch: int = 1_000, seconds: float = 3.0) -> float:
    """Return messages stored per second in PostgreSQL: three rows each by COPY, one commit per batch."""
    tables = TABLES.replace("ledger (id integer primary key", "ledger (id bigserial primary key")
    with psycopg.connect(url, autocommit=True) as connection, connection.cursor() as cursor:
        cursor.execute("create schema raw")
        cursor.execute("set search_path to raw")
        cursor.execute(tables)
        end, count, start = time.perf_counter() + seconds, 0, time.perf_counter()
        while time.perf_counter() < end:
            with connection.transaction():
                _copy(cursor, range(count, count + batch))
            count += batch
        took = time.perf_counter() - start
        cursor.execute("drop schema raw cascade")
    return count / took


def _copy(cursor: "psycopg.Cursor[tuple[object, ...]]", ids: range) -> None:
    with cursor.copy("copy messages from stdin") as rows:
        for id_ in ids:
            rows.write_row((id_ * 10, 1, None, "prontosms", "", f"79{id_:09d}", "label", PLAN, "sent", 1, 1))
    with cursor.copy("copy queue from stdin") as rows:
        for id_ in ids:
            rows.write_row((id_ * 10, 0, 1, 1, 1, 0, "", False))
    columns = "account_id, message_id, step, kind, available, held, at, note"
    with cursor.copy(f"copy ledger ({columns}) from stdin") as rows:
        for id_ in ids:
            rows.write_row((1, id_ * 10, 0, "hold", -10000, 10000, 1, ""))
    cursor.execute("update balances set available = available - %s, held = held + %s", (len(ids), len(ids)))
