"""What holds for every request, however broken, and for every answer."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from tolmach.core.errors import Failure, RequestError
from tolmach.dialects.contract import Call, Endpoint
from tolmach.dialects.smspager import NAME, endpoints
from tolmach.wire import WireRequest, WireResponse

TAGS = ["login", "password", "action", "text", "to", "smsid", "datetime", "vp", "source", "start", "stop", "x"]
VALUES = st.one_of(
    st.text(max_size=30),
    st.sampled_from(["check", "make", "send", "0", "1", "2010-05-01", "0000-00-00", "9999-12-31 23:59:59", "9" * 30]),
)
ENDPOINTS = st.sampled_from(endpoints())


@st.composite
def documents(draw: st.DrawFn) -> bytes:
    """Documents of known elements in any order with any content, as lxml would write them."""
    root = etree.Element("data")
    for tag, value in draw(st.lists(st.tuples(st.sampled_from(TAGS), VALUES), max_size=14)):
        child = etree.SubElement(root, tag)
        try:
            child.text = value
            child.set("number", value)
        except ValueError:  # a character that XML does not have
            child.text = "?"
    if draw(st.booleans()):
        etree.SubElement(root, "login").text = "demo"
        etree.SubElement(root, "password").text = "demo"
    return bytes(etree.tostring(root, encoding="utf-8"))


def judge(endpoint: Endpoint[Any], body: bytes) -> WireResponse | None:
    """Return the error that the request gets, None when it would be carried out."""
    call: Call[Any] | None = None
    try:
        call = endpoint.parse(WireRequest("POST", endpoint.paths[0], body=body))
    except RequestError as error:
        return endpoint.refuse(error, None)
    return endpoint.refuse(call.fault, call) if call.fault else None


def check(answer: WireResponse) -> None:
    root = etree.fromstring(answer.body)
    assert answer.status == 200
    assert root.tag == "data"
    assert [child.tag for child in list(root)[:2]] == ["code", "descr"]


@given(ENDPOINTS, st.binary(max_size=300))
def test_any_bytes_are_a_call_or_an_error(endpoint: Endpoint[Any], body: bytes) -> None:
    answer = judge(endpoint, body)
    assert answer is not None
    check(answer)


@given(ENDPOINTS, documents())
def test_any_document_is_a_call_or_an_error(endpoint: Endpoint[Any], body: bytes) -> None:
    answer = judge(endpoint, body)
    assert answer == judge(endpoint, body)
    if answer is not None:
        check(answer)


@pytest.mark.parametrize("endpoint", endpoints(), ids=lambda endpoint: endpoint.paths[0])
@pytest.mark.parametrize("failure", Failure)
def test_every_failure_is_answered(endpoint: Endpoint[Any], failure: Failure) -> None:
    check(endpoint.refuse(RequestError(failure), None))


def test_addresses_do_not_collide() -> None:
    paths = [path for endpoint in endpoints() for path in endpoint.paths]
    assert len(paths) == len(set(paths)) == 8
    assert NAME == "smspager"
