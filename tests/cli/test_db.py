"""The command that takes an installation from its file to PostgreSQL."""

import fcntl
import json
from pathlib import Path

import pytest

from tests.cli.stage import complaint, run
from tests.databases import PostgresqlDatabases
from tolmach.store import accounts, dumps, leases, migrate, partitions
from tolmach.store.backups import BackupError
from tolmach.store.database import Database
from tolmach.store.postgresql import PostgresqlServer


@pytest.fixture
def server_url(server: PostgresqlDatabases, tmp_path: Path) -> str:
    folder = tmp_path / "server"
    folder.mkdir()
    place = server.new(folder)
    assert isinstance(place, PostgresqlServer)
    return place.url


def env(data: Path, url: str = "off") -> dict[str, str | None]:
    return {"TOLMACH_DATA": str(data), "TOLMACH_DATABASE_URL": url}


def test_an_installation_moves(data: Path, server_url: str) -> None:
    ran = run("db", "copy", env=env(data, server_url))
    assert ran.code == 0, ran
    assert "and nothing differs" in ran.out
    database = Database(PostgresqlServer(server_url))
    assert [one.login for one in database.read_now(accounts.everyone)] == ["demo"]
    database.close()
    assert run("account", "show", "demo", env=env(data, server_url)).code == 0
    doctor = run("doctor", env=env(data, server_url))
    assert "can be reached" in doctor.out
    assert "integrity" not in doctor.out


def test_partitions_are_listed_and_their_size_is_said(data: Path, server_url: str) -> None:
    assert run("db", "copy", env=env(data, server_url)).code == 0
    ran = run("db", "partitions", "--messages", "2000", env=env(data, server_url))
    assert (ran.out.count("messages"), ran.out.count("callbacks")) == (4, 3)
    assert "new partitions take 2000 messages" in ran.out
    assert "1000 messages or more" in complaint(
        run("db", "partitions", "--messages", "1", env=env(data, server_url)), 2
    )
    assert "has no partitions" in complaint(run("db", "partitions", env=env(data)), 1)


def test_a_copy_is_taken_and_restored(data: Path, server_url: str, tmp_path: Path) -> None:
    assert run("db", "copy", env=env(data, server_url)).code == 0
    (data / "files").mkdir(exist_ok=True)
    (data / "files" / "paper").write_text("a paper")
    copy = str(tmp_path / "copy")
    assert run("backup", copy, env=env(data, server_url)).out.startswith("copied: 0 messages, 1 accounts, 0 files, ")
    assert "exists already" in complaint(run("backup", copy, env=env(data, server_url)), 1)
    assert run("account", "add", "later", "--password", "Geheim12345", env=env(data, server_url)).code == 0
    assert "--force puts them aside" in complaint(run("restore", copy, env=env(data, server_url)), 1)
    database = Database(PostgresqlServer(server_url))
    ends = database.read_now(leases.clock) + 60_000
    database.write_now(lambda tx: leases.take(tx, [leases.Lease("process one", "one", ends)]))
    assert "a gateway works on" in complaint(run("restore", copy, "--force", env=env(data, server_url)), 1)
    database.write_now(lambda tx: leases.release(tx, "one"))
    database.close()
    restored = run("restore", copy, "--force", env=env(data, server_url))
    assert restored.out.startswith("restored: 0 messages, 1 accounts, 0 files, ")
    assert "the schema before_restore_1" in restored.err
    assert (data / "files" / "paper").read_text() == "a paper"
    assert run("restore", copy, "--force", env=env(data, server_url)).code == 0
    assert run("migrate", env=env(data, server_url)).out.count("up to date") == 1
    database = Database(PostgresqlServer(server_url))
    assert [one.login for one in database.read_now(accounts.everyone)] == ["demo"]
    assert database.read_now(partitions.enough)
    database.close()


@pytest.mark.parametrize("error", [BackupError("bad"), OSError("no room"), KeyboardInterrupt()])
def test_what_was_there_is_put_back_when_a_restore_fails(
    data: Path, server_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    assert run("db", "copy", env=env(data, server_url)).code == 0
    place, copy = PostgresqlServer(server_url), tmp_path / "media" / "copy"
    copy.parent.mkdir()
    dumps.take(place, data, copy)
    real = dumps._run

    def fail(at: PostgresqlServer | None, name: str, *words: str) -> str:
        assert list(copy.parent.iterdir()) == [copy]  # nothing is written beside it: it may be read only
        if "--single-transaction" in words:
            raise error
        return real(at, name, *words)

    monkeypatch.setattr(dumps, "_run", fail)
    with pytest.raises(KeyboardInterrupt if isinstance(error, KeyboardInterrupt) else BackupError):
        dumps.restore_to(copy, place, data, force=True)
    database = Database(place)
    assert [one.login for one in database.read_now(accounts.everyone)] == ["demo"]
    database.close()
    monkeypatch.setattr(dumps, "_run", real)
    assert dumps.restore_to(copy, place, data, force=True)[0] == "the schema before_restore_1"


def test_a_copy_that_is_none(data: Path, server_url: str, tmp_path: Path) -> None:
    assert "no copy of an installation" in complaint(run("restore", str(tmp_path), env=env(data, server_url)), 1)
    (tmp_path / "tolmach.dump").write_text("nonsense")
    assert "pg_restore: " in complaint(run("restore", str(tmp_path), env=env(data, server_url)), 1)


def test_it_is_done_once(data: Path, server_url: str) -> None:
    assert run("db", "copy", env=env(data, server_url)).code == 0
    assert "the new database is not empty" in complaint(run("db", "copy", env=env(data, server_url)), 1)


def test_there_must_be_two_databases(data: Path, tmp_path: Path, server_url: str) -> None:
    assert "set TOLMACH_DATABASE_URL" in complaint(run("db", "copy", env=env(data)), 1)
    assert "is not there" in complaint(run("db", "copy", env=env(tmp_path / "nothing", server_url)), 1)


def test_the_gateway_must_not_run(data: Path, server_url: str) -> None:
    with (data / "gateway.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert "a gateway runs on" in complaint(run("db", "copy", env=env(data, server_url)), 1)
    place = PostgresqlServer(server_url)
    migrate.upgrade(place)
    database = Database(place)
    ends = database.read_now(leases.clock) + 60_000
    database.write_now(lambda tx: leases.take(tx, [leases.Lease("process one", "one", ends)]))
    assert "a gateway works on" in complaint(run("db", "copy", env=env(data, server_url)), 1)
    database.write_now(lambda tx: leases.renew(tx, "one", ["process one"], ends - 120_000))
    database.close()
    assert run("db", "copy", env=env(data, server_url)).code == 0


def test_who_has_to_migrate_a_server_is_told_no_folder(data: Path, server_url: str) -> None:
    found = json.loads(run("doctor", "--json", env=env(data, server_url)).out)
    assert [one["advice"] for one in found if one["check"] == "migrations"] == ["run `tolmach migrate`"]
    told = complaint(run("account", "list", env=env(data, server_url)), 1)
    assert told.endswith(" lacks migrations: run `tolmach migrate`")


def test_a_server_that_cannot_be_reached(data: Path, tmp_path: Path) -> None:
    nowhere = f"postgresql://tolmach:Geheim@/tolmach?host={tmp_path}"
    told = complaint(run("db", "copy", env=env(data, nowhere)), 1)
    assert "the database cannot be used" in told
    assert "Geheim" not in told
    doctor = run("doctor", env=env(data, nowhere))
    assert doctor.code == 1
    assert "cannot be reached" in doctor.out
    assert "Geheim" not in doctor.out
