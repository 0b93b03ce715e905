"""The plain interface: the command of parameters is that of the XML document that says the same."""

from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.clock import NOON
from tests.dialects.targetsms.documents import sent
from tolmach.core.accounts import Login, Token
from tolmach.core.commands import GetStates, SendMessages
from tolmach.core.errors import Failure, RequestError
from tolmach.core.rejections import Rejection
from tolmach.core.results import Rejected, SendResult, StatesResult
from tolmach.dialects.contract import Call
from tolmach.dialects.engine.plaintext import WORDS
from tolmach.dialects.targetsms.sendmessage import REASONS, SendMessage
from tolmach.wire import WireRequest

PLAIN = SendMessage()
DEMO = {"login": "demo", "password": "p w"}
FIELDS = {
    "send_viber": "1",
    "send_sms": "3",
    "send_vk": "2",
    "sender_viber": "A",
    "text_viber": "T\\nV",
    "button_text": "B",
    "button_url": "http://x/",
    "image_url": "http://y/",
    "validity_period_viber": "30",
    "finale_viber_read": "1",
    "sender_sms": "A",
    "text_sms": "Ж",
    "sender_vk": "V",
    "text_vk": "x",
    "templateId": "7",
    "templateData": '{"Name":"Имя"}',
    "name_delivery": "N",
    "time_send": "2030-01-01 10:00",
}


def asked(parameters: dict[str, str], encoding: str = "utf-8", **headers: str) -> Call[Any]:
    query = urlencode(parameters, encoding=encoding)
    return PLAIN.parse(WireRequest("GET", "/sendmessage.php", query, headers))


def sending(parameters: dict[str, str]) -> SendMessages:
    command = asked(parameters).command
    assert isinstance(command, SendMessages)
    return command


@pytest.mark.parametrize("encoding", ["utf-8", "windows-1251"])
def test_messages_are_those_of_the_xml(encoding: str) -> None:
    found = asked(DEMO | FIELDS | {"phone": "79801234567, 79801234568,"}, encoding)
    fields = "".join(f"<{name}>{value}</{name}>" for name, value in FIELDS.items())
    abonents = '<abonent phone="79801234567"/><abonent phone="79801234568"/>'
    assert found.fault is None
    assert isinstance(found.command, SendMessages)
    assert found.command.drafts == sent(f"<message>{fields}{abonents}</message>").drafts
    assert found.credentials == Login("demo", "p w")


def test_a_key_stands_for_one_message() -> None:
    one = sending(DEMO | FIELDS | {"phone": "1", "client_id_message": "7"})
    two = sending(DEMO | FIELDS | {"phone": "1,2", "client_id_message": "7"})
    assert [draft.client_key for draft in one.drafts] == ["7"]
    assert [draft.client_key for draft in two.drafts] == [None, None]


def test_the_same_sending_is_the_same_whoever_says_it_how() -> None:
    first = sending(DEMO | FIELDS | {"phone": "1"})
    again = sending({"phone": "1", **FIELDS, "token": "t"})
    assert first.once == again.once != ""
    assert sending(DEMO | FIELDS | {"phone": "2"}).once != first.once


def test_statuses_may_be_asked_by_a_blocked_account() -> None:
    call = asked(DEMO | {"id_message": "10, 20"})
    assert (call.command, call.open_to_blocked) == (GetStates(("10", "20")), True)
    words = PLAIN.render(call, StatesResult(("10", "20"), (None, None))).body.decode()
    assert words == "Сообщение с таким ID не принималось,Сообщение с таким ID не принималось"


def test_who_asks() -> None:
    assert asked({"token": " t "}).credentials == Token("t")
    assert asked({}, authorization="Bearer t").credentials == Token("t")
    assert asked(DEMO, authorization="Bearer t").credentials == Login("demo", "p w")
    with pytest.raises(RequestError) as error:
        asked({})
    assert error.value.failure is Failure.UNAUTHORISED


@pytest.mark.parametrize(
    ("parameters", "failure"),
    [
        ({}, Failure.NO_RECIPIENTS),
        ({"phone": " , "}, Failure.NO_RECIPIENTS),
        ({"phone": ",".join(["1"] * 1001)}, Failure.BAD_FIELD),
        ({"phone": "1", "send_sms": "x"}, Failure.BAD_FIELD),
        ({"phone": "1", "send_sms": "1", "time_send": "soon"}, Failure.BAD_DATE),
    ],
)
def test_what_is_wrong_is_told_after_the_login(parameters: dict[str, str], failure: Failure) -> None:
    fault = asked(DEMO | parameters).fault
    assert fault is not None
    assert fault.failure is failure


def test_every_refusal_has_its_words() -> None:
    assert REASONS.keys() == set(Rejection)
    result = SendResult([Rejected(Rejection.NO_STEPS, "1")], NOON)
    assert PLAIN.render(asked(DEMO), result).body.decode().startswith("Не указан ни один канал")
    assert {PLAIN.refuse(RequestError(failure), None).body.decode() for failure in Failure} == {*WORDS.values()}


@given(query=st.text(st.characters(codec="ascii"), max_size=60), body=st.binary(max_size=60))
def test_any_bytes_are_a_call_or_a_request_error(query: str, body: bytes) -> None:
    try:
        found: Call[Any] | RequestError = PLAIN.parse(WireRequest("POST", "/sendmessage.php", query, body=body))
    except RequestError as error:
        found = error
    assert isinstance(found, Call | RequestError)
