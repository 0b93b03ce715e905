"""``tolmach doctor``: is this installation well, and what to do when it is not."""

import http.client
import json
import os
import platform
import sqlite3
import ssl
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import typer
from sqlalchemy.exc import DBAPIError

from tolmach.api.tls import BadCertificateError, Certificate
from tolmach.cli import console, interpreter, linkstates
from tolmach.cli.errors import FAILED
from tolmach.cli.opening import AsJson, Data, load_settings, migration, now
from tolmach.codecs.x509 import not_after
from tolmach.core.errors import StoreUnavailableError
from tolmach.services import checkups
from tolmach.services.checkups import RECOVER, Finding, Level
from tolmach.services.memberships import memberships
from tolmach.settings import Settings
from tolmach.store import migrate
from tolmach.store.database import Database
from tolmach.store.place import Place
from tolmach.store.sqlite import SqliteFile

READY_PATH = "/health/ready"
PATIENCE = 3.0
RENEWAL = timedelta(days=14)
ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - what is listened on, and where that is reached


def examine(as_json: AsJson = False, data: Data = None) -> None:
    """Check file, schema, ledger, queue, callbacks, accounts, clock, listeners and Python; ends with 1 when something
    fails.
    """
    settings = load_settings(data=data)
    findings = [*_stored(settings), *_listeners(settings), python(optimised=interpreter.here())]
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
    place = settings.database
    try:
        yield (reached := writable(place.path) if isinstance(place, SqliteFile) else let_in(place))
        if reached.level is Level.FAIL:
            return
        if not migrate.is_current(place):
            advice = f"run `{migration(settings)}`"
            yield Finding("migrations", Level.FAIL, "the schema is not the one of this version", advice)
            return
        yield Finding("migrations", Level.OK, "the schema is the one of this version")
        yield from _inside(settings)
    except (DBAPIError, sqlite3.Error, StoreUnavailableError) as error:
        advice = RECOVER if isinstance(place, SqliteFile) else "see the server's log"
        yield Finding("database", Level.FAIL, f"cannot be used: {getattr(error, 'orig', error)}", advice)


def _inside(settings: Settings) -> Iterator[Finding]:
    database = Database(settings.database)
    try:
        database.write_now(lambda _tx: None)  # the lock of a writer, and nothing written
        if isinstance(settings.database, SqliteFile):
            yield checkups.integrity(database.read_now(settings.database.check))
        yield from database.read_now(lambda tx: checkups.examine(tx, now()))
        known = {*linkstates.known(settings), linkstates.SANDBOX}  # a command may have switched the sandbox on
        yield database.read_now(lambda tx: checkups.examine_routes(tx, known))
        yield from checkups.examine_roles(database.read_now(memberships))
        yield from checkups.examine_links(linkstates.by_channel(settings))
    finally:
        database.close()


def let_in(place: Place) -> Finding:
    """Tell whether a database server lets us in."""
    try:
        place.exists  # noqa: B018 - it is asked
    except StoreUnavailableError as error:
        advice = "start the server, or mend TOLMACH_DATABASE_URL (docs/operations/postgresql.md)"
        return Finding("server", Level.FAIL, f"{place} cannot be reached: {' '.join(str(error).split())}", advice)
    return Finding("server", Level.OK, f"{place} can be reached")


def writable(path: Path) -> Finding:
    """Tell whether the database exists and may be written, with its directory (SQLite keeps its log beside it)."""
    if not path.exists():
        advice = f"run `tolmach migrate --data {path.parent}`, or name the right directory with --data"
        return Finding("file", Level.FAIL, f"there is no {path}", advice)
    if os.access(path, os.R_OK | os.W_OK) and os.access(path.parent, os.W_OK | os.X_OK):
        return Finding("file", Level.OK, f"{path} is writable")
    advice = "give the user who runs the gateway the right to write there"
    return Finding("file", Level.FAIL, f"{path} or its directory is not writable", advice)


def python(*, optimised: bool) -> Finding:
    """Tell whether the running Python is a quick one."""
    version = f"Python {platform.python_version()}"
    if optimised:
        return Finding("python", Level.OK, f"{version} was compiled by a profile")
    advice = (
        "take your distribution's Python, or one configured with --enable-optimizations (docs/operations/running.md)"
    )
    return Finding(
        "python", Level.WARN, f"{version} was compiled without a profile: it takes about a third more time", advice
    )


def _listeners(settings: Settings) -> Iterator[Finding]:
    """Check the listeners and their certificates."""
    for listener in settings.every_listener:
        if listener.certificate and listener.key:
            yield certificate(listener.certificate, listener.key, now())
        yield reachable(listener.host, listener.port, secure=listener.certificate is not None, pages=listener.pages)


def certificate(path: str, key: str, moment: datetime) -> Finding:
    """Tell whether a certificate can be used with its key, and for how long."""
    try:
        Certificate(path, key)
        end = not_after(Path(path).read_bytes())
    except (BadCertificateError, ValueError) as error:
        advice = "name a certificate and its key, both PEM, readable by the user who runs the gateway"
        return Finding("certificate", Level.FAIL, f"{error}", advice)
    advice = f"renew {path}; a running gateway takes the new file by itself"
    if end <= moment:
        return Finding("certificate", Level.FAIL, f"{path} expired on {end:%Y-%m-%d}", advice)
    if end <= moment + RENEWAL:
        return Finding("certificate", Level.WARN, f"{path} expires on {end:%Y-%m-%d}", advice)
    return Finding("certificate", Level.OK, f"{path} is good until {end:%Y-%m-%d}")


def reachable(host: str, port: int, *, secure: bool = False, pages: bool = True) -> Finding:
    """Tell who listens on the port: nobody, a gateway that is ready, one that is not, or a stranger."""
    where = f"{host}:{port}"
    if port == 0:
        return Finding("port", Level.OK, "any free port is taken")
    connection = _connection(ANYWHERE.get(host, host), port, secure=secure)
    try:
        connection.request("GET", READY_PATH)
        response = connection.getresponse()
        body = response.read(65_536)
        if not pages and (response.status, body) == (404, b"Not Found"):
            return Finding("port", Level.OK, f"a gateway without pages answers on {where}")
        return _judge(where, response.status, body)
    except ConnectionRefusedError:
        return Finding("port", Level.OK, f"{where} is free: no gateway runs there")
    except (OSError, http.client.HTTPException) as error:
        advice = "choose another port, or look at what listens there"
        return Finding("port", Level.FAIL, f"{where} does not answer as a gateway ({type(error).__name__})", advice)
    finally:
        connection.close()


def _connection(host: str, port: int, *, secure: bool) -> http.client.HTTPConnection:
    """Return a connection to ourselves: whatever the certificate says, its name need not be this address."""
    if not secure:
        return http.client.HTTPConnection(host, port, timeout=PATIENCE)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return http.client.HTTPSConnection(host, port, timeout=PATIENCE, context=context)


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
