import tomllib
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from lxml import etree

from tolmach.core.accounts import Login
from tolmach.core.commands import SendMessages
from tolmach.core.content import Channel, FlashText, SmsText
from tolmach.core.drafts import ChargeOn, Draft, For, Group, Step
from tolmach.core.errors import Failure, RequestError
from tolmach.core.ids import CampaignId, LegId, MessageId
from tolmach.core.money import Money
from tolmach.core.operators import OperatorFilter
from tolmach.core.rejections import Rejection
from tolmach.core.results import Accepted, CampaignRef, LegQuote, Rejected, SendItem, SendResult
from tolmach.dialects.contract import Call
from tolmach.dialects.smspager.send import Echo, Send
from tolmach.wire import WireRequest, WireResponse

NUMBERS = ("+79019011234", "7-902-902-12 34", "89039031234")
TEXT = "Добрый день, приглашаем Вас в наш салон"
OWN_TEXT = "Добрый день, приглашаем Вас в наш салон. Скидка по Вашей дисконтной карте – 5%"
MOMENT = datetime(2010, 5, 1, 12, 0, 0, tzinfo=UTC)
ONE = "<text>Привет</text><to number='79161234567'/>"
ORDER = [
    "code",
    "descr",
    "smsid",
    "datetime",
    "action",
    "allRecivers",
    "colSendAbonent",
    "colNonSendAbonent",
    "priceOfSending",
    "colsmsOfSending",
    "price",
]


def sample(name: str, exchange: int = 0) -> bytes:
    case = tomllib.loads((Path(__file__).parent / "cases" / f"{name}.toml").read_text())
    text: str = case["exchange"][exchange]["request"]
    return text.encode()


def parse(body: bytes) -> Call[SendResult]:
    return Send().parse(WireRequest("POST", "/send.xml", body=body))


def request(content: str) -> Call[SendResult]:
    return parse(f"<data><login>demo</login><password>demo</password>{content}</data>".encode())


def command(call: Call[SendResult]) -> SendMessages:
    assert call.fault is None
    assert isinstance(call.command, SendMessages)
    return call.command


def steps(text: str, sender: str | None = "Magazin", hours: float = 24) -> tuple[Step, ...]:
    return (Step(Channel.SMS, SmsText(text), sender, For(timedelta(hours=hours))),)


def wall(*fields: int) -> datetime:
    return datetime(*fields)  # type: ignore[arg-type]  # noqa: DTZ001


def accepted(number: int, parts: int = 1, price: int = 10_000) -> Accepted:
    leg = LegQuote(LegId(number * 10 + 1), Channel.SMS, parts, Money(price))
    return Accepted(MessageId(number * 10), "79161234567", (leg,))


def render(items: Sequence[SendItem], content: str = ONE, key: str = "1") -> dict[str, str | None]:
    result = SendResult(items, MOMENT, CampaignRef(CampaignId(1), key))
    return elements(Send().render(request(content), result))


def elements(answer: WireResponse) -> dict[str, str | None]:
    root = etree.fromstring(answer.body)
    assert [child.tag for child in root] == ORDER
    return {child.tag: child.text for child in root}


# --- the manual's samples


def test_task_1() -> None:
    drafts = tuple(Draft(number, steps(TEXT)) for number in NUMBERS)
    expected = SendMessages(drafts, "smspager", Group(None))
    assert parse(sample("send_task_1")) == Call(Login("test", "123456"), expected, Echo())


def test_task_2() -> None:
    texts = (TEXT, OWN_TEXT, TEXT)
    due = wall(2010, 5, 1, 12)
    drafts = tuple(Draft(number, steps(text), due=due) for number, text in zip(NUMBERS, texts, strict=True))
    call = parse(sample("send_task_2"))
    assert call == Call(
        Login("test", "123456"), SendMessages(drafts, "smspager", Group(None)), Echo(moment="2010-05-01 12:00:00")
    )


@pytest.mark.parametrize(("exchange", "hour"), [(0, 12), (1, 18)])
def test_task_3(exchange: int, hour: int) -> None:
    drafts = tuple(Draft(number, steps(TEXT), due=wall(2010, 2, 1, hour)) for number in NUMBERS)
    call = parse(sample("send_task_3", exchange))
    assert call == Call(
        Login("test", "123456"),
        SendMessages(drafts, "smspager", Group("abcde123", exclusive=False)),
        Echo("abcde123", f"2010-02-01 {hour}:00:00"),
    )


def test_template_of_the_manual() -> None:
    call = parse(sample("send_template"))
    assert call.credentials == Login("LOGIN", "PASSWORD")
    assert call.fault is not None
    assert call.fault.failure is Failure.BAD_FIELD


# --- fields


def test_defaults() -> None:
    assert command(request(ONE)) == SendMessages(
        (Draft("79161234567", steps("Привет", None)),), "smspager", Group(None), charge_on=ChargeOn.SENT
    )


