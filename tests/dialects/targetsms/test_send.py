import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.dialects.engine.documents import below_root
from tests.dialects.targetsms.documents import call, post, request, sent
from tolmach.core.accounts import Login
from tolmach.core.commands import SendMessages
from tolmach.core.content import Channel
from tolmach.core.errors import Failure, RequestError
from tolmach.core.ids import MessageId, leg_id
from tolmach.core.money import Money
from tolmach.core.rejections import Rejection
from tolmach.core.results import Accepted, LegQuote, Rejected, SendItem, SendResult
from tolmach.dialects.targetsms.message import Addressee
from tolmach.dialects.targetsms.send import Send

MESSAGE = "<message><send_sms>1</send_sms><sender_sms>INFORM</sender_sms><text_sms>Привет</text_sms>{}</message>"
ABONENT = '<abonent phone="79801234567" client_id_message="{}"/>'
PHONE = "79801234567"
XML_TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]))


def accepted(number: int, *channels: Channel, parts: int = 1) -> Accepted:
    message = MessageId(number)
    legs = (LegQuote(leg_id(message, step), name, parts, Money(10_000)) for step, name in enumerate(channels, 1))
    return Accepted(message, PHONE, tuple(legs))


def rejected(reason: Rejection) -> Rejected:
    return Rejected(reason, PHONE)


def rendered(echo: tuple[tuple[Addressee, ...], ...], *items: SendItem) -> str:
    return below_root(Send().render(call(echo), SendResult(items, datetime(2017, 11, 23, tzinfo=UTC))))


def to(*client_ids: str) -> tuple[Addressee, ...]:
    return tuple(Addressee(client_id, PHONE) for client_id in client_ids)


def test_messages_and_abonents_keep_their_order() -> None:
    parsed = Send().parse(
        request(
            MESSAGE.format(ABONENT.format(1) + ABONENT.format(""))
            + "<message/>"
            + MESSAGE.format("")
            + MESSAGE.format(ABONENT.format(3))
        )
    )
    assert parsed.credentials == Login("demo", "secret")
    assert parsed.echo == (to("1", ""), (), to("3"))
    assert isinstance(parsed.command, SendMessages)
    assert parsed.command.dialect == "targetsms"
    assert [draft.client_key for draft in parsed.command.drafts] == ["1", None, "3"]


def test_a_document_without_messages_asks_for_nothing() -> None:
    assert sent("").drafts == ()


@pytest.mark.parametrize(
    ("body", "failure"),
    [
        ("", Failure.EMPTY_BODY),
        (" \r\n\t", Failure.EMPTY_BODY),
        ("привет", Failure.MALFORMED),
        ("<request>", Failure.MALFORMED),
        ("<!DOCTYPE request><request/>", Failure.MALFORMED),
        ("<request/>", Failure.UNAUTHORISED),
        ("<request><message><send_sms>x</send_sms></message></request>", Failure.UNAUTHORISED),
    ],
)
def test_what_is_refused_before_anybody_is_asked(body: str, failure: Failure) -> None:
    with pytest.raises(RequestError) as caught:
        Send().parse(post(body))
    assert caught.value.failure is failure


@pytest.mark.parametrize(
    ("inner", "failure"),
    [("<send_sms>x</send_sms>", Failure.BAD_FIELD), ("<time_send>завтра</time_send>", Failure.BAD_DATE)],
)
def test_what_is_wrong_inside_waits_for_the_login(inner: str, failure: Failure) -> None:
    parsed = Send().parse(request(MESSAGE.format(ABONENT) + f"<message>{inner}</message>"))
    assert parsed.fault is not None
    assert parsed.fault.failure is failure
    assert parsed.command == SendMessages((), "targetsms")


def test_the_answer_of_the_manual() -> None:
    body = rendered(
        (to("111", "112"), to("113"), to("")),
        accepted(10, Channel.VIBER, Channel.SMS),
        rejected(Rejection.NO_SENDER),
        accepted(20, Channel.SMS, parts=2),
        rejected(Rejection.NO_STEPS),
    )
    assert body == (
        "<message>\n"
        '<information id_message="10" client_id_message="111" id_sms="0" id_viber="11" phone="79801234567" '
        'count_message="1">send</information>\n'
        '<information client_id_message="112" phone="79801234567">Нет отправителя.</information>\n'
        "</message>\n"
        "<message>\n"
        '<information id_message="20" client_id_message="113" id_sms="21" id_viber="0" phone="79801234567" '
        'count_message="2">send</information>\n'
        "</message>\n"
        "<message>\n"
        "<error>Не указан ни один канал отправки (send_viber или send_sms).</error>\n"
        "</message>"
    )


def test_no_channel_is_told_per_abonent_when_another_has_its_own_trouble() -> None:
    body = rendered((to("1", "2"),), rejected(Rejection.NO_STEPS), rejected(Rejection.NO_RECIPIENT))
    assert re.findall(r'client_id_message="(\d)".*>(.*)</information>', body) == [
        ("1", "Не указан ни один канал отправки (send_viber или send_sms)."),
        ("2", "Укажите номер телефона."),
    ]


def test_a_message_to_nobody_is_an_error_of_its_own_and_shifts_nothing() -> None:
    body = rendered(((), to("1")), accepted(10, Channel.SMS))
    assert body.startswith("<message>\n<error>Укажите номер телефона.</error>\n</message>\n<message>\n<information ")


def test_what_was_written_is_repeated_escaped() -> None:
    body = rendered(((Addressee('a&"', "<+7>"),),), accepted(10, Channel.SMS))
    assert 'client_id_message="a&amp;&quot;"' in body
    assert 'phone="&lt;+7&gt;"' in body


ITEMS = st.one_of(
    st.builds(accepted, st.integers(1, 2**40).map(lambda number: number * 10), st.sampled_from(Channel)),
    st.builds(rejected, st.sampled_from(Rejection)),
)


@given(st.lists(st.lists(st.tuples(XML_TEXT, XML_TEXT, ITEMS), max_size=3), max_size=3))
def test_an_answer_is_well_formed_and_always_the_same(messages: list[list[tuple[str, str, SendItem]]]) -> None:
    echo = tuple(tuple(Addressee(key, phone) for key, phone, _ in message) for message in messages)
    items = [item for message in messages for _, _, item in message]
    body = rendered(echo, *items)
    assert body.count("<message>\n") == len(messages)
    assert body == rendered(echo, *items)
