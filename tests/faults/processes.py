"""Gateways and SMSCs in processes of their own, to be killed."""

import asyncio
import os
import sqlite3
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import IO, Any

from sqlalchemy import text

from tests.clock import NOON
from tests.databases import ADDRESS, place_of
from tolmach.core.money import parse_money
from tolmach.services import ledger
from tolmach.store.database import Database

PHONES = {"TOLMACH_SANDBOX__ENABLED": "true", "TOLMACH_SANDBOX__DELAY": "0.01"}
WATCHED = "TOLMACH_TORTURE" in os.environ
WHOLE = [("sqlite", True), ("postgresql", WATCHED)]
"""Databases, and whether every case is tried on them: on PostgreSQL the first one is, unless it is the full size."""
START = 300.0  # seconds that a process may take to start: the machine may have much else to do
Process = asyncio.subprocess.Process


async def spawn(data: Path, *arguments: str, **settings: str) -> Process:
    """Start ``tolmach`` on a data directory; nothing is waited for."""
    return await spawn_complaining(asyncio.subprocess.PIPE, data, *arguments, **settings)


async def spawn_complaining(
    where: IO[str] | int, data: Path, *arguments: str, python: str = sys.executable, **settings: str
) -> Process:
    """Start ``tolmach``, which complains to a file: a pipe that nobody reads holds up who has much to say.

    ``python``: that of the installation, when it is not this one.
    """
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}  # as users start it
    environment = {**kept, "TOLMACH_DATA": str(data), "TOLMACH_LOG_LEVEL": "error", **setting(data), **settings}
    return await asyncio.create_subprocess_exec(
        python, "-c", "from tolmach.cli import main; main()", *arguments,
        env=environment, stdout=asyncio.subprocess.PIPE, stderr=where,
    )  # fmt: skip


async def line(process: Process) -> str:
    """Return the next line that a process says; "" when it has ended."""
    assert process.stdout is not None
    async with asyncio.timeout(START):
        return (await process.stdout.readline()).decode().strip()


async def end(process: Process) -> str:
    """Kill a process if it still runs; return what it complained about."""
    if process.returncode is None:
        process.kill()
    _, complaints = await process.communicate()
    return (complaints or b"").decode()


@asynccontextmanager
async def gateway(data: Path, settings: Mapping[str, str] = PHONES) -> AsyncIterator[tuple[Process, str]]:
    """A gateway and its address; it is killed at the end, and must not have complained."""
    process = await spawn(data, "serve", "--port", "0", **settings)
    complaints = ""
    try:
        greeting = await line(process)
        if greeting.startswith("Tolmach listens on "):
            yield process, greeting.split()[-1]
    finally:
        complaints = await end(process)
    assert complaints == ""


@asynccontextmanager
async def smsc(data: Path, delay: float = 0.01) -> AsyncIterator[tuple[int, str]]:
    """An SMSC with virtual phones: its SMPP port, and the address of its API."""
    settings = {"TOLMACH_SANDBOX__DELAY": str(delay)}
    process = await spawn(data, "sandbox", "--port", "0", "--smpp-port", "0", **settings)
    try:
        url = (await line(process)).split()[-1].removesuffix("/sandbox/")
        yield int((await line(process)).rpartition(":")[2]), url
    finally:
        complaints = await end(process)
    assert complaints == ""


def counted(path: Path, question: str) -> int:
    """Return the one number that a file answers."""
    with closing(sqlite3.connect(path)) as tables:
        number: int = tables.execute(question).fetchone()[0]
        return number


def asked(path: Path, question: str) -> list[Any]:
    """Return the rows that a file answers."""
    with closing(sqlite3.connect(path)) as tables:
        return tables.execute(question).fetchall()


def setting(data: Path) -> dict[str, str]:
    """Return the setting that says where the database of a data directory is."""
    address = data / ADDRESS
    return {"TOLMACH_DATABASE_URL": address.read_text()} if address.exists() else {}


def told(data: Path, question: str) -> list[Any]:
    """Return the rows that the database of a data directory answers."""
    database = Database(place_of(data))
    try:
        return database.read_now(lambda tx: [tuple(row) for row in tx.execute(text(question))])
    finally:
        database.close()


def afford(data: Path, amount: str = "9000") -> None:
    """Give the demonstration's account money."""
    database = Database(place_of(data))
    database.write_now(lambda tx: ledger.top_up(tx, "demo", parse_money(amount), "", NOON))
    database.close()


def report(words: str) -> None:
    """Say how far it is, where somebody looks on."""
    if WATCHED:
        print(words, flush=True)  # noqa: T201
