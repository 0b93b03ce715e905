import asyncio
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.clock import FakeClock
from tests.e2e.documents import pronto_sms
from tests.gateway import assert_balanced, inside, rows, running
from tolmach.store import backups
from tolmach.store.backups import BackupError, look, restore_to, take
from tolmach.store.folder import Folder

pytestmark = pytest.mark.sqlite  # PostgreSQL has pg_dump

PHONE = "79161234500"


async def test_a_copy_of_a_gateway_at_work_is_restored_and_goes_on(installation: Path, tmp_path: Path) -> None:
    """What had an id before the copy began is in it; what was waiting in it is delivered once it is restored."""
    copy, new = tmp_path / "copies" / "monday", tmp_path / "new"
    async with running(installation) as live:
        await live.post("/xml/", pronto_sms(*[PHONE] * 20))

        async def send() -> None:
            for _ in range(10):
                await live.post("/xml/", pronto_sms(*[PHONE] * 5))

        sending = asyncio.create_task(send())
        found = await asyncio.to_thread(take, installation, copy)
        await sending
        assert 20 <= found.messages <= 70
        await live.settled()
    assert not (copy / "tolmach.sqlite-wal").exists()
    assert restore_to(copy, new, force=False) is None
    assert look(new) == found
    async with running(new) as live:
        await live.settled()
        assert (await live.read(rows))["messages"] == found.messages
        assert await live.post("/xml/", pronto_sms(PHONE))


async def test_files_are_copied_with_the_database_that_names_them(installation: Path, tmp_path: Path) -> None:
    async with inside(installation, clock=FakeClock()) as gateway:
        name = Folder(installation / "files").put(b"a letter")
        await gateway.write(
            lambda tx: tx.exec_driver_sql(
                "INSERT INTO files (account_id, stored, label, kind, size, digest, created_at)"
                f" VALUES (1, '{name}', 'letter', 'pdf', 8, 'x', 0)"
            )
        )
    copy = tmp_path / "copy"
    assert take(installation, copy).files == 1
    assert (copy / "files" / name).read_bytes() == b"a letter"
    (copy / "files" / name).unlink()
    with pytest.raises(BackupError, match="lacks 1 of the files"):
        look(copy)


def test_a_copy_that_is_there_is_not_touched(installation: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    copy.mkdir()
    with pytest.raises(BackupError, match="exists already"):
        take(installation, copy)
    with pytest.raises(BackupError, match=r"no tolmach\.sqlite"):
        restore_to(copy, tmp_path / "new", force=False)


def test_a_restored_installation_takes_the_place_of_another(installation: Path, tmp_path: Path) -> None:
    copy, data = tmp_path / "copy", tmp_path / "data"
    take(installation, copy)
    restore_to(copy, data, force=False)
    (data / "note").write_text("of before")
    with pytest.raises(BackupError, match="--force puts it aside"):
        restore_to(copy, data, force=False)
    aside = restore_to(copy, data, force=True)
    assert aside is not None
    assert (aside / "note").read_text() == "of before"
    assert not (data / "note").exists()
    assert look(data) == look(copy)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files to others")
def test_what_root_restores_belongs_to_who_had_it(installation: Path, tmp_path: Path) -> None:
    """The gateway runs as a user of its own, who could not open it else."""
    copy, data = tmp_path / "copy", tmp_path / "data"
    (installation / "files").mkdir(exist_ok=True)
    take(installation, copy)
    restore_to(copy, data, force=False)
    os.chown(data, 65_534, 65_533)
    restore_to(copy, data, force=True)
    found = {(one.stat().st_uid, one.stat().st_gid) for one in (data, data / backups.DATABASE, data / "files")}
    assert found == {(65_534, 65_533)}


async def test_a_gateway_that_runs_is_not_replaced(installation: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    take(installation, copy)
    async with running(installation) as live:
        with pytest.raises(BackupError, match="stop it first"):
            await asyncio.to_thread(restore_to, copy, installation, force=True)
        await live.read(assert_balanced)
    assert not installation.with_name(installation.name + ".part").exists()


@pytest.mark.parametrize("harm", ["bytes", "money"])
def test_a_copy_that_is_not_sound_is_not_restored(installation: Path, tmp_path: Path, harm: str) -> None:
    copy = tmp_path / "copy"
    take(installation, copy)
    path = copy / backups.DATABASE
    if harm == "bytes":
        content = bytearray(path.read_bytes())
        content[4096:20_000] = b"\xff" * (20_000 - 4096)
        path.write_bytes(content)
    else:
        with closing(sqlite3.connect(path)) as tables, tables:
            tables.execute("UPDATE balances SET available = available + 1")
    with pytest.raises(BackupError, match=r"damaged|is not their balance"):
        restore_to(copy, tmp_path / "new", force=False)
    assert not (tmp_path / "new").exists()
