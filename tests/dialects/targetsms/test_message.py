from datetime import datetime, timedelta

import pytest

from tests.dialects.engine.documents import element
from tolmach.core.content import Channel, SmsText, ViberCard, VkCard
from tolmach.core.drafts import Draft, For, Step, Success
from tolmach.core.errors import Failure, RequestError
from tolmach.dialects.targetsms.message import Addressee, Message, read_message

wall = datetime.fromisoformat
TWO_DAYS = For(timedelta(days=2))
HOUR = For(timedelta(hours=1))

# the first message of the manual's sample, with a date and a number for its placeholders
MANUAL = """<message>
<send_viber>1</send_viber>
<send_sms>2</send_sms>
<name_delivery>НАЗВАНИЕ_РАССЫЛКИ</name_delivery>
<time_send>2017-11-23 13:00</time_send>
<sender_viber>ИМЯ_ОТПРАВИТЕЛЯ_ВАЙБЕР</sender_viber>
<text_viber>ТЕКСТ_ВАЙБЕР</text_viber>
<button_text>ТЕКСТ_КНОПКИ</button_text>
<button_url>ССЫЛКА_КНОПКИ</button_url>
<image_url>ИЗОБРАЖЕНИЕ</image_url>
<validity_period_viber>90</validity_period_viber>
<finale_viber_read>1</finale_viber_read>
<sender_sms>ИМЯ_ОТПРАВИТЕЛЯ_СМС</sender_sms>
<text_sms>ТЕКСТ_СМС</text_sms>
<abonent phone="79801234567" client_id_message="111" />
<abonent phone="79800000001" client_id_message="112" />
</message>"""


def read(inner: str) -> Message:
    message = read_message(element(f"<message>{inner}</message>"))
    assert message is not None
    return message


def only(inner: str, abonent: str = 'phone="79801234567"') -> Draft:
    (draft,) = read(f"{inner}<abonent {abonent}/>").drafts
    return draft


def failure(inner: str) -> Failure:
    with pytest.raises(RequestError) as caught:
        read(inner)
    return caught.value.failure


def test_the_first_message_of_the_sample() -> None:
    card = ViberCard("ТЕКСТ_ВАЙБЕР", "ТЕКСТ_КНОПКИ", "ССЫЛКА_КНОПКИ", "ИЗОБРАЖЕНИЕ")
    steps = (
        Step(Channel.VIBER, card, "ИМЯ_ОТПРАВИТЕЛЯ_ВАЙБЕР", For(timedelta(minutes=90)), Success.READ),
        Step(Channel.SMS, SmsText("ТЕКСТ_СМС"), "ИМЯ_ОТПРАВИТЕЛЯ_СМС", TWO_DAYS),
    )
    due = wall("2017-11-23 13:00")
    assert read_message(element(MANUAL)) == Message(
        (
            Draft("79801234567", steps, "111", due, "НАЗВАНИЕ_РАССЫЛКИ"),
            Draft("79800000001", steps, "112", due, "НАЗВАНИЕ_РАССЫЛКИ"),
        ),
        (Addressee("111", "79801234567"), Addressee("112", "79800000001")),
    )


def test_the_second_message_of_the_sample_is_viber_alone() -> None:
    message = read("""
    <send_viber>1</send_viber>
    <name_delivery>НАЗВАНИЕ_РАССЫЛКИ_2</name_delivery>
    <sender_viber>ИМЯ_ОТПРАВИТЕЛЯ_ВАЙБЕР_2</sender_viber>
    <text_viber>ТЕКСТ_ВАЙБЕР_2</text_viber>
    <abonent phone="79800000002" client_id_message="113" />""")
    step = Step(Channel.VIBER, ViberCard("ТЕКСТ_ВАЙБЕР_2"), "ИМЯ_ОТПРАВИТЕЛЯ_ВАЙБЕР_2", HOUR)
    assert message.drafts == (Draft("79800000002", (step,), "113", None, "НАЗВАНИЕ_РАССЫЛКИ_2"),)


def test_the_third_message_of_the_sample_switches_no_channel_on() -> None:
    message = read("""
    <name_delivery>НАЗВАНИЕ_РАССЫЛКИ_3</name_delivery>
    <sender_viber>ИМЯ_ОТПРАВИТЕЛЯ_ВАЙБЕР_3</sender_viber>
    <text_viber>ТЕКСТ_ВАЙБЕР_3</text_viber>
    <abonent phone="79800000003" />""")
    assert message.drafts == (Draft("79800000003", (), None, None, "НАЗВАНИЕ_РАССЫЛКИ_3"),)
    assert message.addressees == (Addressee("", "79800000003"),)


@pytest.mark.parametrize("empty", ["<message/>", "<message></message>", '<message type="sms">\n</message>'])
def test_an_empty_message_is_none(empty: str) -> None:
    assert read_message(element(empty)) is None


def test_a_message_to_nobody_is_a_message() -> None:
    assert read("<send_sms>1</send_sms>") == Message((), ())


@pytest.mark.parametrize(
    ("inner", "channels"),
    [
        ("<send_viber>1</send_viber><send_sms>2</send_sms>", "viber sms"),
        ("<send_viber>2</send_viber><send_sms>1</send_sms>", "sms viber"),
        ("<send_sms>9</send_sms><send_viber>8</send_viber>", "viber sms"),
        ("<send_sms>5</send_sms><send_viber>5</send_viber>", "viber sms"),
        ("<send_viber>0</send_viber><send_sms>1</send_sms>", "sms"),
        ("<send_viber> 1 </send_viber><send_sms/>", "viber"),
        ("<send_viber>0</send_viber><send_sms>0</send_sms>", ""),
        ("", ""),
    ],
)
def test_the_smaller_number_goes_first_and_zero_is_off(inner: str, channels: str) -> None:
    assert [step.channel.value for step in only(inner).steps] == channels.split()


