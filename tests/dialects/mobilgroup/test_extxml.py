import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tolmach.core.accounts import ClientLogin
from tolmach.core.commands import GetBalance, GetCampaign, SendMessages
from tolmach.core.content import Channel, SmsText
from tolmach.core.drafts import Draft, For, Group, Step
from tolmach.core.errors import Failure, RequestError
from tolmach.core.ids import CampaignId
from tolmach.core.money import ZERO, Money
from tolmach.core.rejections import Rejection
from tolmach.core.results import BalanceResult, CampaignDetail, CampaignSummary, RecipientState, Rejected, SendResult
from tolmach.core.status import Status
from tolmach.dialects.contract import Call
from tolmach.dialects.mobilgroup.extxml import Answered, Echo, Extxml
from tolmach.wire import WireRequest, WireResponse

CALLER = ClientLogin("1", "valid@username", "invalid_password")
CALLER_FIELDS = "<user_id>1</user_id><user>demo</user><pwd>demo</pwd>"
MOMENT = datetime(2007, 3, 12, 23, 22, tzinfo=UTC)


def sample(name: str, exchange: int = 0) -> bytes:
    case = tomllib.loads((Path(__file__).parent / "cases" / f"{name}.toml").read_text())
    text: str = case["exchange"][exchange]["request"]
    return text.encode("windows-1251")


def parse(body: bytes) -> Call[Answered]:
    return Extxml().parse(WireRequest("POST", "/extxml.php", body=body))


def request(content: str) -> Call[Answered]:
    return parse(f"<request>{CALLER_FIELDS}{content}</request>".encode("windows-1251"))


def inside(answer: WireResponse) -> list[str]:
    """Return the lines between <response> and </response>."""
    lines = answer.body.decode("windows-1251").split("\n")
    assert lines[:2] == ['<?xml version="1.0" encoding="windows-1251"?>', "<response>"]
    assert lines[-1] == "</response>"
    return lines[2:-1]


# --- the manual's samples


def test_sample_of_send() -> None:
    step = Step(Channel.SMS, SmsText("test sms message"), "Mobilgrup", For(timedelta(hours=24)))
    due = datetime(2007, 3, 12, 23, 22)  # noqa: DTZ001
    drafts = tuple(Draft(phone, (step,), due=due) for phone in ("79039587454", "79236411579"))
    command = SendMessages(drafts, "mobilgroup", Group("123456", exclusive=True), whole=True)
    assert b"</ id>" in sample("send_sample")
    assert parse(sample("send_sample")) == Call(CALLER, command, Echo("123456"))


def test_sample_of_status() -> None:
    command = GetCampaign("mobilgroup", "123456")
    assert parse(sample("status_sample", 1)) == Call(CALLER, command, Echo("123456"))


def test_sample_of_balance() -> None:
    assert parse(sample("balance_sample")) == Call(CALLER, GetBalance(), Echo())


def test_sample_of_the_script() -> None:
    call = parse(sample("script_sample", 1) + b"\r\n\r\n")
    assert call.credentials == ClientLogin("1", "valid@user", "invalid@password")
    assert (call.command, call.echo) == (GetCampaign("mobilgroup", "123456"), Echo("123456", extended=True))


def test_sample_answer_of_status() -> None:
    summary = CampaignSummary(CampaignId(1), "123456", MOMENT, "", "", {Status.DELIVERED: 1}, ZERO)
    result = CampaignDetail(summary, [RecipientState("79039587454", Status.DELIVERED, MOMENT)])
    call = request("<command>status</command><id>123456</id><extended>1</extended>")
    assert inside(Extxml().render(call, result)) == [
        "<result>OK</result>",
        "<error>0</error>",
        "<status>4</status>",
        "<extended>",
        "<dest><phone>79039587454</phone><time>2007-03-12 23:22</time><status>1</status></dest>",
        "</extended>",
        "<id>123456</id>",
    ]


def test_sample_answer_of_balance() -> None:
    call = request("<command>balance</command><id>123456</id>")
    lines = inside(Extxml().render(call, BalanceResult(Money(12_340_000), "RUB")))
    assert lines == ["<result>OK</result>", "<error>0</error>", "<balance>1234</balance>", "<id>123456</id>"]


