"""What holds for every request, however broken, and for every answer."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from tolmach.core.errors import Failure, RequestError
from tolmach.dialects.contract import Call
from tolmach.dialects.mobilgroup import NAME, endpoints
from tolmach.wire import WireRequest, WireResponse

(ENDPOINT,) = endpoints()
TAGS = [
    "user_id",
    "command",
    "phone",
    "message",
    "id",
    "sender",
    "rus_sms",
    "translit",
    "schedule",
    "valid",
    "extended",
]
VALUES = st.one_of(
    st.text(max_size=30),
    st.sampled_from(["send", "status", "balance", "0", "1", "2010-05-01 10:00", "9" * 40, "☃", "№"]),
)


@st.composite
def documents(draw: st.DrawFn) -> bytes:
    """Documents of known elements in any order with any content, in either encoding."""
    root = etree.Element("request")
    if draw(st.booleans()):
        command = draw(st.sampled_from(["send", "status", "balance"]))
        for tag, value in {"user_id": "1", "user": "demo", "pwd": "demo", "command": command}.items():
            etree.SubElement(root, tag).text = value
    for tag, value in draw(st.lists(st.tuples(st.sampled_from(TAGS), VALUES), max_size=14)):
        child = etree.SubElement(root, tag)
        try:
            child.text = value
        except ValueError:  # a character that XML does not have
            child.text = "?"
    encoding = draw(st.sampled_from(["windows-1251", "utf-8"]))
    text = etree.tostring(root, encoding="unicode")
    declared = f'<?xml version="1.0" encoding="{encoding}"?>{text}'
    return declared.encode(encoding, "xmlcharrefreplace")


def judge(body: bytes) -> WireResponse | None:
    """Return the error that the request gets, None when it would be carried out."""
    call: Call[Any] | None = None
    try:
        call = ENDPOINT.parse(WireRequest("POST", "/extxml.php", body=body))
    except RequestError as error:
        return ENDPOINT.refuse(error, None)
    return ENDPOINT.refuse(call.fault, call) if call.fault else None


def check(answer: WireResponse) -> None:
    root = etree.fromstring(answer.body)
    assert answer.status == 200
    assert root.tag == "response"
    assert root.findtext("result") == "ERROR"
    assert 1 <= int(root.findtext("error") or 0) <= 12


@given(st.binary(max_size=300))
def test_any_bytes_are_a_call_or_an_error(body: bytes) -> None:
    answer = judge(body)
    assert answer is not None
    check(answer)


@given(documents())
def test_any_document_is_a_call_or_an_error(body: bytes) -> None:
    answer = judge(body)
    assert answer == judge(body)
    if answer is not None:
        check(answer)


@pytest.mark.parametrize("failure", Failure)
def test_every_failure_is_answered(failure: Failure) -> None:
    check(ENDPOINT.refuse(RequestError(failure), None))


def test_name() -> None:
    assert NAME == "mobilgroup"
