"""What holds for every endpoint of the dialect, and for every case of it that is decided without an account."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.dialects.elements import trees
from tests.dialects.engine.documents import SECURITY, text
from tests.dialects.targetsms.documents import post
from tolmach.core.errors import Failure, RequestError
from tolmach.dialects.contract import Call, Endpoint
from tolmach.dialects.targetsms import NAME, endpoints

ALL = {path: endpoint for endpoint in endpoints() for path in endpoint.paths}
# the others have their laws in test_sendmessage.py and test_sendmessagejson.py
ENDPOINTS = {path: endpoint for path, endpoint in ALL.items() if path in ("/xml/message.php", "/xml/state_message.php")}
CASES = sorted((Path(__file__).parent / "cases").glob("*.toml"))
NAMES = ["message", "abonent", "state", "id_message", "security", "send_viber", "send_sms", "text_sms", "time_send"]
NAMES += ["validity_period_viber", "finale_viber_read", "text_viber", "button_text", "login"]
ATTRIBUTES = ["phone", "client_id_message", "value"]
VALUES = st.one_of(
    st.sampled_from(["", "0", "1", "9", "10", "99999999", "2011-01-01 12:00", "9999-12-31 23:59:59", "\\n"]),
    st.text("<>&\"'\n\rя1 ]", max_size=5),
)


elements = trees(NAMES, ATTRIBUTES, VALUES)


def asked(endpoint: Endpoint[Any], body: bytes) -> Call[Any] | RequestError:
    try:
        return endpoint.parse(post(body))
    except RequestError as error:
        return error


def test_the_addresses_of_the_dialect() -> None:
    assert NAME == "targetsms"
    assert sorted(ALL) == [
        "/sendmessage.php",
        "/sendmessagejson.php",
        "/xml/message.php",
        "/xml/sendmessage.php",
        "/xml/sendmessagejson.php",
        "/xml/state_message.php",
    ]


def test_only_sending_is_closed_to_blocked_accounts() -> None:
    assert {path for path, endpoint in ENDPOINTS.items() if not endpoint.open_to_blocked} == {"/xml/message.php"}


@pytest.mark.parametrize("path", sorted(ENDPOINTS))
@given(body=st.binary(max_size=200))
def test_any_bytes_are_a_call_or_a_request_error(path: str, body: bytes) -> None:
    assert isinstance(asked(ENDPOINTS[path], body), Call | RequestError)


@given(inner=st.lists(elements, max_size=3), secure=st.booleans())
def test_any_document_is_a_call_or_a_request_error(inner: list[str], secure: bool) -> None:
    body = f"<request>{''.join(inner)}{SECURITY if secure else ''}</request>".encode()
    for path, endpoint in ENDPOINTS.items():  # making a document takes far longer than reading it
        found = asked(endpoint, body)
        assert isinstance(found, Call) or found.failure in {Failure.UNAUTHORISED, Failure.MALFORMED}, path


@pytest.mark.parametrize("path", sorted(ENDPOINTS))
@pytest.mark.parametrize("failure", Failure)
def test_every_failure_is_refused_in_words(path: str, failure: Failure) -> None:
    error = RequestError(failure, "detail", code=77)
    assert "<error>" in text(ENDPOINTS[path].refuse(error, None))
    assert ENDPOINTS[path].refuse(error, None) == ENDPOINTS[path].refuse(error, None)


def exchanges() -> list[Any]:
    found = []
    for case in CASES:
        for number, exchange in enumerate(tomllib.loads(case.read_text(encoding="utf-8"))["exchange"]):
            if exchange["path"] in ENDPOINTS:
                found.append(pytest.param(exchange, id=f"{case.stem}-{number}"))
    return found


@pytest.mark.parametrize("exchange", exchanges())
def test_a_case_that_no_account_decides_is_answered_to_the_byte(exchange: dict[str, str]) -> None:
    endpoint = ENDPOINTS[exchange["path"]]
    found = asked(endpoint, exchange["request"].encode())
    fault = found if isinstance(found, RequestError) else found.fault
    known = "<error>Неправильный логин или пароль</error>" not in exchange["response"]
    if fault is not None and (known or isinstance(found, RequestError)):
        assert endpoint.refuse(fault, None).body.decode() == exchange["response"]
    else:
        assert "<error>Неправильный формат" not in exchange["response"]