# --- requests


@pytest.mark.parametrize(("extended", "asked"), [("", False), ("0", False), ("1", True), ("yes", True)])
def test_extended(extended: str, *, asked: bool) -> None:
    call = request(f"<command>status</command><id>1</id><extended>{extended}</extended>")
    assert call.echo == Echo("1", extended=asked)


@pytest.mark.parametrize(
    "body",
    [
        "<request>{}<message>Привет</message></request>".encode("windows-1251"),
        "<request>{}<message>Привет</message></request>".encode(),
        '<?xml version="1.0" encoding="windows-1251"?><request>{}<message>Привет</message></request>'.encode(
            "windows-1251"
        ),
        '\r\n <?xml version="1.0" encoding="utf-8"?><request>{}<message>Привет</message></request>'.encode(),
        b"<request>{}<message>&#1055;&#1088;&#1080;&#1074;&#1077;&#1090;</message></request>",
    ],
)
def test_encodings(body: bytes) -> None:
    rest = b"<command>send</command><phone>79161234567</phone><rus_sms>1</rus_sms><id >1</ id>"
    call = parse(body.replace(b"{}", CALLER_FIELDS.encode() + rest))
    assert isinstance(call.command, SendMessages)
    assert call.command.drafts[0].steps[0].content == SmsText("Привет")


@pytest.mark.parametrize("missing", ["user_id", "user", "pwd", "command"])
def test_obligatory_fields_of_any_request(missing: str) -> None:
    fields = {"user_id": "1", "user": "demo", "pwd": "demo", "command": "balance", "id": "5"}
    fields[missing] = " "
    body = "".join(f"<{name}>{value}</{name}>" for name, value in fields.items())
    with pytest.raises(RequestError) as caught:
        parse(f"<request>{body}</request>".encode())
    assert inside(Extxml().refuse(caught.value, None)) == ["<result>ERROR</result>", "<error>2</error>", "<id>5</id>"]


@pytest.mark.parametrize(
    ("content", "number"),
    [
        ("<command>explode</command>", 6),
        ("<command>send</command><phone>1</phone><message>x</message>", 2),
        ("<command>status</command>", 2),
        (f"<command>send</command><phone>1</phone><message>{'x' * 141}</message><id>1</id>", 10),
        ("<command>send</command><phone>1</phone><message>x</message><id>1</id><schedule>x</schedule>", 11),
    ],
)
def test_wrong_commands_are_told_after_the_login(content: str, number: int) -> None:
    call = request(content)
    assert call.fault is not None
    assert f"<error>{number}</error>" in inside(Extxml().refuse(call.fault, call))


@pytest.mark.parametrize("body", [b"", b" \r\n", b"user_id=1", b"<request>", b"<!DOCTYPE a><request/>"])
def test_what_is_no_document(body: bytes) -> None:
    with pytest.raises(RequestError) as caught:
        parse(body)
    assert inside(Extxml().refuse(caught.value, None)) == ["<result>ERROR</result>", "<error>1</error>"]


# --- answers


def test_send_is_answered_as_a_whole() -> None:
    call = request("<command>send</command><phone>1</phone><message>x</message><id>1</id>")
    result = SendResult([Rejected(Rejection.BAD_RECIPIENT, "1")], MOMENT)
    assert inside(Extxml().render(call, result)) == ["<result>ERROR</result>", "<error>8</error>", "<id>1</id>"]
    assert inside(Extxml().render(call, SendResult([], MOMENT)))[:2] == ["<result>OK</result>", "<error>0</error>"]


@pytest.mark.parametrize(("failure", "number"), [(Failure.UNAUTHORISED, 4), (Failure.UNKNOWN_GROUP, 12)])
def test_errors_repeat_the_id(failure: Failure, number: int) -> None:
    answer = Extxml().refuse(RequestError(failure), request("<command>status</command><id>7</id>"))
    assert inside(answer) == ["<result>ERROR</result>", f"<error>{number}</error>", "<id>7</id>"]


def test_address() -> None:
    assert Extxml().paths == ("/extxml.php",)
    assert not Extxml().open_to_blocked
