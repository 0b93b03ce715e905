import pytest

from tests.dialects.engine.documents import SECURITY
from tests.dialects.prontosms.documents import post
from tolmach.core.commands import EditStops, ListStops, StopEdit
from tolmach.core.results import StopEditsResult, Stopped, StopsResult
from tolmach.dialects.prontosms.stop import ListOfStops, Stop
from tolmach.wire import WireRequest


def asked(content: str) -> WireRequest:
    return post(f"<request>{content}{SECURITY}</request>")


def test_edits_keep_the_order_of_the_document_and_empty_numbers_are_passed_over() -> None:
    call = Stop().parse(
        asked('<delete_stop><phone phone="1"/></delete_stop><add_stop><phone phone=" 2 "/><phone phone=""/></add_stop>')
    )
    assert call.command == EditStops((StopEdit("1", delete=True), StopEdit("2")))


def test_answers_stand_on_one_line() -> None:
    call = Stop().parse(asked('<add_stop><phone phone="a&amp;b"/><phone phone="2"/></add_stop>'))
    body = Stop().render(call, StopEditsResult([Stopped.NOT_FOUND, Stopped.ADDED])).body.decode()
    assert body.splitlines()[2] == '<phone phone="a&amp;b">not_found</phone><phone phone="2">add</phone>'


@pytest.mark.parametrize(("numbers", "line"), [((), "</response>"), (("1", "2"), "<phone>1</phone><phone>2</phone>")])
def test_the_list(numbers: tuple[str, ...], line: str) -> None:
    call = ListOfStops().parse(asked(""))
    assert call.command == ListStops()
    assert ListOfStops().render(call, StopsResult(numbers, len(numbers))).body.decode().splitlines()[2] == line
