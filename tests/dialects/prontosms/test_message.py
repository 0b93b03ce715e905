from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.dialects.engine.documents import element
from tolmach.core.content import Channel, Content, FlashText, SilentPing, SmsText, VCard, ViberCard, WapPush
from tolmach.core.drafts import Draft, For, Step, Until
from tolmach.core.errors import Failure, RequestError
from tolmach.dialects.prontosms.message import numbered_drafts

wall = datetime.fromisoformat
TWO_DAYS = For(timedelta(days=2))
ONE_DAY = For(timedelta(days=1))

# the manual's message, with one of each alternative chosen
MANUAL = """<message type_send_1="viber" type_send_2="sms" type="sms">
<sender_viber>Отправитель Viber сообщения</sender_viber>
<text_viber>Текст сообщения</text_viber>
<button_viber>Текст кнопки</button_viber>
<action_viber>Ссылка для кнопки</action_viber>
<image_viber>Адрес картинки</image_viber>
<sender>Отправитель 1</sender>
<text>Текст сообщения 1</text>
<url>Адрес для WAP Push или vCard</url>
<phone cell="79033256699" work="79033256699" fax="79033256699"/>
<abonent phone="79033256699" number_sms="1" client_id_sms="101" time_send="2001-12-31 12:34:54"
 validity_period="2001-12-31 15:34:54" validity_period_viber="2001-12-31 15:34:54" />
<abonent phone="79033256699" number_sms="2" client_id_sms="102" time_send="2001-12-31 12:35:54" />
     ...
<abonent phone="79033256699" number_sms="10" client_id_sms="110" time_send="" />
</message>"""


def drafts(message: str) -> list[Draft]:
    return [item.draft for item in numbered_drafts(element(message))]


def only(inner: str = "", attributes: str = "", abonent: str = 'phone="79033256699"') -> Draft:
    (draft,) = drafts(f"<message{attributes}>{inner}<abonent {abonent}/></message>")
    return draft


def failure(message: str) -> Failure:
    with pytest.raises(RequestError) as caught:
        numbered_drafts(element(message))
    return caught.value.failure


def test_the_sample_of_the_manual() -> None:
    card = ViberCard("Текст сообщения", "Текст кнопки", "Ссылка для кнопки", "Адрес картинки")
    sms = SmsText("Текст сообщения 1")
    until = Until(wall("2001-12-31 15:34:54"))

    def steps(viber_validity: Any, sms_validity: Any) -> tuple[Step, ...]:
        return (
            Step(Channel.VIBER, card, "Отправитель Viber сообщения", viber_validity),
            Step(Channel.SMS, sms, "Отправитель 1", sms_validity),
        )

    items = numbered_drafts(element(MANUAL))
    assert [item.number for item in items] == ["1", "2", "10"]
    phone = "79033256699"
    assert [item.draft for item in items] == [
        Draft(phone, steps(until, until), "101", wall("2001-12-31 12:34:54"), "Шлюз"),
        Draft(phone, steps(ONE_DAY, TWO_DAYS), "102", wall("2001-12-31 12:35:54"), "Шлюз"),
        Draft(phone, steps(ONE_DAY, TWO_DAYS), "110", None, "Шлюз"),
    ]


def test_the_second_sample_has_neither_type_nor_times() -> None:
    message = """<message><sender>Отправитель 2</sender><text>Текстсообщения 2</text>
    <abonent phone="79033256699" number_sms="11" client_id_sms="111" />
    <abonent phone="79033256699" number_sms="12" client_id_sms="112" /></message>"""
    step = Step(Channel.SMS, SmsText("Текстсообщения 2"), "Отправитель 2", TWO_DAYS)
    assert drafts(message) == [Draft("79033256699", (step,), key, None, "Шлюз") for key in ("111", "112")]


@pytest.mark.parametrize(
    "message",
    [
        "<message/>",
        '<message type="sms"></message>',
        '<message type="wappush"></message>',
        '<message type="sms"><sender>INFORM</sender><text>Привет</text></message>',
    ],
)
def test_a_message_to_nobody_is_skipped(message: str) -> None:
    assert numbered_drafts(element(message)) == []


@pytest.mark.parametrize("attributes", ["", ' type="sms"', ' type=""', ' type="SMS"', ' type=" sms "'])
def test_the_type_is_sms_unless_it_says_something_else(attributes: str) -> None:
    assert only("<text>Привет</text>", attributes).steps[0].content == SmsText("Привет")


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("flashsms", FlashText("Текст")),
        ("flash_sms", FlashText("Текст")),
        ("silence", SilentPing("Текст")),
        ("wappush", WapPush("Текст", "http://a")),
        ("vcard", VCard("Имя", url="http://a")),
    ],
)
def test_the_type_is_that_of_the_sms(kind: str, expected: Content) -> None:
    inner = "<text>Текст</text><url> http://a </url><name>Имя</name>"
    assert only(inner, f' type="{kind}"').steps[0].content == expected
    viber, sms = only(inner, f' type="{kind}" type_send_1="viber" type_send_2="sms"').steps
    assert (viber.content, sms.content) == (ViberCard(""), expected)


@pytest.mark.parametrize("kind", ["telegram", "flashsms или sms"])
def test_other_types_refuse_the_document(kind: str) -> None:
    assert failure(f'<message type="{kind}"><abonent/></message>') is Failure.BAD_FIELD


