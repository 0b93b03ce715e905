import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.dialects.engine.documents import below_root
from tests.dialects.prontosms.documents import call, post, rendered, request, sent
from tolmach.core.accounts import Login
from tolmach.core.commands import SendMessages
from tolmach.core.content import Channel
from tolmach.core.errors import Failure, RequestError
from tolmach.core.ids import LegId, MessageId
from tolmach.core.money import Money
from tolmach.core.rejections import Rejection
from tolmach.core.results import Accepted, LegQuote, Rejected, SendItem, SendResult
from tolmach.dialects.prontosms.send import Send

MESSAGE = '<message><sender>INFORM</sender><text>Привет</text><abonent phone="79033256699" number_sms="{}"/></message>'
XML_TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]))


def accepted(number: int, parts: int = 1, *, repeated: bool = False) -> Accepted:
    leg = LegQuote(LegId(number + 1), Channel.SMS, parts, Money(10_000))
    return Accepted(MessageId(number), "79033256699", (leg,), repeated)


def rejected(reason: Rejection) -> Rejected:
    return Rejected(reason, "79033256699")


def test_messages_and_abonents_keep_their_order() -> None:
    payload = '<message type="sms"></message>' + MESSAGE.format(5) + MESSAGE.format("") + MESSAGE.format(0)
    parsed = Send().parse(request(payload))
    assert parsed.credentials == Login("demo", "secret")
    assert parsed.echo == ("5", "", "0")
    assert isinstance(parsed.command, SendMessages)
    assert parsed.command.dialect == "prontosms"
    assert len(parsed.command.drafts) == 3


def test_an_absent_number_is_empty() -> None:
    assert Send().parse(request("<message><abonent/></message>")).echo == ("",)


def test_a_document_without_messages_asks_for_nothing() -> None:
    assert sent("").drafts == ()


@pytest.mark.parametrize("path", ["/xml", "/xml/", "/xml/index.php"])
def test_it_answers_on_all_its_paths_and_not_to_blocked_accounts(path: str) -> None:
    assert path in Send().paths
    assert not Send().open_to_blocked


@pytest.mark.parametrize(
    ("body", "failure"),
    [
        ("", Failure.EMPTY_BODY),
        (" \r\n\t", Failure.EMPTY_BODY),
        ("\ufeff", Failure.EMPTY_BODY),
        ("привет", Failure.MALFORMED),
        ("<request>", Failure.MALFORMED),
        ("<!DOCTYPE request><request/>", Failure.MALFORMED),
        ("<request/>", Failure.UNAUTHORISED),
        ('<request><message><abonent time_send="x"/></message></request>', Failure.UNAUTHORISED),
    ],
)
def test_what_is_refused_before_anybody_is_asked(body: str, failure: Failure) -> None:
    with pytest.raises(RequestError) as caught:
        Send().parse(post(body))
    assert caught.value.failure is failure


@pytest.mark.parametrize(
    ("payload", "failure"),
    [
        ('<message type="telegram"><abonent/></message>', Failure.BAD_FIELD),
        ('<message><abonent time_send="x"/></message>', Failure.BAD_DATE),
    ],
)
def test_what_is_wrong_inside_waits_for_the_login(payload: str, failure: Failure) -> None:
    parsed = Send().parse(request(MESSAGE.format(1) + payload))
    assert parsed.credentials == Login("demo", "secret")
    assert parsed.fault is not None
    assert parsed.fault.failure is failure
    assert parsed.command == SendMessages((), "prontosms")


def test_content_type_and_method_do_not_matter() -> None:
    plain = request(MESSAGE.format(1))
    for headers in ({}, {"content-type": "application/x-www-form-urlencoded"}, {"content-type": "text/plain"}):
        other = type(plain)("GET", plain.path, headers=headers, body=plain.body)
        assert Send().parse(other) == Send().parse(plain)


@pytest.mark.parametrize(
    "encoded",
    [
        '<?xml version="1.0" encoding="windows-1251"?>{}'.encode("cp1251"),
        b'<?xml version="1.0" encoding="utf-8"?>{}',
        b"\xef\xbb\xbf\r\n<?xml  version='1.0'?>{}",
        b"{}",
    ],
)
def test_declared_encodings_are_read(encoded: bytes) -> None:
    charset = "cp1251" if b"1251" in encoded else "utf-8"
    body = encoded.replace(b"{}", request(MESSAGE.format(1)).body.decode().encode(charset))
    parsed = Send().parse(post(body))
    assert parsed == Send().parse(request(MESSAGE.format(1)))


def test_an_accepted_message_and_a_rejected_one() -> None:
    assert rendered(("1", "2"), accepted(10, 2), rejected(Rejection.NO_SENDER)) == (
        '<information number_sms="1" id_sms="10" parts="2">send</information>\n'
        '<information number_sms="2">Нет отправителя.</information>'
    )


def test_a_repeat_is_answered_as_the_first_time() -> None:
    assert rendered(("1",), accepted(10, repeated=True)) == rendered(("1",), accepted(10))


def test_without_numbers_regular_expressions_of_clients_find_the_error() -> None:
    body = rendered(("", ""), rejected(Rejection.NO_MONEY), accepted(10))
    assert re.findall(r'<information number_sms="">(.*)</information>', body) == ["Закончились SMS."]


def test_other_regular_expressions_of_clients() -> None:
    body = rendered(("1", "2"), accepted(1368950719), accepted(2856677675, 12))
    assert re.findall(r'id_sms="(\d+)"', body) == ["1368950719", "2856677675"]
    assert re.findall(r'parts="(.*)">', body) == ["1", "12"]
    assert re.findall(r'<information number_sms="(\d*)" id_sms="(\d+)" parts="(\d+)">(.*)</information>', body) == [
        ("1", "1368950719", "1", "send"),
        ("2", "2856677675", "12", "send"),
    ]


def test_nothing_asked_is_nothing_answered() -> None:
    assert rendered(()) == ""


ITEMS = st.one_of(
    st.builds(accepted, st.integers(1, 2**50), st.integers(1, 20)),
    st.builds(rejected, st.sampled_from(Rejection)),
)


@given(st.lists(st.tuples(XML_TEXT, ITEMS), max_size=5))
def test_an_answer_is_well_formed_one_element_per_line_and_always_the_same(pairs: list[tuple[str, SendItem]]) -> None:
    result = SendResult([item for _, item in pairs], datetime(2011, 1, 1, tzinfo=UTC))
    asked = call(tuple(number for number, _ in pairs))
    body = below_root(Send().render(asked, result))
    assert body.count("\n") == max(len(pairs) - 1, 0)
    assert Send().render(asked, result) == Send().render(asked, result)
