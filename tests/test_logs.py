"""What a process writes to standard error; each in a process of its own, because logging is set up once for all."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import logging, structlog
from tolmach import logs
logs.configure({level!r}, {form!r})
log = structlog.get_logger()
log.debug("quiet", key=1)
log.info("plain", key="2")
log.error("loud")
logging.getLogger("library").info("not ours")
logging.getLogger("library").error("theirs")
logging.getLogger("psycopg").warning("error ignored")
try:
    1 / 0
except ZeroDivisionError:
    logging.getLogger("library").exception("%s theirs", "also")
try:
    {{}}["missing"]
except KeyError:
    log.exception("broken", where="here")
print("out")
"""


def logged(level: str, form: str) -> list[str]:
    program = PROGRAM.format(level=level, form=form)
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout == "out\n"
    return ran.stderr.splitlines()


def test_json_is_one_object_a_line() -> None:
    lines = [json.loads(line) for line in logged("debug", "json")]
    assert [(line["level"], line["event"]) for line in lines] == [
        ("debug", "quiet"), ("info", "plain"), ("error", "loud"), ("error", "theirs"), ("error", "also theirs"),
        ("error", "broken"),
    ]  # fmt: skip
    assert [line["logger"] for line in lines if "theirs" in line["event"]] == ["library", "library"]
    assert all(line["timestamp"].endswith("Z") for line in lines)
    assert "ZeroDivisionError" in lines[4]["exception"]
    assert lines[0]["key"] == 1
    assert lines[0]["timestamp"].endswith("Z")
    assert "KeyError: 'missing'" in lines[-1]["exception"]


@pytest.mark.parametrize(
    ("level", "events"),
    [("debug", ["quiet", "plain", "loud"]), ("info", ["plain", "loud"]), ("warning", ["loud"]), ("error", ["loud"])],
)
def test_what_is_less_important_is_left_out(level: str, events: list[str]) -> None:
    text = "\n".join(logged(level, "text"))
    assert [event for event in ("quiet", "plain", "loud") if event in text] == events
    assert "KeyError: 'missing'" in text
    assert "\x1b[" not in text  # no colours in a file


def test_libraries_speak_only_of_trouble() -> None:
    lines = logged("debug", "text")
    assert "ERROR library theirs" in lines
    assert not any("not ours" in line or "error ignored" in line for line in lines)


TORN = """
import logging, structlog, threading
from tolmach import logs
logs.configure("info", "json")
log = structlog.get_logger()
def work():
    for number in range(100):
        log.info("line", long="x" * (10_000 if number % 10 == 0 else 50))
        logging.getLogger("library").error("theirs")
threads = [threading.Thread(target=work) for _ in range(2)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
"""


@pytest.mark.parametrize("buffered", [True, False])
def test_processes_and_threads_do_not_tear_each_others_lines(tmp_path: Path, buffered: bool) -> None:
    environment = {**os.environ, "PYTHONUNBUFFERED": "" if buffered else "1"}
    with (tmp_path / "log").open("w") as log:
        running = [subprocess.Popen([sys.executable, "-c", TORN], stderr=log, env=environment) for _ in range(2)]
        assert [process.wait() for process in running] == [0, 0]
    lines = (tmp_path / "log").read_text().splitlines()
    assert len(lines) == 800
    assert {json.loads(line)["event"] for line in lines} == {"line", "theirs"}


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no disk that is always full")
def test_a_disk_that_is_full_does_not_fail_who_tells_of_it() -> None:
    with Path("/dev/full").open("w") as full:
        command = [sys.executable, "-c", PROGRAM.format(level="debug", form="json")]
        ran = subprocess.run(command, stderr=full, stdout=subprocess.PIPE, text=True, check=False)
    assert ran.stdout == "out\n"


def test_an_entry_after_half_of_one_begins_a_line_of_its_own(tmp_path: Path) -> None:
    program = """
import resource, signal
from tolmach.logs import LogFile
file = LogFile(2)
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (10, resource.RLIM_INFINITY))
file.write("first\\n")
file.write("second\\n")  # of which there is room for four characters
file.write("third\\n")
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
file.write("fourth\\n")
file.write("fifth\\n")
"""
    with (tmp_path / "log").open("w") as log:
        subprocess.run([sys.executable, "-c", program], stderr=log, check=True)
    assert (tmp_path / "log").read_text() == "first\nseco\nfourth\nfifth\n"


def test_nothing_is_said_where_standard_error_is_closed() -> None:
    command = ["sh", "-c", 'exec "$0" -c "$1" 2>&-', sys.executable, PROGRAM.format(level="debug", form="text")]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "out\n"


NAMED = """
import logging, structlog
from tolmach import logs
logs.configure("info", "json")
logs.tell_process("one")
structlog.get_logger().info("ours")
logging.getLogger("library").error("theirs")
"""


def test_a_process_of_a_group_names_itself_in_every_entry() -> None:
    ran = subprocess.run([sys.executable, "-c", NAMED], capture_output=True, text=True, check=True)
    entries = [json.loads(line) for line in ran.stderr.splitlines()]
    assert [(entry["event"], entry["process"]) for entry in entries] == [("ours", "one"), ("theirs", "one")]