def test_recipients_of_one_text_share_their_steps() -> None:
    first, second = command(request("<text>Раз</text><to number='1'/><to number='2'/>")).drafts
    assert first.steps is second.steps


@pytest.mark.parametrize(
    ("content", "texts"),
    [
        ("<text>Общий</text><to number='1'> \n\t</to>", ["Общий"]),
        ("<text>Общий</text><to number='1'>\n Свой\n</to><to number='2'/>", ["Свой", "Общий"]),
        ("<to number='1'>Раз</to><to number='2'>Два</to>", ["Раз", "Два"]),
        ("<text> </text><to number='1'>Раз</to>", ["Раз"]),
        ("<text> С краями </text><to number='1'/>", [" С краями "]),
        ("<text>a\r\nb&#13;\nc&#13;d</text><to number='1'/>", ["a\nb\nc\nd"]),
        (r"<text>a\nb</text><to number='1'/>", [r"a\nb"]),
        ("<text><![CDATA[<b> & co]]></text><to number='1'/>", ["<b> & co"]),
        ("<text>Fish & Chips</text><to number='1'/>", ["Fish & Chips"]),
    ],
)
def test_texts(content: str, texts: list[str]) -> None:
    assert [draft.steps[0].content.text for draft in command(request(content)).drafts] == texts


@pytest.mark.parametrize(("vp", "seconds"), [("7200", 7200), (" 1 ", 1), ("", 86_400), ("999999999", 999_999_999)])
def test_validity(vp: str, seconds: int) -> None:
    step = command(request(f"<vp>{vp}</vp>{ONE}")).drafts[0].steps[0]
    assert step.validity == For(timedelta(seconds=seconds))


@pytest.mark.parametrize(
    ("content", "changes"),
    [
        ("<action>check</action>", {"dry_run": True}),
        ("<action> send </action>", {}),
        ("<onlydelivery>1</onlydelivery>", {"charge_on": ChargeOn.DELIVERED}),
        ("<onlydelivery>0</onlydelivery>", {}),
        ("<smsid >abc</smsid >", {"group": Group("abc")}),
        ("<smsid> </smsid>", {}),
        ("<SMSID>abc</SMSID><sms_id>1</sms_id><flash>0</flash><check>1</check><channel>3</channel>", {}),
        ("<regionalTime>1</regionalTime>", {"regional": True}),
        ("<regionalTime>0</regionalTime><stop>1</stop>", {}),
        (
            "<allowed_opsos>megafon, Beeline</allowed_opsos><exclude_opsos>mts</exclude_opsos>",
            {"operators": OperatorFilter(frozenset({"мегафон", "билайн"}), frozenset({"мтс"}))},
        ),
        ("<allowed_opsos> </allowed_opsos>", {}),
        ("<!-- note --><?note?>", {}),
    ],
)
def test_options(content: str, changes: dict[str, object]) -> None:
    assert command(request(content + ONE)) == replace(command(request(ONE)), **changes)  # type: ignore[arg-type]


def test_options_of_the_messages() -> None:
    (draft,) = command(request(f"<stop>0</stop><flash>1</flash><name>Spring</name>{ONE}")).drafts
    assert (draft.label, draft.steps[0].own_stops, draft.steps[0].content) == ("Spring", False, FlashText("Привет"))


def test_a_recipient_without_number_is_for_the_core_to_refuse() -> None:
    assert [draft.recipient for draft in command(request("<text>Привет</text><to/>")).drafts] == [""]


@pytest.mark.parametrize(
    ("content", "failure"),
    [
        ("<action>make</action>" + ONE, Failure.BAD_FIELD),
        ("<text>Привет</text>", Failure.MISSING_FIELD),
        ("<to number='1'/>", Failure.MISSING_FIELD),
        ("<text>\n</text><to number='1'>Раз</to><to number='2'> </to>", Failure.MISSING_FIELD),
        ("<vp>0</vp>" + ONE, Failure.BAD_FIELD),
        ("<vp>-5</vp>" + ONE, Failure.BAD_FIELD),
        ("<vp>2h</vp>" + ONE, Failure.BAD_FIELD),
        ("<vp>٣</vp>" + ONE, Failure.BAD_FIELD),
        ("<vp>1000000000</vp>" + ONE, Failure.BAD_FIELD),
        ("<smsid>1234567890123456789012</smsid>" + ONE, Failure.GROUP_KEY_TOO_LONG),
        ("<datetime>2010-05-01</datetime>" + ONE, Failure.BAD_DATE),
        ("<datetime>0000-00-00 00:00:00</datetime>" + ONE, Failure.BAD_DATE),
        ("<datetime>2010-02-30 12:00:00</datetime>" + ONE, Failure.BAD_DATE),
    ],
)
def test_wrong_fields_are_told_after_the_login(content: str, failure: Failure) -> None:
    call = request(content)
    assert call.fault is not None
    assert call.fault.failure is failure