@pytest.mark.parametrize("value", ["x", "10", "-1", "1.5", "٣", "1 2"])
@pytest.mark.parametrize("name", ["send_viber", "send_sms"])
def test_an_order_is_one_digit(name: str, value: str) -> None:
    assert failure(f"<{name}>{value}</{name}>") is Failure.BAD_FIELD


@pytest.mark.parametrize(
    ("value", "minutes"), [("1", 1), ("60", 60), ("0060", 60), (" 1440 ", 1440), ("999999", 999_999), ("", 60)]
)
def test_viber_validity_counts_minutes(value: str, minutes: int) -> None:
    draft = only(f"<send_viber>1</send_viber><validity_period_viber>{value}</validity_period_viber>")
    assert draft.steps[0].validity == For(timedelta(minutes=minutes))


@pytest.mark.parametrize("value", ["0", "-5", "1.5", "час", "1000000", "2017-11-23 13:00"])
def test_viber_validity_is_a_number(value: str) -> None:
    inner = f"<send_viber>1</send_viber><validity_period_viber>{value}</validity_period_viber>"
    assert failure(inner) is Failure.BAD_FIELD


@pytest.mark.parametrize(("value", "success"), [("1", Success.READ), ("0", Success.DELIVERED), ("", Success.DELIVERED)])
def test_what_ends_the_viber_step(value: str, success: Success) -> None:
    draft = only(f"<send_viber>1</send_viber><finale_viber_read>{value}</finale_viber_read><send_sms>2</send_sms>")
    assert [step.success for step in draft.steps] == [success, Success.DELIVERED]


def test_finale_viber_read_is_zero_or_one() -> None:
    assert failure("<send_viber>1</send_viber><finale_viber_read>2</finale_viber_read>") is Failure.BAD_FIELD


@pytest.mark.parametrize(
    ("value", "due"),
    [("2017-11-23 13:00", wall("2017-11-23 13:00")), ("2017-11-23 13:00:59", wall("2017-11-23 13:00:59")), ("", None)],
)
def test_the_sending_time_belongs_to_the_message(value: str, due: datetime | None) -> None:
    message = read(f"<time_send>{value}</time_send><abonent/><abonent/>")
    assert [draft.due for draft in message.drafts] == [due, due]


@pytest.mark.parametrize("value", ["ВРЕМЯ_ОТПРАВКИ", "2017-11-23", "2017-02-30 13:00", "23.11.2017 13:00"])
def test_a_time_that_makes_no_sense_refuses_the_document(value: str) -> None:
    assert failure(f"<time_send>{value}</time_send>") is Failure.BAD_DATE


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ('client_id_message="111"', "111"),
        ('client_id_message=" 111 "', "111"),
        ('client_id_message="a-1"', "a-1"),
        ('client_id_message="00"', "00"),
        ('client_id_message="0"', None),
        ('client_id_message=""', None),
        ("", None),
    ],
)
def test_zero_and_empty_are_no_key(written: str, key: str | None) -> None:
    assert only("", written).client_key == key


def test_a_key_has_at_most_64_characters() -> None:
    assert only("", f'client_id_message="{"1" * 64}"').client_key == "1" * 64
    assert failure(f'<abonent client_id_message="{"1" * 65}"/>') is Failure.BAD_FIELD


def test_what_the_answer_repeats_is_kept_as_written() -> None:
    message = read('<abonent phone=" +7 (980) 123 " client_id_message="0"/>')
    assert message.addressees == (Addressee("0", " +7 (980) 123 "),)
    assert message.drafts[0].recipient == "+7 (980) 123"


@pytest.mark.parametrize(
    ("written", "text"),
    [("один\\nдва", "один\nдва"), ("один&#13;\nдва", "один\nдва"), (" с краю ", " с краю "), ("&amp;lt;", "&lt;")],
)
def test_texts_have_line_breaks_and_keep_their_ends(written: str, text: str) -> None:
    inner = f"<text_viber>{written}</text_viber><text_sms>{written}</text_sms>"
    draft = only(f"<send_viber>1</send_viber><send_sms>2</send_sms>{inner}")
    assert [step.content.text for step in draft.steps] == [text, text]


@pytest.mark.parametrize(("written", "label"), [("Осень", "Осень"), (" ", "Шлюз"), ("", "Шлюз")])
def test_the_name_of_the_mailing(written: str, label: str) -> None:
    assert only(f"<name_delivery>{written}</name_delivery>").label == label
    assert only("").label == "Шлюз"


def test_a_missing_sender_is_an_empty_one() -> None:
    draft = only("<send_viber>1</send_viber><send_sms>2</send_sms><sender_sms> INFORM </sender_sms>")
    assert [step.sender for step in draft.steps] == ["", "INFORM"]


def test_what_fills_a_template_may_stand_as_elements() -> None:
    nested = "<templateData><Name>Имя</Name><Where>Омск</Where></templateData>"
    flat = '<templateData>{"Name":"Имя","Where":"Омск"}</templateData>'
    assert vk_data(nested) == vk_data(flat) == '{"Name":"Имя","Where":"Омск"}'


def vk_data(data: str) -> str:
    found = read_message(element(f'<message><send_vk>1</send_vk>{data}<abonent phone="1"/></message>'))
    assert found is not None
    content = found.drafts[0].steps[0].content
    assert isinstance(content, VkCard)
    return content.template_data
