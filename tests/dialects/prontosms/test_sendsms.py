from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.clock import NOON
from tests.dialects.prontosms.documents import call
from tolmach.core.accounts import Login, Token
from tolmach.core.commands import GetBalance, GetStates, SendMessages
from tolmach.core.content import Channel, SmsText, ViberCard
from tolmach.core.drafts import For, Until
from tolmach.core.errors import Failure, RequestError
from tolmach.core.ids import LegId, MessageId
from tolmach.core.money import Money
from tolmach.core.rejections import Rejection
from tolmach.core.results import (
    Accepted,
    BalanceResult,
    LegQuote,
    MessageState,
    Rejected,
    SendItem,
    SendResult,
    StatesResult,
)
from tolmach.core.status import Status
from tolmach.dialects.contract import Call
from tolmach.dialects.engine.plaintext import REASONS, WORDS
from tolmach.dialects.prontosms.sendsms import SendSms
from tolmach.wire import WireRequest

USER = {"user": "demo", "pwd": "secret"}
SMS = {"sadr": "INFORM", "dadr": "79161234500", "text": "Привет"}


def asked(fields: Mapping[str, str], headers: Mapping[str, str] = MappingProxyType({})) -> Call[Any]:
    return SendSms().parse(WireRequest("GET", "/sendsms.php", urlencode(fields), headers))


def sent(**fields: str) -> SendMessages:
    found = asked(USER | SMS | fields)
    assert found.fault is None
    assert isinstance(found.command, SendMessages)
    return found.command


def written(result: Any) -> str:
    return SendSms().render(call(), result).body.decode()


def test_who_asks() -> None:
    head = {"authorization": "Bearer key"}
    assert asked(USER | {"balance": "1"}).credentials == Login("demo", "secret")
    assert asked({"token": "key", "user": "demo"}).credentials == Token("key")
    assert asked({"balance": "1"}, head).credentials == Token("key")
    assert asked(USER, head).credentials == Login("demo", "secret")
    with pytest.raises(RequestError) as told:
        asked({"pwd": "secret", "balance": "1"})
    assert told.value.failure is Failure.UNAUTHORISED


def test_what_is_asked() -> None:
    assert asked(USER | {"balance": "1"}).command == GetBalance()
    assert asked(USER | {"smsid": "10, 20"}).command == GetStates(("10", "20"))
    assert asked(USER | {"balance": "0"}).fault is not None


def test_an_sms() -> None:
    command = sent(dadr="79161234500, ,79161234501", text="a\\nb", name_delivery=" sale ", time_send="2026-03-02 13:00")
    first, second = command.drafts
    assert (first.recipient, second.recipient) == ("79161234500", "79161234501")
    assert (first.label, first.due) == ("sale", datetime.fromisoformat("2026-03-02T13:00"))
    (step,) = first.steps
    assert (step.channel, step.sender, step.content) == (Channel.SMS, "INFORM", SmsText("a\nb"))
    assert step.validity == For(timedelta(days=2))
    assert sent(translite="1").drafts[0].steps[0].content == SmsText("Privet")
    validity = sent(validity_period="2026-03-03 10:00").drafts[0].steps[0].validity
    assert validity == Until(datetime.fromisoformat("2026-03-03T10:00"))


def test_viber() -> None:
    fields = {"sender_viber": "Shop", "text_viber": "Скидки", "button_viber": "Да", "action_viber": "https://a/"}
    viber, sms = sent(type_send_1="viber", type_send_2="SMS", image_viber="https://b/", **fields).drafts[0].steps
    assert (viber.channel, viber.sender) == (Channel.VIBER, "Shop")
    assert viber.content == ViberCard("Скидки", "Да", "https://a/", "https://b/")
    assert sms.channel is Channel.SMS
    alone = asked(USER | fields | {"dadr": "79161234500"}).command
    assert isinstance(alone, SendMessages)
    assert [step.channel for step in alone.drafts[0].steps] == [Channel.VIBER]


@pytest.mark.parametrize(
    ("fields", "failure"),
    [
        ({"dadr": ""}, Failure.NO_RECIPIENTS),
        ({"dadr": ", ,"}, Failure.NO_RECIPIENTS),
        ({"dadr": "79161234500," * 1001}, Failure.BAD_FIELD),
        ({"type_send_1": "pigeon"}, Failure.BAD_FIELD),
        ({"type_send_2": "pigeon"}, Failure.BAD_FIELD),
        ({"validity_period": "tomorrow"}, Failure.BAD_DATE),
        ({"time_send": "now"}, Failure.BAD_DATE),
    ],
)
def test_what_makes_no_sense_is_told_after_the_login(fields: dict[str, str], failure: Failure) -> None:
    fault = asked(USER | SMS | fields).fault
    assert fault is not None
    assert fault.failure is failure


def test_the_same_request_is_the_same_whoever_writes_it_down() -> None:
    one, other = sent(), asked({"token": "x", **dict(reversed(SMS.items()))}).command
    assert isinstance(other, SendMessages)
    assert one.once == other.once != sent(text="Another").once
    assert "secret" not in one.once


def test_an_id_per_number() -> None:
    quote = (LegQuote(LegId(11), Channel.SMS, 1, Money(1)),)
    accepted, refused = Accepted(MessageId(10), "79161234500", quote), Rejected(Rejection.UNKNOWN_SENDER, "x")
    items: dict[str, tuple[SendItem, ...]] = {
        "10": (accepted,),
        "10,10": (accepted, accepted),
        "0,10": (refused, accepted),
        "Такого отправителя нет.": (refused, Rejected(Rejection.NO_TEXT, "y")),
    }
    for text, given in items.items():
        assert written(SendResult(given, NOON)) == text


def test_other_answers() -> None:
    state = MessageState(10, "79161234500", Status.DELIVERED, datetime(2026, 1, 1, tzinfo=UTC), 1, Money(1))
    assert written(StatesResult(["10"], [state])) == "deliver"
    assert written(StatesResult(["10", "9"], [state, None])) == "deliver,Сообщение с таким ID не принималось"
    assert written(BalanceResult(Money(1_000_100), "RUB")) == "100.01 RUR"
    assert written(BalanceResult(Money(0), "KZT")) == "0 KZT"


def test_every_failure_and_every_reason_has_words() -> None:
    assert set(WORDS) == set(Failure)
    assert set(REASONS) == set(Rejection)
    for failure in Failure:
        answer = SendSms().refuse(RequestError(failure), None)
        assert (answer.status, answer.headers) == (200, {"content-type": "text/plain; charset=utf-8"})
        assert answer.body.decode() == WORDS[failure]
