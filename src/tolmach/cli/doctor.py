"""``tolmach doctor``: is this installation well, and what to do when it is not."""

import http.client
import json
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import typer
from sqlalchemy.exc import DBAPIError

from tolmach.cli import console
from tolmach.cli.errors import FAILED
from tolmach.cli.opening import AsJson, Data, load_settings, now
from tolmach.services import checkups
from tolmach.services.checkups import Finding, Level
from tolmach.settings import Settings
from tolmach.store import migrate
from tolmach.store.database import Database

READY_PATH = "/health/ready"
PATIENCE = 3.0
ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - what is listened on, and where that is reached


def examine(as_json: AsJson = False, data: Data = None) -> None:
    """Check file, schema, ledger, queue, callbacks, accounts, clock and port; ends with 1 when something fails."""
    settings = load_settings(data=data)
    findings = [*_stored(settings), reachable(settings.host, settings.port)]
    if as_json:
        console.data([{"check": f.check, "level": f.level.value, "text": f.text, "advice": f.advice} for f in findings])
    else:
        console.table(
            ("", "check", "finding", "what to do"), [[f.level.value, f.check, f.text, f.advice] for f in findings]
        )
    if any(finding.level is Level.FAIL for finding in findings):
        raise typer.Exit(FAILED)


def _stored(settings: Settings) -> Iterator[Finding]:
    """Check the file from the outside, then what stands in it."""
    written = writable(settings.database)
    yield written
    if written.level is Level.FAIL:
        return
    try:
        if not migrate.is_current(settings.database):
            advice = f"run `tolmach migrate --data {settings.data}`"
            yield Finding("migrations", Level.FAIL, "the schema is not the one of this version", advice)
            return
        yield Finding("migrations", Level.OK, "the schema is the one of this version")
        yield from _inside(settings.database)
    except (DBAPIError, sqlite3.Error) as error:
        advice = "stop the gateway, copy the file, and restore a backup or use sqlite3's .recover"
        yield Finding("database", Level.FAIL, f"cannot be used: {getattr(error, 'orig', error)}", advice)


def _inside(path: Path) -> Iterator[Finding]:
    database = Database(path)
    try:
        database.write_now(lambda _tx: None)  # the lock of a writer, and nothing written
        yield from database.read_now(lambda tx: checkups.examine(tx, now()))
    finally:
        database.close()


def writable(path: Path) -> Finding:
    """Tell whether the database exists and may be written, with its directory (SQLite keeps its log beside it)."""
    if not path.exists():
        advice = f"run `tolmach migrate --data {path.parent}`, or name the right directory with --data"
        return Finding("file", Level.FAIL, f"there is no {path}", advice)
    if os.access(path, os.R_OK | os.W_OK) and os.access(path.parent, os.W_OK | os.X_OK):
        return Finding("file", Level.OK, f"{path} is writable")
    advice = "give the user who runs the gateway the right to write there"
    return Finding("file", Level.FAIL, f"{path} or its directory is not writable", advice)


def reachable(host: str, port: int) -> Finding:
    """Tell who listens on the port: nobody, a gateway that is ready, one that is not, or a stranger."""
    where = f"{host}:{port}"
    if port == 0:
        return Finding("port", Level.OK, "any free port is taken")
    connection = http.client.HTTPConnection(ANYWHERE.get(host, host), port, timeout=PATIENCE)
    try:
        connection.request("GET", READY_PATH)
        response = connection.getresponse()
        return _judge(where, response.status, response.read(65_536))
    except ConnectionRefusedError:
        return Finding("port", Level.OK, f"{where} is free: no gateway runs there")
    except (OSError, http.client.HTTPException) as error:
        advice = "choose another port, or look at what listens there"
        return Finding("port", Level.FAIL, f"{where} does not answer as a gateway ({type(error).__name__})", advice)
    finally:
        connection.close()


def _judge(where: str, status: int, body: bytes) -> Finding:
    try:
        checks = json.loads(body)["checks"]
        problems = [f"{name}: {word}" for name, word in checks.items() if word != "ok"]
    except (ValueError, LookupError, TypeError, AttributeError):
        advice = "choose another port, or stop what listens there"
        return Finding("port", Level.FAIL, f"another program listens on {where}", advice)
    if status == 200:
        return Finding("port", Level.OK, f"the gateway on {where} is ready")
    return Finding(
        "port", Level.FAIL, f"the gateway on {where} is not ready: {'; '.join(problems)}", "look into its log"
    )
