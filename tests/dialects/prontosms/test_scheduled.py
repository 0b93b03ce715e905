import pytest

from tests.clock import NOON
from tests.dialects.engine.documents import SECURITY
from tests.dialects.prontosms.documents import post
from tolmach.core.commands import CancelScheduled, ListScheduled
from tolmach.core.content import Content, FlashText, SilentPing, SmsText, ViberCard, WapPush
from tolmach.core.errors import Failure
from tolmach.core.ids import MessageId
from tolmach.core.results import CancelledResult, Scheduled, SchedulePage
from tolmach.dialects.prontosms.scheduled import CancelOfScheduled, ListOfScheduled
from tolmach.wire import WireRequest


def asked(content: str) -> WireRequest:
    return post(f"<request>{content}{SECURITY}</request>")


@pytest.mark.parametrize(
    ("written", "page"), [("", 1), ("<scheduled/>", 1), ('<scheduled page="7"/>', 7), ('<scheduled page=" 2 "/>', 2)]
)
def test_the_page_is_read(written: str, page: int) -> None:
    assert ListOfScheduled().parse(asked(written)).command == ListScheduled(page)


@pytest.mark.parametrize("page", ["0", "-1", "x", "1.5", "9999999999"])
def test_a_page_that_is_none(page: str) -> None:
    fault = ListOfScheduled().parse(asked(f'<scheduled page="{page}"/>')).fault
    assert fault is not None
    assert fault.failure is Failure.BAD_FIELD


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (SmsText("a"), "sms"),
        (FlashText("a"), "flashsms"),
        (SilentPing(), "silence"),
        (WapPush("a", "b"), "wappush"),
        (ViberCard("a"), "viber"),
    ],
)
def test_kinds_have_the_words_of_the_protocol(content: Content, kind: str) -> None:
    item = Scheduled(MessageId(10), "79161234500", "kosty", content, 1, "Шлюз", NOON, NOON, NOON)
    call = ListOfScheduled().parse(asked(""))
    line = ListOfScheduled().render(call, SchedulePage(1, 1, [item])).body.decode().splitlines()[2]
    assert f' type_sms="{kind}" ' in line


def test_a_line_break_stays_inside_its_element() -> None:
    item = Scheduled(MessageId(10), "79161234500", "kosty", SmsText("a\nb"), 1, "Шлюз", NOON, NOON, NOON)
    call = ListOfScheduled().parse(asked(""))
    body = ListOfScheduled().render(call, SchedulePage(1, 1, [item])).body.decode()
    assert 'text_sms="a\\nb"' in body


def test_ids_come_back_as_they_were_written() -> None:
    call = CancelOfScheduled().parse(asked('<delete_schedule><schedule id_sms=" 10 "/><schedule/></delete_schedule>'))
    assert call.command == CancelScheduled(("10", ""))
    body = CancelOfScheduled().render(call, CancelledResult([True, False])).body.decode()
    expected = '<scheduled id_sms="10">delete</scheduled><scheduled id_sms="">not_found</scheduled>'
    assert body.splitlines()[2] == expected
