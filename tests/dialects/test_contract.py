"""The laws that every dialect keeps."""

from dataclasses import FrozenInstanceError
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tolmach.core.accounts import Login
from tolmach.core.commands import Command, GetBalance
from tolmach.core.errors import Failure, RequestError
from tolmach.dialects import mobilgroup, prontosms, smspager, targetsms
from tolmach.dialects.contract import Call, Endpoint
from tolmach.wire import WireRequest, WireResponse

ENDPOINTS: list[Endpoint[Any]] = [
    endpoint for dialect in (prontosms, targetsms, smspager, mobilgroup) for endpoint in dialect.endpoints()
]
PLAIN = {"/sendsms.php", "/xml/file.php", "/sendmessage.php"}
JSON = {"/sendsmsjson.php", "/sendmessagejson.php"}
NAMES = st.sampled_from(["request", "data", "message", "abonent", "security", "login", "password", "to", "text", "id"])
WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="<&"), max_size=20)
DOCUMENTS = st.recursive(
    WORDS,
    lambda inner: st.builds(
        lambda name, value, children: f'<{name} value="{value}" phone="{value}">{"".join(children)}</{name}>',
        NAMES,
        WORDS.map(lambda text: text.replace('"', "")),
        st.lists(inner, max_size=4),
    ),
    max_leaves=20,
)


def understood(endpoint: Endpoint[Any], body: bytes) -> Call[Any] | RequestError:
    try:
        return endpoint.parse(WireRequest("POST", endpoint.paths[0], body=body))
    except RequestError as error:
        return error


@given(
    st.binary(max_size=200) | DOCUMENTS.map(str.encode) | DOCUMENTS.map(lambda text: f"<data>{text}</data>".encode())
)
def test_any_octets_are_a_call_or_a_request_error(body: bytes) -> None:
    for endpoint in ENDPOINTS:
        call = understood(endpoint, body)
        if isinstance(call, RequestError):
            answer = endpoint.refuse(call, None)
        else:
            assert isinstance(call.command, Command)
            answer = endpoint.refuse(call.fault or RequestError(Failure.UNAUTHORISED), call)
        assert answer.status == 200
        if endpoint.paths[0] not in PLAIN:
            assert answer.body.startswith(b'{"error":' if endpoint.paths[0] in JSON else b"<?xml version=")


@pytest.mark.parametrize("failure", Failure)
def test_every_failure_has_an_answer_everywhere(failure: Failure) -> None:
    for endpoint in ENDPOINTS:
        error = RequestError(failure, "secret detail", code=4)
        answers = {endpoint.refuse(error, None) == endpoint.refuse(error, None) for _ in range(3)}
        assert answers == {True}
        answer = endpoint.refuse(error, None)
        assert answer.status == 200
        assert b"secret detail" not in answer.body


def test_paths_have_single_slashes_and_no_query() -> None:
    for endpoint in ENDPOINTS:
        for path in endpoint.paths:
            assert path.startswith("/")
            assert "//" not in path
            assert "?" not in path


def test_only_where_something_is_sent_a_blocked_account_is_refused() -> None:
    closed = {path for endpoint in ENDPOINTS if not endpoint.open_to_blocked for path in endpoint.paths}
    assert closed == {"/xml", "/xml/", "/xml/index.php", "/xml/message.php", "/send.xml", "/API/XML/send.php",
                      "/extxml.php", "/sendsms.php", "/xml/sendsms.php", "/xml/add_balance.php",
                      "/sendsmsjson.php", "/xml/sendsmsjson.php", "/sendmessage.php", "/xml/sendmessage.php",
                      "/sendmessagejson.php", "/xml/sendmessagejson.php"}  # fmt: skip


def test_a_call_does_not_change() -> None:
    call = Call(Login("demo", "demo"), GetBalance())
    assert (call.echo, call.fault) == (None, None)
    with pytest.raises(FrozenInstanceError):
        call.echo = 1  # type: ignore[misc]


def test_answers_are_values() -> None:
    for endpoint in ENDPOINTS:
        assert isinstance(endpoint.refuse(RequestError(Failure.BUSY), None), WireResponse)
