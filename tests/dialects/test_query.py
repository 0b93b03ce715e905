from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tolmach.dialects.query import read_parameters
from tolmach.wire import WireRequest

TEXT = "Привет, мир"


def asked(query: str, body: bytes = b"", method: str = "GET") -> dict[str, str]:
    return read_parameters(WireRequest(method, "/", query, body=body))


@pytest.mark.parametrize("encoding", ["utf-8", "windows-1251"])
def test_either_charset(encoding: str) -> None:
    assert asked(f"text={quote(TEXT.encode(encoding))}&a=1") == {"text": TEXT, "a": "1"}


@pytest.mark.parametrize("encoding", ["utf-8", "windows-1251"])
def test_octets_that_are_not_escaped(encoding: str) -> None:
    assert asked(f"text={TEXT.encode(encoding).decode('latin-1')}")["text"] == TEXT


def test_plus_and_percent_and_what_is_left_out() -> None:
    found = asked("text=a+b%20c%2B&&x&y=&text=second&=v")
    assert found == {"text": "a b c+", "x": "", "y": "", "": "v"}
    assert read_parameters(WireRequest("GET", "/"))["text"] == ""


def test_a_form_is_read_when_it_is_posted() -> None:
    body = urlencode({"text": TEXT, "a": "2"}).encode()
    assert asked("a=1", body, "POST") == {"a": "1", "text": TEXT}
    assert asked("a=1", body, "GET") == {"a": "1"}


@pytest.mark.parametrize("encoding", ["utf-8", "windows-1251"])
def test_a_nul_is_no_character(encoding: str) -> None:
    """Not every database has it."""
    assert asked(f"text={quote(f'a{chr(0)}Привет'.encode(encoding))}") == {"text": "a\ufffdПривет"}


@given(st.text(st.characters(max_codepoint=255), max_size=60), st.binary(max_size=60))
def test_any_octets_are_parameters(query: str, body: bytes) -> None:
    assert all(isinstance(value, str) for value in asked(query, body, "POST").values())


@given(st.dictionaries(st.text("abc", min_size=1, max_size=3), st.text(max_size=20), max_size=4))
def test_what_was_written_is_read(fields: dict[str, str]) -> None:
    clean = {name: value for name, value in fields.items() if value.isprintable()}
    assert asked(urlencode(clean)) == clean
