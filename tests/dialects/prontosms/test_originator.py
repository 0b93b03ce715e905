import re

from tests.dialects.engine.documents import below_root
from tests.dialects.prontosms.documents import call, request
from tolmach.core.commands import ListSenders
from tolmach.core.results import Sender, SendersResult, SenderState
from tolmach.dialects.prontosms.originator import Originator

SENDERS = (
    Sender("Tolmach", SenderState.COMPLETED),
    Sender("A&B", SenderState.ORDER),
    Sender("Отправитель", SenderState.REJECTED),
)


def rendered(*senders: Sender, any_sender: bool = False) -> str:
    return below_root(Originator().render(call(), SendersResult(any_sender, senders)))


def test_a_request_is_who_asks_and_a_blocked_account_may() -> None:
    assert Originator().parse(request()).command == ListSenders()
    assert Originator().open_to_blocked


def test_the_list_is_one_line_without_white_space_between_elements() -> None:
    assert rendered(*SENDERS) == (
        "<any_originator>FALSE</any_originator><list_originator>"
        '<originator state="completed">Tolmach</originator>'
        '<originator state="order">A&amp;B</originator>'
        '<originator state="rejected">Отправитель</originator>'
        "</list_originator>"
    )


def test_no_senders_are_an_empty_list() -> None:
    assert rendered() == "<any_originator>FALSE</any_originator><list_originator></list_originator>"


def test_an_account_that_may_use_any_sender_gets_no_list() -> None:
    assert rendered(*SENDERS, any_sender=True) == "<any_originator>TRUE</any_originator>"


def test_regular_expressions_of_clients_find_the_senders() -> None:
    found = re.findall(r'<originator state="[A-z]+">(.*?)</originator>', rendered(*SENDERS))
    assert found == ["Tolmach", "A&amp;B", "Отправитель"]
