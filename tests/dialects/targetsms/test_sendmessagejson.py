"""The JSON interface: the command of a JSON document is that of the XML document that says the same."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.clock import NOON
from tests.dialects.engine.documents import SECURITY
from tolmach.core.accounts import Login, Token
from tolmach.core.content import Channel
from tolmach.core.errors import Failure, RequestError
from tolmach.core.ids import LegId, MessageId
from tolmach.core.money import Money
from tolmach.core.rejections import Rejection
from tolmach.core.results import Accepted, LegQuote, Rejected, SendResult, StatesResult
from tolmach.dialects.contract import Call
from tolmach.dialects.targetsms.send import Send
from tolmach.dialects.targetsms.sendmessagejson import SendMessageJson
from tolmach.dialects.targetsms.state import State
from tolmach.wire import WireRequest

SEND, STATE = Send(), State()
TWIN = SendMessageJson(SEND, STATE)
DEMO = {"login": "demo", "password": "secret"}
FIELDS = {
    "send_viber": "1",
    "send_sms": "2",
    "name_delivery": "N",
    "time_send": "2030-01-01 10:00",
    "sender_viber": "A",
    "text_viber": "T & V",
    "button_text": "B",
    "button_url": "http://x/",
    "image_url": "http://y/",
    "validity_period_viber": "30",
    "finale_viber_read": "1",
    "sender_sms": "A",
    "text_sms": "T\nS",
    "send_vk": "3",
    "send_whatsapp": "4",
    "sender_vk": "V",
    "text_vk": "T",
    "sender_whatsapp": "W",
    "text_whatsapp": "T",
    "templateId": "7",
}


def asked(value: Any, **headers: str) -> Call[Any]:
    body = value if isinstance(value, bytes) else json.dumps(value, ensure_ascii=False).encode()
    return TWIN.parse(WireRequest("POST", "/sendmessagejson.php", headers=headers, body=body))


def xml(endpoint: Send | State, payload: str) -> Call[Any]:
    return endpoint.parse(WireRequest("POST", "/", body=f"<request>{payload}{SECURITY}</request>".encode()))


def test_messages_are_those_of_the_xml() -> None:
    fields = "".join(f"<{name}>{value.replace('&', '&amp;')}</{name}>" for name, value in FIELDS.items())
    payload = (
        f'<message>{fields}<templateData>{{"Name":"Имя"}}</templateData>'
        '<abonent phone="79801234567" client_id_message="111"/><abonent phone="79801234568"/></message>'
        '<message><text_sms>x</text_sms><abonent phone="1"/></message>'
    )
    phones = [{"phone": "79801234567", "client_id_message": 111}, 79801234568]
    value = {
        "message": [
            {**FIELDS, "templateData": {"Name": "Имя"}, "phones": phones},
            {"text_sms": "x", "phones": [{"phone": "1"}]},
        ]
    }
    expected, found = xml(SEND, payload), asked(DEMO | value)
    assert (found.fault, expected.fault) == (None, None)
    assert (found.credentials, found.command) == (expected.credentials, expected.command)
    assert found.echo.call.echo == expected.echo
    assert not found.open_to_blocked


@pytest.mark.parametrize(
    "state", [[{"id_message": "10"}, {"id_message": 20}], ["10", "20"], {"1": {"id_message": "10"}, "2": "20"}]
)
def test_statuses_are_those_of_the_xml(state: Any) -> None:
    expected = xml(STATE, "<state><id_message>10</id_message><id_message>20</id_message></state>")
    found = asked(DEMO | {"state": state})
    assert (found.credentials, found.command) == (expected.credentials, expected.command)
    assert found.open_to_blocked


def test_one_status_may_stand_alone() -> None:
    assert asked(DEMO | {"state": {"id_message": "10"}}).command == asked(DEMO | {"state": ["10"]}).command


def test_who_asks() -> None:
    assert asked(DEMO).credentials == Login("demo", "secret")
    assert asked({"token": "t"}).credentials == Token("t")
    assert asked({}, authorization="Bearer t").credentials == Token("t")
    with pytest.raises(RequestError) as error:
        asked({"message": []})
    assert error.value.failure is Failure.UNAUTHORISED


def test_an_answer_has_a_list_for_each_message_or_its_error() -> None:
    message = {"send_sms": "1", "text_sms": "x"}
    phones = [{"phone": "1", "client_id_message": "7"}, {"phone": "2"}]
    call = asked(DEMO | {"message": [message | {"phones": phones}, message]})
    accepted = Accepted(MessageId(10), "1", (LegQuote(LegId(11), Channel.SMS, 2, Money(10_000)),))
    result = SendResult((accepted, Rejected(Rejection.NO_SENDER, "2")), NOON)
    ids = {
        "id_message": "10",
        "client_id_message": "7",
        "id_sms": "11",
        "id_viber": "0",
        "phone": "1",
        "count_message": "2",
    }
    assert json.loads(TWIN.render(call, result).body) == {
        "message": [
            [ids, {"client_id_message": "", "phone": "2", "error": "Нет отправителя."}],
            {"error": "Укажите номер телефона."},
        ]
    }


def test_an_answer_has_an_object_for_each_asked_id() -> None:
    call = asked(DEMO | {"state": ["7"]})
    assert json.loads(TWIN.render(call, StatesResult(("7",), (None,))).body)["state"] == [
        {
            "id_message": "7",
            "time_change_state": "",
            "state_sms": "send",
            "state_viber": "send",
            "num_parts_sms": "0",
            "price_sms": "0",
            "price_viber": "0",
            "state": "Сообщение с таким ID не принималось",
        }
    ]


@pytest.mark.parametrize("failure", Failure)
def test_every_failure_is_refused_in_words(failure: Failure) -> None:
    error = RequestError(failure, "detail", code=77)
    answers = {TWIN.refuse(error, call).body for call in (None, asked(DEMO))}
    assert len(answers) == 1
    assert list(json.loads(answers.pop())) == ["error"]


def outcome(value: Any) -> Call[Any] | RequestError:
    try:
        return asked(value)
    except RequestError as error:
        return error


@given(body=st.binary(max_size=200))
def test_any_bytes_are_a_call_or_a_request_error(body: bytes) -> None:
    assert isinstance(outcome(body), Call | RequestError)


NAMES = st.sampled_from([*FIELDS, "phones", "1"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(0, 9) | st.sampled_from(["", "1", "x"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*FIELDS, "phones", "1"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(value=st.dictionaries(st.sampled_from(["message", "state", "token"]), VALUES))
def test_any_document_is_a_call_or_a_request_error(value: dict[str, Any]) -> None:
    found = outcome(DEMO | value)
    assert isinstance(found, Call) or found.failure is Failure.MALFORMED
