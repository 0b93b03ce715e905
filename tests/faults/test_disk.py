"""A full disk: no id is returned that is not stored, the answer is a documented one, and nothing is lost or sent twice.

The disk is a small one in memory where a file system may be mounted (root): with the file of SQLite, or with everything
that a PostgreSQL server has. Everywhere, a limit on the size of files makes the kernel refuse what SQLite writes. The
size is that of `TOLMACH_TORTURE`, with as many fillings as `TOLMACH_TORTURE_KILLS` says (`scripts/torture disk`), else
small.
"""

import asyncio
import os
import re
import resource
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Protocol

import aiohttp
import psycopg
import pytest

from tests.clock import NOON
from tests.databases import ADDRESS, Restarted, SqliteDatabases, place_of, programs, restarted
from tests.e2e.documents import pronto_sms
from tests.faults.books import Books
from tests.faults.processes import WATCHED, Process, afford, asked, end, line, smsc, spawn
from tests.faults.test_kill_smpp import links, none_left
from tests.gateway import DEADLINE, install, until

BUSY = "Сервис перегружен, повторите запрос позже"
TOTAL = int(os.environ.get("TOLMACH_TORTURE", "100"))
FILLINGS = int(os.environ.get("TOLMACH_TORTURE_KILLS", "2"))
REFUSALS = 20  # for each filling
RATE = 200.0
PATIENCE = DEADLINE + TOTAL / 20
SMALL = {"max_wal_size": "64MB", "min_wal_size": "32MB"}  # of a server on a small disk
_ID = re.compile(r'id_sms="([0-9]+)"')


class Disk(Protocol):
    """A place for the database that can be filled."""

    data: Path
    words: tuple[str, ...]
    """What the gateway may say of it."""

    def fill(self, gateway: Process) -> None:
        """Leave no room."""

    def empty(self, gateway: Process) -> None:
        """Leave as much room as before."""


class Mounted:
    """A small file system in memory, filled with ballast."""

    words: tuple[str, ...] = ("database or disk is full", "disk I/O error")

    def __init__(self, data: Path, disk: Path) -> None:
        self.data = data
        self._ballast = disk / "ballast"

    def fill(self, gateway: Process) -> None:
        with self._ballast.open("wb", buffering=0) as ballast:
            for piece in (1 << 20, 4096):
                try:
                    while ballast.write(b"\0" * piece) == piece:
                        pass
                except OSError:
                    continue

    def empty(self, gateway: Process) -> None:
        self._ballast.unlink()


class Served(Mounted):
    """A PostgreSQL server on such a file system, which has no room for rows, and every second time none for its log.

    Without room for its log a server may end; it is started again when there is some.
    """

    words: tuple[str, ...] = ("No space left on device",)

    def __init__(self, data: Path, disk: Path, server: Restarted) -> None:
        super().__init__(data, disk)
        self._server = server
        self._fillings = 0
        self.ended = 0

    def fill(self, gateway: Process) -> None:
        super().fill(gateway)
        self._fillings += 1
        if self._fillings % 2 == 0:
            with suppress(psycopg.OperationalError), psycopg.connect(self._server.url, autocommit=True) as connection:
                while True:
                    connection.execute("SELECT pg_logical_emit_message(false, 'much', repeat('x', 1000000))")

    def empty(self, gateway: Process) -> None:
        self.ended += not self._server.runs
        super().empty(gateway)
        self._server.start()


class Limited:
    """A directory in which the gateway's files may not grow any more."""

    words = Mounted.words

    def __init__(self, data: Path) -> None:
        self.data = data

    def fill(self, gateway: Process) -> None:
        wal = self.data / "tolmach.sqlite-wal"
        resource.prlimit(gateway.pid, resource.RLIMIT_FSIZE, (wal.stat().st_size + 4096, resource.RLIM_INFINITY))

    def empty(self, gateway: Process) -> None:
        if gateway.returncode is None:
            resource.prlimit(gateway.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


@pytest.fixture(params=["mounted", "limited", "postgresql"])
def disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Disk]:
    """A place with the demonstration's account."""
    data = tmp_path / "data"
    data.mkdir()
    with ExitStack() as stack:
        made: Disk
        if request.param == "limited":
            made = Limited(data)
        elif request.param == "mounted":
            stack.enter_context(mounted(data, "48m"))
            made = Mounted(data, data)
        else:
            if programs() is None:
                pytest.skip("no PostgreSQL server is installed")
            room = Path(tempfile.mkdtemp(prefix="tolmach-disk-"))  # where its owner may go
            stack.callback(room.rmdir)
            stack.enter_context(mounted(room, "192m"))
            server = stack.enter_context(restarted(room, SMALL))
            (data / ADDRESS).write_text(server.url)
            made = Served(data, room, server)
        if request.param != "postgresql":
            SqliteDatabases().new(data)
        install(place_of(data), NOON)
        afford(data, str(100 * TOTAL))  # there may be room for many before the first is refused
        yield made


