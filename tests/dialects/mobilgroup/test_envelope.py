import pytest
from lxml import etree

from tolmach.core.errors import Failure, RequestError
from tolmach.dialects.mobilgroup.envelope import check_id, read_fields, respond


def test_first_element_of_a_name_counts_and_absent_ones_are_empty() -> None:
    fields = read_fields(etree.fromstring("<request><id> 1\n</id><id>2</id><!-- 3 --><?id 4?></request>"))
    assert (fields["id"], fields["phone"], len(fields)) == ("1", "", 1)


def test_only_the_message_keeps_its_white_space() -> None:
    fields = read_fields(etree.fromstring("<request><message> a\n</message><sender> b </sender></request>"))
    assert (fields["message"], fields["sender"]) == (" a\n", "b")


@pytest.mark.parametrize("request_id", ["1", "0", "123456", "9" * 32])
def test_ids(request_id: str) -> None:
    assert check_id(request_id) is None  # type: ignore[func-returns-value]


@pytest.mark.parametrize(
    ("request_id", "failure"),
    [
        ("", Failure.MISSING_FIELD),
        ("a1", Failure.BAD_FIELD),
        ("-1", Failure.BAD_FIELD),
        ("٣", Failure.BAD_FIELD),
        ("9" * 33, Failure.BAD_FIELD),
    ],
)
def test_wrong_ids(request_id: str, failure: Failure) -> None:
    with pytest.raises(RequestError) as caught:
        check_id(request_id)
    assert caught.value.failure is failure


# the manual's answers, without the spaces in their end tags
@pytest.mark.parametrize(
    ("number", "result"),
    [(0, b"<result>OK</result>\n<error>0</error>"), (4, b"<result>ERROR</result>\n<error>4</error>")],
)
def test_answers_of_the_manual(number: int, result: bytes) -> None:
    answer = respond(number, "123456")
    assert (answer.status, answer.headers) == (200, {"content-type": "text/xml; charset=windows-1251"})
    head = b'<?xml version="1.0" encoding="windows-1251"?>\n<response>\n'
    assert answer.body == head + result + b"\n<id>123456</id>\n</response>"


def test_no_id_came_so_none_is_returned() -> None:
    assert b"<id>" not in respond(0, "", "<balance>1234</balance>").body


def test_characters_outside_windows_1251_become_references() -> None:
    answer = respond(2, "№ ☃ <&>\u0098")
    assert b"<id>\xb9 &#9731; &lt;&amp;&gt;&#152;</id>" in answer.body
    assert etree.fromstring(answer.body).findtext("id") == "№ ☃ <&>\u0098"
