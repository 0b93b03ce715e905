from contextlib import suppress
from urllib.parse import parse_qs, urlsplit

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tolmach.codecs import xmltree
from tolmach.providers.http_contract import UnclearError
from tolmach.providers.places import find, in_body, in_header, in_url

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
XML_TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"))


@given(TEXTS)
def test_nothing_ends_its_part_of_a_url(text: str) -> None:
    url = in_url("https://a.example/send?to={recipient}&text={text}&x=1", {"recipient": "7", "text": text})
    assert parse_qs(urlsplit(url).query, keep_blank_values=True) == {"to": ["7"], "text": [text], "x": ["1"]}
    assert urlsplit(in_url("https://a.example/{text}/end", {"text": text})).path.count("/") == 2


@given(TEXTS)
def test_nothing_ends_its_part_of_a_form_or_of_json(text: str) -> None:
    form = in_body("to={recipient}&text={text}", {"recipient": "7", "text": text}, "form")
    assert parse_qs(form, keep_blank_values=True) == {"to": ["7"], "text": [text]}
    document = in_body('{"to": "{recipient}", "text": "{text}"}', {"recipient": "7", "text": text}, "json")
    assert orjson.loads(document) == {"to": "7", "text": text}


@given(XML_TEXTS)
def test_nothing_ends_its_part_of_xml(text: str) -> None:
    document = in_body('<sms to="{recipient}" text="{text}"><t>{text}</t></sms>', {"text": text}, "xml")
    root = xmltree.parse(document.encode()).root
    assert (root.get("text"), xmltree.child_text(root, "t"), root.get("to")) == (text, text, "")


@given(TEXTS)
def test_headers_stay_on_their_line(text: str) -> None:
    assert not set("\r\n\0") & set(in_header("Bearer {password}", {"password": text}))


def test_values_are_not_filled_in_again() -> None:
    assert in_body("{text}", {"text": "{password}", "password": "secret"}, "xml") == "{password}"


@pytest.mark.parametrize(
    ("place", "body", "found"),
    [
        ("json:id", b'{"id": 5}', "5"),
        ("json:id", b'{"id": "5"}', "5"),
        ("json:ok", b'{"ok": true}', "true"),
        ("json:messages.0.id", b'{"messages": [{"id": "a"}]}', "a"),
        ("json:messages.1.id", b'{"messages": [{"id": "a"}]}', None),
        ("json:id.deep", b'{"id": 5}', None),
        ("json:messages", b'{"messages": []}', None),
        ("json:none", b"{}", None),
        ("xml:/answer/id", b"<answer><id>5</id></answer>", "5"),
        ("xml:/answer/@id", b"<answer id='5'/>", "5"),
        ("xml:string(/answer/id)", b"<answer><id>5</id></answer>", "5"),
        ("xml:/none", b"<answer/>", None),
        ("regex:id=([0-9]+)", b"OK id=57\n", "57"),
        ("regex:^OK", b"OK", "OK"),
        ("regex:^OK", b"ERR", None),
        ("query:id", b"id=5&status=x", "5"),
        ("query:none", b"id=5", None),
    ],
)
def test_places(place: str, body: bytes, found: str | None) -> None:
    assert find(place, body) == found


def test_a_query_of_the_address() -> None:
    assert find("query:id", b"", "id=5&status=%D0%BE%D0%BA") == "5"
    assert find("query:status", b"", "id=5&status=%D0%BE%D0%BA") == "ок"


@pytest.mark.parametrize("place", ["json:id", "xml:/id"])
@given(body=st.binary())
def test_any_answer_is_read_or_is_none(place: str, body: bytes) -> None:
    with suppress(UnclearError):
        find(place, body)


@pytest.mark.parametrize("path", ["//[", "unknown()", "/a/b:c"])
def test_what_is_no_xpath(path: str) -> None:
    with pytest.raises(UnclearError, match="no XPath"):
        find(f"xml:{path}", b"<a/>")
