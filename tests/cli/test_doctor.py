"""``tolmach doctor``."""

import asyncio
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from tests.authority import write_pair
from tests.cli.stage import Ran, Tolmach, opened, run
from tests.gateway import running
from tests.services.test_memberships import ALL, alive
from tolmach.cli import doctor
from tolmach.services import checkups
from tolmach.services.checkups import Level
from tolmach.services.memberships import Membership


def levels(ran: Ran) -> dict[str, str]:
    """Return the level of each finding about the installation; of Python's each machine has its own."""
    return {finding["check"]: finding["level"] for finding in ran.json if finding["check"] != "python"}


@contextmanager
def answering(status: int, body: bytes) -> Iterator[int]:
    """Serve one answer for every request; yields the port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def test_a_sound_installation(tolmach: Tolmach, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOLMACH_PORT", "0")
    ran = tolmach("doctor", "--json")
    assert ran.code == 0
    checks = (
        "file",
        "migrations",
        "integrity",
        "ledger",
        "holds",
        "queue",
        "moderation",
        "clock",
        "accounts",
        "callbacks",
        "routes",
        "links",
        "port",
    )
    assert levels(ran) == dict.fromkeys(checks, "ok")
    assert "SQLite finds the file sound" in tolmach("doctor").out


def test_a_warning_does_not_fail(tolmach: Tolmach, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOLMACH_PORT", "0")
    tolmach("account", "add", "shop", "--password", "x")
    ran = tolmach("doctor", "--json")
    assert ran.code == 0
    advice = [finding["advice"] for finding in ran.json if finding["level"] == "warn" and finding["check"] != "python"]
    assert advice == [
        "give it one with `tolmach account set shop --tariff NAME`",
        "add one with `tolmach sender add shop NAME --approved`",
    ]


def test_nothing_there(tmp_path: Path) -> None:
    ran = run("doctor", "--data", str(tmp_path), "--json", env={"TOLMACH_PORT": "0"})
    assert ran.code == 1
    assert levels(ran) == {"file": "fail", "port": "ok"}


def test_not_migrated(tmp_path: Path) -> None:
    (tmp_path / "tolmach.sqlite").touch()
    ran = run("doctor", "--data", str(tmp_path), "--json", env={"TOLMACH_PORT": "0"})
    assert ran.code == 1
    assert levels(ran) == {"file": "ok", "migrations": "fail", "port": "ok"}


def test_not_a_database(tmp_path: Path) -> None:
    (tmp_path / "tolmach.sqlite").write_bytes(b"not a database" * 1000)
    ran = run("doctor", "--data", str(tmp_path), "--json", env={"TOLMACH_PORT": "0"})
    assert ran.code == 1
    assert levels(ran)["database"] == "fail"


def test_a_free_port() -> None:
    assert doctor.reachable("127.0.0.1", free_port()).level is Level.OK


@pytest.mark.parametrize(
    ("status", "body", "level", "words"),
    [
        (200, b'{"checks": {"workers": "ok"}}', Level.OK, "is ready"),
        (503, b'{"checks": {"workers": "stopped: submit"}}', Level.FAIL, "workers: stopped: submit"),
        (200, b"<html>", Level.FAIL, "another program"),
        (404, b"[]", Level.FAIL, "another program"),
        (200, b'{"checks": 1}', Level.FAIL, "another program"),
    ],
)
def test_who_listens_on_the_port(status: int, body: bytes, level: Level, words: str) -> None:
    with answering(status, body) as port:
        finding = doctor.reachable("0.0.0.0", port)
    assert finding.level is level
    assert words in finding.text


def test_a_stranger_that_speaks_no_http() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=_hang_up, args=(listener,))
        thread.start()
        finding = doctor.reachable("127.0.0.1", listener.getsockname()[1])
        thread.join()
    assert finding.level is Level.FAIL
    assert "does not answer as a gateway" in finding.text


def _hang_up(listener: socket.socket) -> None:
    connection, _ = listener.accept()
    with connection:
        connection.recv(1000)
        connection.sendall(b"220 mail\r\n")


def test_every_listener_is_checked(tolmach: Tolmach, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    certificate, key = write_pair(tmp_path)
    listeners = [{"port": 0}, {"port": free_port(), "certificate": certificate, "key": key}]
    monkeypatch.setenv("TOLMACH_PORT", "0")
    monkeypatch.setenv("TOLMACH_LISTENERS", json.dumps(listeners))
    ran = tolmach("doctor", "--json")
    assert ran.code == 0, ran
    found = [(one["check"], one["level"]) for one in ran.json if one["check"] in ("port", "certificate")]
    assert found == [("port", "ok"), ("port", "ok"), ("certificate", "ok"), ("port", "ok")]
    Path(certificate).unlink()
    ran = tolmach("doctor", "--json")
    assert ran.code == 1
    assert levels(ran)["certificate"] == "fail"


@pytest.mark.parametrize(
    ("days", "level", "words"),
    [(-1, Level.FAIL, "expired on"), (5, Level.WARN, "expires on"), (40, Level.OK, "is good until")],
)
def test_until_when_a_certificate_is_good(tmp_path: Path, days: int, level: Level, words: str) -> None:
    moment = datetime.now(UTC)
    finding = doctor.certificate(*write_pair(tmp_path, end=moment + timedelta(days=days)), moment)
    assert (finding.level, words in finding.text) == (level, True)


async def test_a_running_gateway_is_found_on_each_of_its_listeners(installation: Path) -> None:
    certificate, key = write_pair(installation)
    listeners = [{"port": 0, "pages": False}, {"port": 0, "certificate": certificate, "key": key}]
    async with running(installation, listeners=listeners) as live:
        ports = [int(url.rpartition(":")[2]) for url in live.gateway.urls]
        asked = [
            partial(doctor.reachable, "127.0.0.1", ports[0]),
            partial(doctor.reachable, "127.0.0.1", ports[1], pages=False),
            partial(doctor.reachable, "127.0.0.1", ports[2], secure=True),
            partial(doctor.reachable, "127.0.0.1", ports[2]),
        ]
        findings = [await asyncio.to_thread(ask) for ask in asked]
    assert [finding.level for finding in findings] == [Level.OK, Level.OK, Level.OK, Level.FAIL]
    assert "without pages" in findings[1].text


def test_a_slow_python_is_a_warning() -> None:
    assert doctor.python(optimised=True).level is Level.OK
    slow = doctor.python(optimised=False)
    assert slow.level is Level.WARN
    assert "without a profile" in slow.text
    assert "--enable-optimizations" in slow.advice


def test_a_role_that_no_process_has_is_a_warning(tolmach: Tolmach, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOLMACH_PORT", "0")
    with opened(data / "tolmach.sqlite") as database:
        database.write_now(alive)  # one with a single role, and one with all that is gone
    ran = tolmach("doctor", "--json")
    (told,) = [finding for finding in ran.json if finding["check"] == "roles"]
    assert (ran.code, told["level"]) == (0, "warn")
    assert told["text"] == "no process does web,submit,receipts,callbacks,upkeep: that waits"


def test_with_every_role_somewhere_all_is_well() -> None:
    here = Membership(ALL, datetime(2026, 1, 1, tzinfo=UTC), 1.0, gone=False, duties=(), binds=())
    (told,) = checkups.examine_roles([here])
    assert told.level is Level.OK
    assert list(checkups.examine_roles([replace(here, gone=True)])) == []