@pytest.mark.parametrize(
    ("attributes", "channels"),
    [
        ("", "sms"),
        ('type_send_1="sms"', "sms"),
        ('type_send_1="viber"', "viber"),
        ('type_send_1="VIBER" type_send_2=""', "viber"),
        ('type_send_1="viber" type_send_2="sms"', "viber sms"),
        ('type_send_1="sms" type_send_2="viber"', "sms viber"),
        ('type_send_1="sms" type_send_2="sms"', "sms sms"),
        ('type_send_1="" type_send_2="viber"', "sms viber"),
    ],
)
def test_what_is_tried_and_in_which_order(attributes: str, channels: str) -> None:
    assert [step.channel.value for step in only(attributes=" " + attributes).steps] == channels.split()


@pytest.mark.parametrize("attributes", ['type_send_1="viber или sms"', 'type_send_1="sms" type_send_2="email"'])
def test_an_unknown_channel_refuses_the_document(attributes: str) -> None:
    assert failure(f"<message {attributes}><abonent/></message>") is Failure.BAD_FIELD


@pytest.mark.parametrize(
    ("inner", "text"),
    [
        ("<text>один\\nдва</text>", "один\nдва"),
        ("<text>один/nдва</text>", "один/nдва"),
        ("<text>один&#13;\nдва</text>", "один\nдва"),
        ("<text>один\nдва</text>", "один\nдва"),
        ("<text><![CDATA[a & <b>]]></text>", "a & <b>"),
        ("<text>a &amp;lt; b</text>", "a &lt; b"),
        ("<text>&#x41F;&#x440;&#x438;</text>", "При"),
        ("<text> с краю </text>", " с краю "),
        ("<text>первый</text><text>второй</text>", "первый"),
        ("<text/>", ""),
        ("", ""),
        ("<text>Щука\\nи Ёж</text><translite>1</translite>", "Schuka\ni Yozh"),
        ("<text>Щука</text><translite>0</translite>", "Щука"),
        ("<translite> 1 </translite><text>Щука</text>", "Schuka"),
    ],
)
def test_the_text_of_an_sms(inner: str, text: str) -> None:
    assert only(inner).steps[0].content == SmsText(text)


def test_a_viber_text_has_line_breaks_and_is_never_transliterated() -> None:
    inner = "<text_viber>один\\nдва</text_viber><translite>1</translite>"
    assert only(inner, ' type_send_1="viber"').steps[0].content == ViberCard("один\nдва")


@pytest.mark.parametrize(
    ("inner", "sender"),
    [("<sender>INFORM</sender>", "INFORM"), ("<sender> INFORM\n</sender>", "INFORM"), ("<sender/>", ""), ("", "")],
)
def test_a_missing_sender_is_an_empty_one(inner: str, sender: str) -> None:
    assert only(inner).steps[0].sender == sender


@pytest.mark.parametrize(
    ("inner", "label"),
    [
        ("<name_delivery>Осень</name_delivery>", "Осень"),
        ("<name_delivery> </name_delivery>", "Шлюз"),
        ("<name_delivery/>", "Шлюз"),
        ("", "Шлюз"),
    ],
)
def test_the_name_of_the_mailing(inner: str, label: str) -> None:
    assert only(inner).label == label


@pytest.mark.parametrize(
    ("attribute", "key"),
    [
        ('client_id_sms="101"', "101"),
        ('client_id_sms="otp_79161234500_1690000000"', "otp_79161234500_1690000000"),
        ('client_id_sms="16900000001"', "16900000001"),
        ('client_id_sms="0"', "0"),
        (f'client_id_sms="{"я" * 64}"', "я" * 64),
        ('client_id_sms=""', None),
        ('client_id_sms=" "', None),
        ("", None),
    ],
)
def test_a_client_key_is_any_text(attribute: str, key: str | None) -> None:
    assert only(abonent=attribute).client_key == key


def test_a_client_key_has_at_most_64_characters() -> None:
    assert failure(f'<message><abonent client_id_sms="{"1" * 65}"/></message>') is Failure.BAD_FIELD


@pytest.mark.parametrize(
    ("attribute", "due"),
    [
        ('time_send="2011-12-31 12:34"', wall("2011-12-31 12:34")),
        ('time_send="2011-12-31 12:34:56"', wall("2011-12-31 12:34:56")),
        ('time_send=" 2011-12-31 12:34 "', wall("2011-12-31 12:34")),
        ('time_send=""', None),
        ("", None),
    ],
)
def test_the_sending_time(attribute: str, due: datetime | None) -> None:
    assert only(abonent=attribute).due == due


@pytest.mark.parametrize("name", ["time_send", "validity_period", "validity_period_viber"])
@pytest.mark.parametrize("value", ["завтра", "2011-12-31", "31.12.2011 12:34", "2012-02-31 12:34", "2011-12-31 24:00"])
def test_a_time_that_makes_no_sense_refuses_the_document(name: str, value: str) -> None:
    assert failure(f'<message><abonent {name}="{value}"/></message>') is Failure.BAD_DATE


def test_validity_is_told_per_abonent_and_channel() -> None:
    message = """<message type_send_1="viber" type_send_2="sms">
    <abonent validity_period="2011-12-31 12:34"/><abonent validity_period_viber="2011-12-30 12:34"/><abonent/>
    </message>"""
    assert [[step.validity for step in draft.steps] for draft in drafts(message)] == [
        [ONE_DAY, Until(wall("2011-12-31 12:34"))],
        [Until(wall("2011-12-30 12:34")), TWO_DAYS],
        [ONE_DAY, TWO_DAYS],
    ]


@pytest.mark.parametrize(
    ("attribute", "recipient"),
    [('phone=" 79033256699 "', "79033256699"), ('phone="+7 (903) 325-66-99"', "+7 (903) 325-66-99"), ("", "")],
)
def test_the_phone_is_taken_as_written(attribute: str, recipient: str) -> None:
    assert only(abonent=attribute).recipient == recipient
