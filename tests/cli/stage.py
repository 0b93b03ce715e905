"""A stage for commands: an installation in a directory of its own, and a way to run commands on it."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from tolmach.cli.program import app
from tolmach.services import demo
from tolmach.store import partitions
from tolmach.store.database import Database, Tx
from tolmach.store.place import Place
from tolmach.store.schema import metadata

NOON = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)  # noon in Moscow
HASH = "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$Xm0"  # nobody logs in with it
CLEAN = dict.fromkeys(("TOLMACH_CONFIG", "TOLMACH_DATA", "TOLMACH_HOST", "TOLMACH_PORT", "TOLMACH_SANDBOX__ENABLED"))
CLEAN |= dict.fromkeys(("TOLMACH_SANDBOX_SMPP_PORT", "TOLMACH_SANDBOX__SMPP_PORT"))


@dataclass(frozen=True)
class Ran:
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What it printed, read as JSON."""
        return json.loads(self.out)


def run(*words: str, stdin: str | bytes | None = None, env: Mapping[str, str | None] | None = None) -> Ran:
    """Run a command line; a traceback fails the test."""
    result = CliRunner().invoke(app, list(words), input=stdin, env=CLEAN | dict(env or {}), prog_name="tolmach")
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Ran(result.exit_code, result.stdout, result.stderr)


Tolmach = Callable[..., Ran]


def complaint(ran: Ran, code: int) -> str:
    """Return the one line on standard error with which a command ended."""
    assert (ran.code, ran.out) == (code, ""), ran
    lines = ran.err.splitlines()
    assert len(lines) == 1, lines
    assert lines[0].startswith("tolmach: ")
    return lines[0].removeprefix("tolmach: ")


@contextmanager
def opened(place: Place | Path) -> Iterator[Database]:
    """Open a database, with tables when it has none."""
    database = Database(place)
    try:
        metadata.create_all(database.writer)
        database.write_now(partitions.make_ahead)
        yield database
    finally:
        database.close()


def seed(tx: Tx) -> bool:
    """Give a database the demonstration's account."""
    return demo.seed(tx, HASH, NOON)
