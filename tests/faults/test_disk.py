"""A full disk: no id is returned that is not stored, the answer is a documented one, and nothing is lost or sent twice.

The disk is a real one of 48 MB where a file system may be mounted (root). Everywhere, a limit on the size of files
makes the kernel refuse what the database writes.
"""

import os
import re
import resource
import shutil
import signal
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import aiohttp
import pytest

from tests.databases import Databases
from tests.e2e.documents import pronto_sms
from tests.faults.processes import Process, afford, asked, end, line, smsc, spawn
from tests.faults.test_kill_smpp import links, none_left
from tests.gateway import assert_balanced, until
from tolmach.store.database import Database
from tolmach.store.place import Place

BUSY = "Сервис перегружен, повторите запрос позже"
BEFORE, AFTER = 80, 20
_ID = re.compile(r'id_sms="([0-9]+)"')


class Disk(Protocol):
    """A place for the database that can be filled."""

    data: Path

    def fill(self, gateway: Process) -> None:
        """Leave no room."""

    def empty(self, gateway: Process) -> None:
        """Leave as much room as before."""


class Mounted:
    """A small file system in memory, filled with ballast."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self._ballast = data / "ballast"

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


class Limited:
    """A directory in which the gateway's files may not grow any more."""

    def __init__(self, data: Path) -> None:
        self.data = data

    def fill(self, gateway: Process) -> None:
        wal = self.data / "tolmach.sqlite-wal"
        resource.prlimit(gateway.pid, resource.RLIMIT_FSIZE, (wal.stat().st_size + 4096, resource.RLIM_INFINITY))

    def empty(self, gateway: Process) -> None:
        if gateway.returncode is None:
            resource.prlimit(gateway.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


@pytest.fixture(params=["mounted", "limited"])
def disk(request: pytest.FixtureRequest, databases: Databases, demonstration: Place, tmp_path: Path) -> Iterator[Any]:
    """A place with the demonstration's account."""
    data = tmp_path / "data"
    data.mkdir()
    mounted = request.param == "mounted"
    if mounted and not _mount(data):
        pytest.skip("a file system can be mounted by root only")
    try:
        databases.copy(demonstration, data)
        afford(data)
        yield Mounted(data) if mounted else Limited(data)
    finally:
        if mounted:
            subprocess.run(["umount", data], check=True)


def _mount(data: Path) -> bool:
    if os.geteuid() or shutil.which("mount") is None:
        return False
    command = ["mount", "-t", "tmpfs", "-o", "size=48m", "tolmach-test", str(data)]
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


class Client:
    """Sends one message at a time and keeps the ids that it got."""

    def __init__(self, http: aiohttp.ClientSession) -> None:
        self._http = http
        self._number = 0
        self.ids: list[int] = []

    async def send(self) -> bool:
        """Tell whether a new message was accepted; else the answer is the documented error and has no id."""
        phone = f"79{self._number:07}00"
        body = pronto_sms(phone, text="Load " * 20, client_id_sms=f"k{self._number}")
        async with self._http.post("/xml/", data=body.encode()) as response:
            answer = await response.text()
            assert response.status == 200
        found = _ID.findall(answer)
        if not found:
            assert BUSY in answer
            return False
        self.ids += map(int, found)
        self._number += 1
        return True


@pytest.mark.parametrize("dies", [False, True], ids=["lives", "dies"])
async def test_a_disk_that_is_full_for_a_while(disk: Disk, dies: bool, tmp_path: Path) -> None:
    async with smsc(tmp_path / "far", delay=0.2) as (port, _):
        settings = links(port, 200.0)
        gateway = await spawn(disk.data, "serve", "--port", "0", **settings)
        try:
            url = (await line(gateway)).split()[-1]
            async with aiohttp.ClientSession(url) as http:
                client = Client(http)
                for _ in range(BEFORE):
                    assert await client.send()
                disk.fill(gateway)  # with messages and receipts on their way
                refused = 0
                while refused < 20:
                    refused += not await client.send()
                if dies:
                    gateway.send_signal(signal.SIGKILL)
                    await gateway.wait()
                disk.empty(gateway)
                if not dies:
                    await until(client.send)
                    for _ in range(AFTER):
                        assert await client.send()
                    await until(lambda: none_left(disk.data))
            if dies:
                await end(gateway)
                gateway = await spawn(disk.data, "serve", "--port", "0", **settings)
                await line(gateway)
                await until(lambda: none_left(disk.data))
        finally:
            await end(gateway)
    check(disk.data / "tolmach.sqlite", tmp_path / "far" / "sandbox.sqlite", client.ids, certain=not dies)


def check(path: Path, phones: Path, ids: list[int], *, certain: bool) -> None:
    """Every id is of a message that came to its phone, once, or is marked."""
    database = Database(path)
    database.read_now(assert_balanced)
    database.close()
    assert sorted(row[0] for row in asked(path, "SELECT id FROM messages")) == sorted(ids)
    assert asked(path, "SELECT DISTINCT status FROM legs") == [("delivered",)]
    arrived = Counter(row[0] for row in asked(phones, "SELECT phone FROM message"))
    uncertain = {row[0] for row in asked(path, "SELECT recipient FROM messages JOIN legs ON message_id = id "
                                               "WHERE uncertain")}  # fmt: skip
    assert len(arrived) == len(ids)
    assert {phone for phone, count in arrived.items() if count > 1} <= uncertain
    assert not (certain and uncertain)
    assert asked(path, "SELECT count(*) FROM ledger WHERE kind = 'capture'") == [(len(ids),)]


async def test_the_gateway_says_what_is_wrong(disk: Disk) -> None:
    """Its log has the reason, once per failed write and no text or number of a message."""
    gateway = await spawn(disk.data, "serve", "--port", "0")
    try:
        url = (await line(gateway)).split()[-1]
        async with aiohttp.ClientSession(url) as http:
            client = Client(http)
            assert await client.send()
            disk.fill(gateway)
            while await client.send():
                pass
            disk.empty(gateway)
    finally:
        complaints = await end(gateway)
    assert "database or disk is full" in complaints or "disk I/O error" in complaints
    assert "Traceback" not in complaints
    assert "Load" not in complaints
