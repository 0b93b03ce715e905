"""JSON documents as XML trees, and answers as JSON."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from tolmach.codecs import xmltree
from tolmach.core.errors import Failure, RequestError
from tolmach.dialects.engine.envelope import on_one_line
from tolmach.dialects.engine.jsontree import SECURITY, Form, Row, Shape, document, in_json, read_object
from tolmach.wire import WireRequest

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=12,
)
REQUEST = Form("request", inner={"security": SECURITY, "rows": Form("row", "rows", text="words", scalar="id")})


def asked(body: bytes) -> dict[str, Any]:
    return read_object(WireRequest("POST", "/", body=body))


def xml(value: dict[str, Any], form: Form = REQUEST) -> str:
    return document(form, value).decode()


def answered(children: list[str], shape: Shape) -> Any:
    return json.loads(in_json(on_one_line(children), shape).body)


@pytest.mark.parametrize(
    ("body", "failure"),
    [
        (b"", Failure.EMPTY_BODY),
        (b" \r\n", Failure.EMPTY_BODY),
        (b"<request/>", Failure.MALFORMED),
        (b"[]", Failure.MALFORMED),
        (b'{"a": NULL}', Failure.MALFORMED),
        ('{"a": "я"}'.encode("cp1251"), Failure.MALFORMED),
        (b'{"a":' * 5000 + b"1" + b"}" * 5000, Failure.MALFORMED),
    ],
)
def test_what_is_no_object(body: bytes, failure: Failure) -> None:
    with pytest.raises(RequestError) as error:
        asked(body)
    assert error.value.failure is failure


def test_a_byte_order_mark_does_not_matter() -> None:
    assert asked('\ufeff{"a": "я"}'.encode()) == {"a": "я"}


def test_long_numbers_keep_all_their_digits() -> None:
    assert xml(asked(b'{"rows": [123456789012345678901]}')) == (
        '<request><rows><row id="123456789012345678901"/></rows></request>'
    )


def test_plain_values_are_attributes_and_one_of_them_the_text() -> None:
    assert xml({"type": "a<b", "rows": [{"id": 7, "words": "x & y", "on": True, "off": False, "none": None}]}) == (
        '<request type="a&lt;b"><rows><row id="7" on="1" off="0">x &amp; y</row></rows></request>'
    )


def test_plain_values_are_elements_where_the_form_says_so() -> None:
    form = Form("message", elements=True, attributes=frozenset({"type"}))
    assert xml({"type": "sms", "text": "x\ny"}, form) == (
        '<request><message type="sms"><text>x\ny</text></message></request>'
    )


def test_an_object_may_stand_for_a_list_of_one_and_a_list_may_have_numbers_for_names() -> None:
    one = '<request><rows><row id="1"></row></rows></request>'
    assert xml({"rows": {"id": 1}}) == one
    assert xml({"rows": {"3": {"id": 1}}}) == one
    assert xml({"rows": [None, {"id": 1}]}) == one
    assert xml({"rows": []}) == "<request><rows></rows></request>"


def test_credentials_keep_their_white_space() -> None:
    assert xml({"security": {"login": "a", "password": " b "}}) == (
        '<request><security><login value="a"/><password value=" b "/></security></request>'
    )


def test_names_that_xml_cannot_carry_are_left_out() -> None:
    assert xml({"a b": 1, "<": 1, "": 1, "xmlns": "x", "1a": 1, "ключ": 1}) == "<request></request>"


def test_what_is_verbatim_stays_json() -> None:
    form = Form("request", verbatim=frozenset({"data"}))
    assert xml({"data": {"Name": "Имя", "n": [1, 2.5]}}, form) == (
        "<request><data>{&quot;Name&quot;:&quot;Имя&quot;,&quot;n&quot;:[1,2.5]}</data></request>"
    )
    assert xml({"data": "as it is"}, form) == "<request><data>as it is</data></request>"


@pytest.mark.parametrize("value", [{"rows": [[1]]}, {"security": {"login": [[]]}}])
def test_a_list_is_no_value(value: dict[str, Any]) -> None:
    with pytest.raises(RequestError) as error:
        document(REQUEST, value)
    assert error.value.failure is Failure.MALFORMED


def test_documents_nest_sixteen_deep() -> None:
    value: dict[str, Any] = {"a": {}}
    for _ in range(15):
        value = {"a": value}
    document(REQUEST, value)
    with pytest.raises(RequestError):
        document(REQUEST, {"a": value})


def failure_of(function: Callable[[], object]) -> Failure | None:
    try:
        function()
    except RequestError as error:
        return error.failure
    return None


@given(value=st.dictionaries(st.text(max_size=5) | st.sampled_from(["rows", "security", "id", "words"]), JSON))
def test_every_object_is_a_document_or_malformed(value: dict[str, Any]) -> None:
    failure = failure_of(lambda: document(REQUEST, value))
    if failure is None:
        assert not xmltree.parse(document(REQUEST, value)).repaired
    else:
        assert failure is Failure.MALFORMED


@given(body=st.binary(max_size=60) | JSON.map(lambda value: json.dumps(value).encode()))
def test_any_bytes_are_an_object_or_an_error(body: bytes) -> None:
    assert failure_of(lambda: asked(body)) in {None, Failure.EMPTY_BODY, Failure.MALFORMED}


def test_rows_are_a_list_and_their_text_has_a_name() -> None:
    shape = Shape({"row": Row("rows", "state")})
    assert answered(['<row id="1">send</row>', '<row id="2"/>'], shape) == {
        "rows": [{"id": "1", "state": "send"}, {"id": "2", "state": ""}]
    }
    assert answered([], shape) == {"rows": []}


def test_rows_without_attributes_are_strings() -> None:
    assert answered(["<phone>1</phone>", "<phone>2</phone>"], Shape({"phone": Row("phones")})) == {"phones": ["1", "2"]}


def test_what_stands_around_rows_gives_its_attributes_to_the_answer() -> None:
    shape = Shape({"phone": Row("phones")}, frozenset({"page"}))
    assert answered(['<page page="1" num_pages="2"><phone a="b"/></page>'], shape) == {
        "page": "1",
        "num_pages": "2",
        "phones": [{"a": "b"}],
    }
    assert answered(["<any>TRUE</any>"], shape) == {"any": "TRUE"}


def test_what_is_no_row_is_a_value_or_an_object() -> None:
    children = ["<time>12:00</time>", '<money currency="RUR">1.5</money>', "<a><b c='d'/><b/></a>"]
    assert answered(children, Shape()) == {
        "time": "12:00",
        "money": {"currency": "RUR", "value": "1.5"},
        "a": {"b": [{"c": "d"}, {}]},
    }


def test_errors_keep_their_words_but_for_the_name_of_the_format() -> None:
    for words, expected in [
        ("Неправильный логин или пароль", "Неправильный логин или пароль"),
        ("Неправильный формат XML документа", "Неправильный формат JSON документа"),
    ]:
        assert answered([f"<error>{words}</error>"], Shape({"row": Row("rows")})) == {"error": expected}


def test_the_head_of_an_answer_says_json() -> None:
    response = in_json(on_one_line([]), Shape())
    assert (response.status, response.headers) == (200, {"content-type": "application/json; charset=utf-8"})
    assert etree.fromstring(on_one_line([]).body).tag == "response"
