"""``tolmach demo``, ``serve`` and ``migrate``, as processes of their own where they run."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.cli.stage import CLEAN, Tolmach, complaint, run
from tests.cli.test_samples import as_a_shell_reads_it

COMMAND = (sys.executable, "-c", "from tolmach.cli import main; main()")
ENVIRONMENT = {name: value for name, value in os.environ.items() if name not in CLEAN}
ENVIRONMENT["TOLMACH_SANDBOX_SMPP_PORT"] = "0"  # any free one


@contextmanager
def started(*words: str) -> Iterator["subprocess.Popen[str]"]:
    """Start a command; it is ended, if need be by force."""
    process = subprocess.Popen(
        [*COMMAND, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=ENVIRONMENT
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def greeting(process: "subprocess.Popen[str]", last: str) -> list[str]:
    """Read what a process prints up to a line."""
    lines: list[str] = []
    assert process.stdout is not None
    for line in process.stdout:
        lines.append(line.rstrip("\n"))
        if lines[-1].startswith(last):
            return lines
    raise AssertionError(process.communicate()[1])


def post(url: str, body: str) -> str:
    address = urlsplit(url)
    connection = http.client.HTTPConnection(address.netloc, timeout=30)
    try:
        connection.request("POST", address.path, body.encode())
        return connection.getresponse().read().decode("windows-1251" if "extxml" in url else "utf-8")
    finally:
        connection.close()


def statuses(data: Path) -> list[str]:
    return [one["status"] for one in run("message", "list", "--data", str(data), "--json").json]


def wait_for(data: Path, wanted: list[str]) -> None:
    """Wait until the messages of an installation have these statuses."""
    deadline = time.monotonic() + 60
    while statuses(data) != wanted:
        assert time.monotonic() < deadline, statuses(data)


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_demo_prints_requests_that_work_and_stops_cleanly(tmp_path: Path, stop: signal.Signals) -> None:
    data = tmp_path / "demo"
    with started("demo", "--port", "0", "--data", str(data)) as process:
        lines = greeting(process, "Stop with")
        curls = [line for line in lines if line.startswith("curl ")]
        answers = []
        for line in curls:
            _, url, _, body = as_a_shell_reads_it(line)
            answers.append(post(url, body))
        assert [word in answer for word, answer in zip(("send<", "<code>1<", "send<", "OK"), answers, strict=True)] == [
            True
        ] * 4
        wait_for(data, ["delivered"] * 4)
        process.send_signal(stop)
        out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (0, "", "")
    assert run("account", "list", "--data", str(data), "--json").json[0]["available"] == "996.00"


def test_a_demo_leaves_a_database_of_others_alone(tmp_path: Path) -> None:
    run("migrate", "--data", str(tmp_path))
    run("account", "add", "bank", "--password", "x", "--data", str(tmp_path))
    refused = run("demo", "--port", "0", "--data", str(tmp_path))
    assert refused.code == 1
    assert "has accounts of others" in refused.err
    assert "demo" not in run("account", "list", "--data", str(tmp_path)).out


def test_a_second_demo_keeps_the_data_and_sends_what_the_command_line_enqueued(tmp_path: Path) -> None:
    data = tmp_path / "demo"
    with started("demo", "--port", "0", "--data", str(data)) as process:
        greeting(process, "Stop with")
    run("account", "top-up", "demo", "5", "--data", str(data))
    sent = run("message", "send", "--account", "demo", "--to", "79161234500", "--text", "x", "--data", str(data))
    assert sent.code == 0
    with started("demo", "--port", "0", "--data", str(data)) as process:
        greeting(process, "Stop with")
        wait_for(data, ["delivered"])
        again = subprocess.run(
            [*COMMAND, "demo", "--port", "0", "--data", str(data)],
            capture_output=True,
            text=True,
            env=ENVIRONMENT,
            check=False,
        )
        assert (again.returncode, again.stdout) == (1, "")
        assert again.stderr == f"tolmach: another gateway already runs on {data}\n"
    listed = run("account", "list", "--data", str(data), "--json").json
    assert [(one["login"], one["available"]) for one in listed] == [("demo", "1004.00")]


def test_a_port_in_use_is_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = complaint(run("demo", "--port", str(port), "--data", str(tmp_path)), 1)
    assert said.startswith(f"cannot listen on 127.0.0.1:{port}: Address already in use")
    assert "--port" in said


def test_serve_refuses_without_migrations(tmp_path: Path) -> None:
    said = complaint(run("serve", "--port", "0", "--data", str(tmp_path)), 1)
    assert "run `tolmach migrate`" in said


@pytest.mark.parametrize("words", [("--processes", "2"), ("--roles", "api,web")])
def test_a_file_has_one_process_that_works(tmp_path: Path, words: tuple[str, ...]) -> None:
    said = complaint(
        run("serve", "--port", "0", "--data", str(tmp_path), *words, env={"TOLMACH_DATABASE_URL": "off"}), 1
    )
    assert "SQLite" in said
    assert "keep the data in PostgreSQL" in said


@pytest.mark.sqlite
def test_a_group_says_once_who_complains(tmp_path: Path) -> None:
    with started("serve", "--port", "0", "--fronts", "1", "--data", str(tmp_path)) as process:
        err = process.communicate(timeout=60)[1]
    place = tmp_path / "tolmach.sqlite"
    assert f"tolmach: {place} lacks migrations: run `tolmach migrate`" in err.splitlines()


@pytest.mark.sqlite
@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_fronts_answer_for_the_process_that_works_on_a_file(tolmach: Tolmach, data: Path, stop: signal.Signals) -> None:
    assert tolmach("account", "add", "shop", "--password", "secret").code == 0
    with started("serve", "--port", "0", "--fronts", "2", "--data", str(data)) as process:
        url = greeting(process, "Tolmach listens on ")[-1].rpartition(" ")[2]
        caller = "<login>shop</login><password>secret</password>"
        assert "<code>1</code>" in post(f"{url}/balance.xml", f"<data>{caller}</data>")
        address = urlsplit(url)
        for path, status in (("/health/ready", 200), ("/cabinet/", 303), ("/nowhere", 404)):
            connection = http.client.HTTPConnection(address.netloc, timeout=30)
            connection.request("GET", path)
            found = connection.getresponse().status
            connection.close()
            assert found == status
        assert "one process works" in tolmach("processes").out
        process.send_signal(stop)
        assert process.communicate(timeout=60)[1] == ""
        assert process.returncode == 0


def test_virtual_phones_are_not_shared(tmp_path: Path) -> None:
    somewhere = {"TOLMACH_DATABASE_URL": f"postgresql:///nothing?host={tmp_path}", "TOLMACH_SANDBOX__ENABLED": "true"}
    said = complaint(run("serve", "--port", "0", "--data", str(tmp_path), "--roles", "api,web", env=somewhere), 1)
    assert "`tolmach sandbox`" in said


def test_roles_that_do_not_exist(tmp_path: Path) -> None:
    said = complaint(run("serve", "--port", "0", "--data", str(tmp_path), "--roles", "api,everything"), 2)
    assert "roles" in said
    assert "callbacks" in said


def test_serve_migrates_when_told_to(tmp_path: Path) -> None:
    with started("serve", "--port", "0", "--data", str(tmp_path), "--migrate") as process:
        line = greeting(process, "Tolmach listens on ")[0]
        address = urlsplit(line.rpartition(" ")[2])
        connection = http.client.HTTPConnection(address.netloc, timeout=30)
        connection.request("GET", "/health/ready")
        ready = json.loads(connection.getresponse().read())
        connection.close()
        assert ready["status"] == "ready"
        process.terminate()
        assert process.wait(timeout=30) == 0


def test_serve_on_a_second_port_for_one_dialect(tmp_path: Path) -> None:
    words = ("serve", "--port", "0", "--smspager-port", "0", "--data", str(tmp_path), "--migrate")
    with started(*words) as process:
        assert process.stdout is not None
        first, second = (process.stdout.readline().rpartition(" ")[2].strip() for _ in range(2))
        process.send_signal(signal.SIGHUP)  # no certificate, no change
        assert "<code>501</code>" in post(
            f"{second}/balance.xml", "<data><login>a</login><password>b</password></data>"
        )
        assert post(f"{second}/xml/balance.php", "<request/>") == "Not Found"
        assert "<error>" in post(f"{first}/xml/balance.php", "<request/>")


def test_serve_with_a_certificate_that_is_not_there(tmp_path: Path) -> None:
    run("migrate", "--data", str(tmp_path))
    listeners = json.dumps([{"port": 0, "certificate": "none.pem", "key": "none.key"}])
    ran = run("serve", "--port", "0", "--data", str(tmp_path), env={"TOLMACH_LISTENERS": listeners})
    assert "none.pem with none.key: No such file" in complaint(ran, 1)
    listeners = json.dumps([{"port": 0, "key": "none.key"}])
    ran = run("serve", "--port", "0", "--data", str(tmp_path), env={"TOLMACH_LISTENERS": listeners})
    assert "certificate and key must be given together" in complaint(ran, 2)


def test_migrate_tells_what_it_did(tmp_path: Path) -> None:
    data = tmp_path / "new" / "directory"
    created = run("migrate", "--data", str(data))
    assert created.out.startswith(f"{data / 'tolmach.sqlite'} created: schema ")
    assert "is up to date: schema " in run("migrate", "--data", str(data)).out


def test_migrate_where_nothing_may_be_written() -> None:
    assert "/proc/" in complaint(run("migrate", "--data", "/proc/tolmach"), 1)


def test_commands_work_while_a_gateway_holds_the_file(tolmach: Tolmach, data: Path) -> None:
    with started("serve", "--port", "0", "--data", str(data)) as process:
        greeting(process, "Tolmach listens on ")
        assert tolmach("account", "top-up", "demo", "1").code == 0
        assert tolmach("sender", "add", "demo", "Shop").code == 0
