import pytest
from lxml import etree

from tolmach.core.accounts import Login, Token
from tolmach.core.errors import Failure, RequestError
from tolmach.dialects.smspager.envelope import check_smsid, read_fields, read_login, respond
from tolmach.dialects.smspager.vocabulary import SUCCESS
from tolmach.wire import WireRequest

REQUEST = WireRequest("POST", "/send.xml")
BEARER = WireRequest("POST", "/send.xml", headers={"authorization": "bearer  from-the-head "})


def test_first_element_of_a_name_counts_and_absent_ones_are_empty() -> None:
    root = etree.fromstring("<data><smsid> a </smsid><smsid>b</smsid><other>c</other></data>")
    fields = read_fields(root, "smsid", "source")
    assert (fields["smsid"], fields["source"], fields["other"]) == ("a", "", "")


def test_only_the_text_of_a_message_keeps_its_white_space() -> None:
    root = etree.fromstring("<data><text> Привет\n</text><source>\n Magazin </source></data>")
    fields = read_fields(root, "text", "source")
    assert (fields["text"], fields["source"]) == (" Привет\n", "Magazin")


def test_login() -> None:
    root = etree.fromstring("<data><login> demo</login><password>\ns3cret\n</password></data>")
    assert read_login(read_fields(root), REQUEST) == Login("demo", "s3cret")


@pytest.mark.parametrize(
    "content", ["", "<login>demo</login>", "<password>demo</password>", "<login/><password>demo</password>"]
)
def test_missing_credentials_carry_the_echo(content: str) -> None:
    with pytest.raises(RequestError) as caught:
        read_login(read_fields(etree.fromstring(f"<data>{content}</data>")), REQUEST, echo="echo")
    assert (caught.value.failure, caught.value.echo) == (Failure.MISSING_FIELD, "echo")


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("<api_key> key </api_key>", Token("key")),
        ("<login>demo</login><api_key>key</api_key>", Token("key")),
        ("<login>demo</login><password>demo</password><api_key>key</api_key>", Login("demo", "demo")),
        ("<login>demo</login>", Token("from-the-head")),
        ("", Token("from-the-head")),
    ],
)
def test_a_token_stands_in_the_document_or_in_the_head(content: str, found: Login | Token) -> None:
    assert read_login(read_fields(etree.fromstring(f"<data>{content}</data>")), BEARER) == found


def test_smsid_is_counted_in_characters() -> None:
    check_smsid("ы" * 21)
    with pytest.raises(RequestError) as caught:
        check_smsid("ы" * 22)
    assert caught.value.failure is Failure.GROUP_KEY_TOO_LONG


def test_layout_of_an_answer() -> None:
    answer = respond(SUCCESS, "<account>10</account>")
    assert (answer.status, answer.headers) == (200, {"content-type": "text/xml; charset=utf-8"})
    assert answer.body.decode() == (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        "<data><code>1</code><descr>Успешно завершенная операция</descr><account>10</account></data>"
    )