# --- answers


def test_answer_to_the_byte() -> None:
    result = SendResult([accepted(1), accepted(2, 2, 3_800)], MOMENT, CampaignRef(CampaignId(1), "1"))
    assert Send().render(request(ONE), result).body.decode() == (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        "<data><code>1</code><descr>Успешно завершенная операция</descr><smsid>1</smsid>"
        "<datetime>2010-05-01 12:00:00</datetime><action>send</action><allRecivers>2</allRecivers>"
        "<colSendAbonent>2</colSendAbonent><colNonSendAbonent>0</colNonSendAbonent>"
        "<priceOfSending>1.76</priceOfSending><colsmsOfSending>3</colsmsOfSending><price>1</price></data>"
    )


def test_numbers_of_a_wrong_format_are_not_counted() -> None:
    items: list[SendItem] = [
        Rejected(Rejection.NOT_MOBILE, "74957271122"),
        Rejected(Rejection.STOPPED, "79161234560"),
        accepted(1, 2, 3_800),
        Rejected(Rejection.NO_MONEY, "79161234561"),
    ]
    answer = render(items)
    assert [answer[name] for name in ORDER[5:]] == ["3", "1", "2", "0.76", "2", "0.38"]
    assert answer["code"] == "1"


@pytest.mark.parametrize(
    ("reasons", "code", "recipients"),
    [
        ([Rejection.NO_RECIPIENT, Rejection.BAD_RECIPIENT], "510", "0"),
        ([Rejection.RECIPIENT_TOO_LONG, Rejection.NOT_MOBILE], "510", "0"),
        ([Rejection.NO_SENDER], "504", "1"),
        ([Rejection.BAD_SENDER], "504", "1"),
        ([Rejection.UNKNOWN_SENDER, Rejection.BAD_RECIPIENT], "504", "1"),
        ([Rejection.SENDER_NOT_APPROVED, Rejection.SENDER_NOT_APPROVED], "504", "2"),
        ([Rejection.NO_MONEY], "516", "1"),
        ([Rejection.STOPPED, Rejection.NO_MONEY, Rejection.BAD_RECIPIENT], "516", "2"),
        ([Rejection.STOPPED], "517", "1"),
        ([Rejection.DIRECTION_CLOSED, Rejection.NOT_MOBILE], "517", "1"),
        ([Rejection.TEXT_TOO_LONG], "517", "1"),
        ([Rejection.ACCOUNT_BLOCKED], "511", "1"),
    ],
)
def test_nobody_was_accepted(reasons: list[Rejection], code: str, recipients: str) -> None:
    answer = render([Rejected(reason, "number") for reason in reasons])
    values = [answer["code"], *[answer[name] for name in ORDER[5:]]]
    assert values == [code, recipients, "0", recipients, "0", "0", "0"]


def test_a_mailing_that_does_not_exist_gets_no_smsid() -> None:
    refused = [Rejected(Rejection.NO_MONEY, "79161234567")]
    assert render(refused)["smsid"] is None
    assert render(refused, "<smsid>abc</smsid>" + ONE, "abc")["smsid"] == "abc"


def test_action_is_repeated() -> None:
    assert render([accepted(0)], "<action>check</action>" + ONE)["action"] == "check"


def test_smsid_of_a_dry_run_without_group() -> None:
    answer = Send().render(request("<smsid>a&lt;b</smsid>" + ONE), SendResult([accepted(0)], MOMENT))
    assert elements(answer)["smsid"] == "a<b"


@pytest.mark.parametrize("failure", Failure)
def test_errors_have_the_layout_of_the_answer(failure: Failure) -> None:
    content = "<smsid>abc</smsid><datetime>tomorrow</datetime><action>check</action>"
    answer = elements(Send().refuse(RequestError(failure), request(content)))
    assert [answer[name] for name in ORDER[2:]] == ["abc", "tomorrow", "check", "0", "0", "0", "0", "0", "0"]


def test_an_error_before_the_login_repeats_what_was_read() -> None:
    with pytest.raises(RequestError) as caught:
        parse(b"<data><smsid>abc</smsid></data>")
    answer = elements(Send().refuse(caught.value, None))
    assert (answer["code"], answer["smsid"], answer["action"]) == ("500", "abc", "send")


@pytest.mark.parametrize(("body", "code"), [(b" \r\n", "500"), (b"<data></date>", "7076"), (b"a=b&c=d", "704")])
def test_what_is_no_document(body: bytes, code: str) -> None:
    with pytest.raises(RequestError) as caught:
        parse(body)
    answer = elements(Send().refuse(caught.value, None))
    assert [answer["code"], answer["smsid"], answer["action"]] == [code, None, "send"]


def test_addresses() -> None:
    assert Send().paths == ("/send.xml", "/API/XML/send.php")
    assert not Send().open_to_blocked
