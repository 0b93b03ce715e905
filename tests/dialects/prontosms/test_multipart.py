import pytest
from hypothesis import given
from hypothesis import strategies as st

from tolmach.core.errors import Failure, RequestError
from tolmach.dialects.prontosms.multipart import MOST_PARTS, Part, read_parts
from tolmach.wire import WireRequest

TYPE = "multipart/form-data; boundary=b"


def form(*parts: tuple[str, bytes], end: bytes = b"--b--\r\n") -> bytes:
    """A form; what stands before the content is written as it is."""
    return b"".join(b"--b\r\n" + head.encode() + b"\r\n\r\n" + content + b"\r\n" for head, content in parts) + end


def named(name: str, more: str = "") -> str:
    return f'Content-Disposition: form-data; name="{name}"{more}'


def read(body: bytes, content_type: str = TYPE) -> list[Part] | Failure:
    try:
        return read_parts(WireRequest("POST", "/", headers={"content-type": content_type}, body=body))
    except RequestError as error:
        return error.failure


def test_fields_and_files() -> None:
    body = form((named("a"), b"1"), (named("file", '; filename="x.jpg"') + "\r\nContent-Type: image/jpg", b"\0\r\n--c"))
    found = read(body)
    assert isinstance(found, list)
    assert [(part.name, part.filename, bytes(part.content)) for part in found] == [
        ("a", None, b"1"),
        ("file", "x.jpg", b"\0\r\n--c"),
    ]
    assert found[0].text == "1"


@pytest.mark.parametrize("kind", ["", "text/xml", "multipart/form-data", "multipart/form-data; boundary=" + "x" * 999])
def test_another_type(kind: str) -> None:
    assert read(form((named("a"), b"1")), kind) is Failure.MALFORMED


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"--b",
        b"no boundary",
        form((named("a"), b"1"), end=b""),
        form((named("a"), b"1"))[:-6],
        b"--b\r\n" + b"x" * 100_000,
        b"--b\r\n" + b"X: y\r\n" * 1_000 + b"\r\n",
        form(*[(named("a"), b"1")] * (MOST_PARTS + 1)),
    ],
)
def test_forms_that_are_not_whole(body: bytes) -> None:
    assert read(body) is Failure.MALFORMED


@given(st.binary(max_size=300), st.text(max_size=60))
def test_any_bytes_are_parts_or_malformed(body: bytes, kind: str) -> None:
    for content_type in (kind, TYPE):
        found = read(b"--b\r\n" + body, content_type)
        assert isinstance(found, list) or found is Failure.MALFORMED
