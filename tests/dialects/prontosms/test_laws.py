"""What holds for every endpoint of the dialect, and for every case of it that is decided without an account."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.dialects.elements import trees
from tests.dialects.engine.documents import SECURITY, text
from tolmach.core.errors import Failure, RequestError
from tolmach.dialects.contract import Call, Endpoint
from tolmach.dialects.prontosms import NAME, endpoints
from tolmach.wire import WireRequest

ENDPOINTS = {path: endpoint for endpoint in endpoints() for path in endpoint.paths}
JSON = {"/sendsmsjson.php", "/xml/sendsmsjson.php"}  # their laws stand in test_sendsmsjson.py
PLAIN = {"/sendsms.php", "/xml/file.php", "/xml/sendsms.php"}  # they answer in plain text
CASES = sorted((Path(__file__).parent / "cases").glob("*.toml"))
NAMES = [
    "message",
    "originator",
    "operator",
    "file",
    "patterns",
    "pattern",
    "registry_originator",
    "stats",
    "client",
    "bases",
    "delete_bases",
    "base",
    "phone",
    "abonent",
    "get_state",
    "id_sms",
    "security",
    "login",
    "text",
    "sender",
    "translite",
    "time",
]
ATTRIBUTES = [
    "id_base",
    "INN",
    "id",
    "id_pattern",
    "originator",
    "type",
    "date_start",
    "state",
    "from_hour",
    "after",
    "login_client",
    "balance",
    "type_transaction",
    "day_before",
    "date_birth",
    "male",
    "page",
    "phone",
    "type",
    "type_send_1",
    "type_send_2",
    "time_send",
    "validity_period",
    "client_id_sms",
    "value",
]
VALUES = st.one_of(
    st.sampled_from(["", "sms", "viber", "1", "2011-01-01 12:00", "0000-00-00 00:00", "9999-12-31 23:59:59", "\\n"]),
    st.text("<>&\"'\n\rя1 ]", max_size=5),
)


elements = trees(NAMES, ATTRIBUTES, VALUES)


def asked(endpoint: Endpoint[Any], body: bytes, query: str = "") -> Call[Any] | RequestError:
    try:
        return endpoint.parse(WireRequest("POST", endpoint.paths[0], query, body=body))
    except RequestError as error:
        return error


def test_the_addresses_of_the_dialect() -> None:
    assert NAME == "prontosms"
    assert sorted(ENDPOINTS) == [
        "/sendsms.php",
        "/sendsmsjson.php",
        "/xml",
        "/xml/",
        "/xml/add_balance.php",
        "/xml/add_originator.php",
        "/xml/balance.php",
        "/xml/bases.php",
        "/xml/check_change.php",
        "/xml/def.php",
        "/xml/file.php",
        "/xml/get_state.php",
        "/xml/incoming.php",
        "/xml/index.php",
        "/xml/list_bases.php",
        "/xml/list_patterns.php",
        "/xml/list_phones.php",
        "/xml/list_registry_originator.php",
        "/xml/list_scheduled.php",
        "/xml/list_stop.php",
        "/xml/originator.php",
        "/xml/patterns.php",
        "/xml/phones.php",
        "/xml/registry_originator.php",
        "/xml/scheduled.php",
        "/xml/sendsms.php",
        "/xml/sendsmsjson.php",
        "/xml/state.php",
        "/xml/stats.php",
        "/xml/stop.php",
        "/xml/time.php",
        "/xml/version.php",
    ]


def test_only_sending_and_giving_money_are_closed_to_blocked_accounts() -> None:
    assert {path for path, endpoint in ENDPOINTS.items() if not endpoint.open_to_blocked} == {
        *(PLAIN - {"/xml/file.php"}),
        *JSON,  # of whose calls each says itself whether it is open
        "/xml/add_balance.php",
        "/xml",
        "/xml/",
        "/xml/index.php",
    }


@pytest.mark.parametrize("path", sorted(ENDPOINTS))
@given(body=st.binary(max_size=200))
def test_any_bytes_are_a_call_or_a_request_error(path: str, body: bytes) -> None:
    assert isinstance(asked(ENDPOINTS[path], body), Call | RequestError)


DOCUMENTS = [
    *("/xml/", "/xml/state.php", "/xml/bases.php", "/xml/phones.php", "/xml/list_phones.php"),
    *("/xml/add_originator.php", "/xml/patterns.php", "/xml/registry_originator.php"),
    *("/xml/stats.php", "/xml/get_state.php", "/xml/add_balance.php"),
]


@given(inner=st.lists(elements, max_size=3), secure=st.booleans())
@settings(max_examples=300)
def test_any_document_is_a_call_or_a_request_error(inner: list[str], secure: bool) -> None:
    body = f"<request>{''.join(inner)}{SECURITY if secure else ''}</request>".encode()
    for path in DOCUMENTS:  # making a document takes far longer than reading it
        found = asked(ENDPOINTS[path], body)
        assert isinstance(found, Call) or found.failure in {Failure.UNAUTHORISED, Failure.MALFORMED}, path


@pytest.mark.parametrize("path", sorted(ENDPOINTS.keys() - PLAIN - JSON))
@pytest.mark.parametrize("failure", Failure)
def test_every_failure_is_refused_in_words(path: str, failure: Failure) -> None:
    error = RequestError(failure, "detail", code=77)
    assert "<error>" in text(ENDPOINTS[path].refuse(error, None))
    assert ENDPOINTS[path].refuse(error, None) == ENDPOINTS[path].refuse(error, None)


def exchanges() -> list[Any]:
    found = []
    for case in CASES:
        for number, exchange in enumerate(tomllib.loads(case.read_text(encoding="utf-8"))["exchange"]):
            found.append(pytest.param(exchange, id=f"{case.stem}-{number}"))
    return found


@pytest.mark.parametrize("exchange", exchanges())
def test_a_case_that_no_account_decides_is_answered_to_the_byte(exchange: dict[str, str]) -> None:
    path, _, query = exchange["path"].partition("?")
    endpoint = ENDPOINTS[path]
    found = asked(endpoint, exchange["request"].encode(), query)
    fault = found if isinstance(found, RequestError) else found.fault
    known = "Неправильный логин или пароль" not in exchange["response"]
    if fault is not None and (known or isinstance(found, RequestError)):
        call = found if isinstance(found, Call) else None
        assert endpoint.refuse(fault, call).body.decode() == exchange["response"]
    else:
        assert "Неправильный формат" not in exchange["response"]
