"""What a process writes to standard error; each in a process of its own, because logging is set up once for all."""

import json
import subprocess
import sys

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
    lines = [json.loads(line) for line in logged("debug", "json") if line.startswith("{")]
    assert [(line["level"], line["event"]) for line in lines] == [
        ("debug", "quiet"), ("info", "plain"), ("error", "loud"), ("error", "broken")
    ]  # fmt: skip
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
    assert not any("not ours" in line for line in lines)