@contextmanager
def mounted(folder: Path, size: str) -> Iterator[None]:
    """A file system in memory at a folder."""
    if os.geteuid() or shutil.which("mount") is None:
        pytest.skip("a file system can be mounted by root only")
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tolmach-test", str(folder)]
    if subprocess.run(command, check=False, capture_output=True).returncode != 0:
        pytest.skip("no file system can be mounted here")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)  # a server's processes go a moment after it


class Client:
    """Sends one message at a time and keeps the ids that it got."""

    def __init__(self) -> None:
        self.number = 0
        self.ids: list[int] = []

    async def send(self, http: aiohttp.ClientSession) -> bool:
        """Tell whether a new message was accepted; else the answer is the documented error and has no id."""
        phone = f"79{self.number:07}00"
        body = pronto_sms(phone, text="Load " * 20, client_id_sms=f"k{self.number}")
        async with http.post("/xml/", data=body.encode()) as response:
            answer = await response.text()
            assert response.status == 200
        found = _ID.findall(answer)
        if not found:
            assert BUSY in answer
            return False
        self.ids += map(int, found)
        self.number += 1
        return True

    async def send_more(self, http: aiohttp.ClientSession) -> None:
        """Send another share of the load; the first may have to wait until there is room."""
        await until(lambda: self.send(http), PATIENCE)
        for _ in range(TOTAL // (FILLINGS + 1) - 1):
            assert await self.send(http)

    async def be_refused(self, http: aiohttp.ClientSession, times: int) -> None:
        """Send until so many have been refused."""
        while times:
            times -= not await self.send(http)


async def serve(disk: Disk, settings: dict[str, str]) -> tuple[Process, str]:
    gateway = await spawn(disk.data, "serve", "--port", "0", **settings)
    return gateway, (await line(gateway)).split()[-1]


@pytest.mark.timeout(120 + 3 * PATIENCE + 20 * FILLINGS)
@pytest.mark.parametrize("dies", [False, True], ids=["lives", "dies"])
async def test_a_disk_that_is_full_for_a_while(disk: Disk, dies: bool, tmp_path: Path) -> None:
    if dies and isinstance(disk, Served) and not WATCHED:
        pytest.skip("what a process of PostgreSQL's that died had claimed is waited for: scripts/torture disk")
    client = Client()
    async with smsc(tmp_path / "far", delay=0.2) as (port, _):
        settings = links(port, RATE)
        gateway, url = await serve(disk, settings)
        try:
            for _ in range(FILLINGS):
                async with aiohttp.ClientSession(url) as http:
                    await client.send_more(http)
                    await asyncio.to_thread(disk.fill, gateway)  # with messages and receipts on their way
                    await client.be_refused(http, REFUSALS)
                if dies:
                    gateway.send_signal(signal.SIGKILL)
                    await gateway.wait()
                await asyncio.to_thread(disk.empty, gateway)
                if dies:
                    await end(gateway)
                    gateway, url = await serve(disk, settings)
            async with aiohttp.ClientSession(url) as http:
                await client.send_more(http)
            await until(lambda: none_left(disk.data), PATIENCE)
        finally:
            await end(gateway)
    books = Books.closed(disk.data, len(client.ids))
    assert books.ends.keys() == set(client.ids)  # every id is of a message, and every message has told its id
    assert set(books.ends.values()) == {"delivered"}
    arrived = dict(asked(tmp_path / "far" / "sandbox.sqlite", "SELECT phone, count(*) FROM message GROUP BY phone"))
    ended = f", {disk.ended} of which ended the server" if isinstance(disk, Served) else ""
    books.compare(arrived, f"{type(disk).__name__}, {FILLINGS} fillings{ended}, gateway {'dies' if dies else 'lives'}")
    assert arrived.keys() == set(books.phones.values())
    assert dies or not books.uncertain


async def test_the_gateway_says_what_is_wrong(disk: Disk) -> None:
    """Its log has the reason, once per failed write and no text or number of a message."""
    gateway, url = await serve(disk, {})
    try:
        async with aiohttp.ClientSession(url) as http:
            client = Client()
            assert await client.send(http)
            await asyncio.to_thread(disk.fill, gateway)
            await client.be_refused(http, 1)
            await asyncio.to_thread(disk.empty, gateway)
    finally:
        complaints = await end(gateway)
    assert any(words in complaints for words in disk.words), complaints
    assert "Traceback" not in complaints
    assert "Load" not in complaints
