import pytest

from tests.clock import NOON
from tests.dialects.engine.documents import SECURITY
from tests.dialects.prontosms.documents import post
from tolmach.core.commands import CheckChange
from tolmach.core.errors import Failure
from tolmach.core.results import ChangeResult
from tolmach.dialects.prontosms.check_change import CheckOfChange
from tolmach.wire import WireRequest


def asked(content: str) -> WireRequest:
    return post(f"<request>{content}{SECURITY}</request>")


@pytest.mark.parametrize(
    ("written", "base"),
    [('<check obgect="base" id="7"/>', "7"), ('<check obgect="STOP" id="7"/>', None), ('<check obgect="stop"/>', None)],
)
def test_what_is_asked_about(written: str, base: str | None) -> None:
    call = CheckOfChange().parse(asked(written))
    assert call.command == CheckChange(base)
    assert call.fault is None


@pytest.mark.parametrize("written", ["", "<check/>", '<check obgect="phone" id="1"/>'])
def test_what_is_neither(written: str) -> None:
    fault = CheckOfChange().parse(asked(written)).fault
    assert fault is not None
    assert fault.failure is Failure.BAD_FIELD


def test_the_answer() -> None:
    call = CheckOfChange().parse(asked('<check obgect="stop"/>'))
    body = CheckOfChange().render(call, ChangeResult(NOON)).body.decode()
    assert body.splitlines()[2] == f'<obgect time_update="{NOON:%Y-%m-%d %H:%M:%S}"/>'
