from datetime import datetime

import pytest

from tests.clock import NOON
from tests.dialects.engine.documents import SECURITY
from tests.dialects.prontosms.documents import post
from tolmach.core.commands import ListIncoming
from tolmach.core.errors import Failure
from tolmach.core.results import Incoming, IncomingResult
from tolmach.dialects.prontosms.incoming import IncomingMessages
from tolmach.wire import WireRequest


def asked(content: str) -> WireRequest:
    return post(f"<request>{content}{SECURITY}</request>")


@pytest.mark.parametrize(
    ("written", "start", "end"),
    [
        ('start="2012-01-31 12:23:00" end="2012-02-31 12:23:00"', (2012, 1, 31, 12, 23), (2012, 2, 29, 12, 23)),
        ('start="2012-01-31 12:23" end=""', (2012, 1, 31, 12, 23), None),
        ('start="2012-01-31"', (2012, 1, 31), None),
    ],
)
def test_the_moments_are_read(written: str, start: tuple[int, ...], end: tuple[int, ...] | None) -> None:
    call = IncomingMessages().parse(asked(f"<time {written}/>"))
    last = None if end is None else datetime(*end)  # type: ignore[arg-type]  # noqa: DTZ001
    assert call.command == ListIncoming(datetime(*start), last)  # type: ignore[arg-type]  # noqa: DTZ001
    assert call.fault is None


@pytest.mark.parametrize(
    "written", ["", "<time/>", '<time start="yesterday"/>', '<time start="2012-01-32"/>', '<time start="2012-13-31"/>']
)
def test_without_a_start_nothing_is_told(written: str) -> None:
    fault = IncomingMessages().parse(asked(written)).fault
    assert fault is not None
    assert fault.failure is Failure.BAD_FIELD


def test_messages_stand_on_one_line() -> None:
    one = Incoming(7, "79612242243", "79611111111", "IGRA", 'a <b>\n"c"', NOON)
    call = IncomingMessages().parse(asked('<time start="2012-01-31 12:23:00"/>'))
    lines = IncomingMessages().render(call, IncomingResult([one, one])).body.decode().splitlines()
    assert lines[2].startswith('<sms id_sms="7" date_receive="2026-03-02 ')
    assert lines[2].count("<sms ") == 1
    assert "</sms><sms " in "".join(lines)


def test_nothing_came() -> None:
    call = IncomingMessages().parse(asked('<time start="2012-01-31 12:23:00"/>'))
    body = IncomingMessages().render(call, IncomingResult([])).body.decode()
    assert "".join(body.split("\n")[1:]) == "<response></response>"
