import pytest

from tolmach.core.errors import Failure, RequestError
from tolmach.dialects.document import read_root
from tolmach.wire import WireRequest


def request(body: bytes) -> WireRequest:
    return WireRequest("POST", "/", headers={"content-type": "application/x-www-form-urlencoded"}, body=body)


@pytest.mark.parametrize(
    "body",
    [
        b"<r>\xd1\x8f</r>",
        b"\xef\xbb\xbf\n<r>\xd1\x8f</r>",
        '<?xml version="1.0" encoding="cp1251"?><r>я</r>'.encode("cp1251"),
    ],
)
def test_the_body_is_read_whatever_its_label_says(body: bytes) -> None:
    asked = request(body)
    assert read_root(asked).text == "я"
    assert asked.notes == []


def test_what_says_nothing_of_its_encoding_is_in_that_of_the_dialect() -> None:
    assert read_root(request("<r>я</r>".encode("koi8-r")), default_encoding="koi8-r").text == "я"


def test_a_repair_is_noted() -> None:
    asked = request(b"<r>a & b</ r>")
    assert read_root(asked).text == "a & b"
    assert asked.notes == ["repaired a document that is not well-formed"]


@pytest.mark.parametrize("body", [b"", b" \t\r\n", b"\xef\xbb\xbf"])
def test_nothing(body: bytes) -> None:
    with pytest.raises(RequestError) as told:
        read_root(request(body))
    assert told.value.failure is Failure.EMPTY_BODY


@pytest.mark.parametrize(("body", "code"), [(b"text", 4), (b"<r>", 77), (b"<r></q>", 76), (b"<r>\xff</r>\x98", 9)])
def test_what_is_no_document_has_the_number_of_libxml2(body: bytes, code: int) -> None:
    with pytest.raises(RequestError) as told:
        read_root(request(body))
    assert (told.value.failure, told.value.code) == (Failure.MALFORMED, code)


@pytest.mark.parametrize(
    "body",
    [b"<r><secret>a</r>", b"<r>&secret;</r>", b"<r secret=1/>", b'<r secret="a" secret="b"/>',
     b"<secret:r/>", b'<?xml version="1.0" encoding="secret"?><r/>', b"<?secret", b"<r/>secret"],
)  # fmt: skip
def test_the_reason_does_not_quote_the_document(body: bytes) -> None:
    with pytest.raises(RequestError) as told:
        read_root(request(body))
    assert f"XML error {told.value.code}" in str(told.value)
    assert "secret" not in str(told.value)
