from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from tolmach.core.commands import SendMessages
from tolmach.core.content import Channel, SmsText
from tolmach.core.drafts import Draft, For, Group, Step
from tolmach.core.errors import Failure, RequestError
from tolmach.core.ids import MessageId
from tolmach.core.rejections import Rejection
from tolmach.core.results import Accepted, Rejected, SendItem, SendResult
from tolmach.dialects.mobilgroup import send
from tolmach.dialects.mobilgroup.envelope import Fields
from tolmach.dialects.mobilgroup.vocabulary import MessageTooLongError

MOMENT = datetime(2010, 1, 1, tzinfo=UTC)
ACCEPTED = Accepted(MessageId(10), "79161234567", ())


def read(**fields: str) -> SendMessages:
    return send.read(Fields({"phone": "79161234567", "message": "Hello", "id": "1", **fields}))


def text(**fields: str) -> str:
    return read(**fields).drafts[0].steps[0].content.text


def test_defaults() -> None:
    step = Step(Channel.SMS, SmsText("Hello"), None, For(timedelta(hours=1)))
    assert read() == SendMessages(
        (Draft("79161234567", (step,)),), "mobilgroup", Group("1", exclusive=True), whole=True
    )


@pytest.mark.parametrize(
    ("phone", "recipients"),
    [
        ("79039587454,79236411579", ["79039587454", "79236411579"]),
        (" 79039587454 ,\n+79236411579, ", ["79039587454", "+79236411579"]),
        ("12;13", ["12;13"]),
    ],
)
def test_recipients(phone: str, recipients: list[str]) -> None:
    command = read(phone=phone)
    assert [draft.recipient for draft in command.drafts] == recipients
    assert len({id(draft.steps) for draft in command.drafts}) == 1


@pytest.mark.parametrize(
    ("fields", "sent"),
    [
        ({}, "Schyot N 5"),
        ({"rus_sms": "0"}, "Schyot N 5"),
        ({"rus_sms": "1"}, "Счёт № 5"),
        ({"translit": "1"}, "Schyot N 5"),
        ({"translit": "0"}, "Счёт № 5"),
        ({"rus_sms": "0", "translit": "0"}, "Schyot N 5"),
        ({"rus_sms": "1", "translit": "1"}, "Счёт № 5"),
    ],
)
def test_transliteration(fields: dict[str, str], sent: str) -> None:
    assert text(message="Счёт № 5", **fields) == sent


def test_line_breaks_are_lf() -> None:
    assert text(message="a\r\nb\rc\\n") == "a\nb\nc\\n"


@pytest.mark.parametrize(("fields", "limit"), [({}, 140), ({"rus_sms": "1"}, 64)])
def test_length_is_that_of_the_message_as_written(fields: dict[str, str], limit: int) -> None:
    assert text(message="щ" * limit, **fields) in ("щ" * limit, "sch" * limit)
    with pytest.raises(MessageTooLongError):
        read(message="щ" * (limit + 1), **fields)


@pytest.mark.parametrize("sender", ["Mobilgrup", "A", "my-shop 1", "123456789"])
def test_senders(sender: str) -> None:
    assert read(sender=sender).drafts[0].steps[0].sender == sender


@pytest.mark.parametrize(("valid", "hours"), [("1", 1), ("24", 24), ("48", 48), ("08", 8), ("", 1)])
def test_validity(valid: str, hours: int) -> None:
    assert read(valid=valid).drafts[0].steps[0].validity == For(timedelta(hours=hours))


def test_schedule() -> None:
    assert read(schedule="2007-03-12 23:22").drafts[0].due == datetime(2007, 3, 12, 23, 22)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("fields", "failure"),
    [
        ({"phone": ""}, Failure.MISSING_FIELD),
        ({"phone": " , ,"}, Failure.MISSING_FIELD),
        ({"message": " \n"}, Failure.MISSING_FIELD),
        ({"id": ""}, Failure.MISSING_FIELD),
        ({"id": "abc"}, Failure.BAD_FIELD),
        ({"sender": "Mobilgrupp"}, Failure.BAD_FIELD),
        ({"sender": "Магазин"}, Failure.BAD_FIELD),
        ({"sender": "a.b"}, Failure.BAD_FIELD),
        ({"valid": "0"}, Failure.BAD_FIELD),
        ({"valid": "49"}, Failure.BAD_FIELD),
        ({"valid": "-1"}, Failure.BAD_FIELD),
        ({"valid": "9" * 5000}, Failure.BAD_FIELD),
        ({"rus_sms": "yes"}, Failure.BAD_FIELD),
        ({"translit": "2"}, Failure.BAD_FIELD),
        ({"schedule": "12.03.2007"}, Failure.BAD_DATE),
        ({"schedule": "2007-02-30 10:00"}, Failure.BAD_DATE),
        # a field before the length, the length before the schedule
        ({"valid": "0", "message": "x" * 141}, Failure.BAD_FIELD),
    ],
)
def test_wrong_fields(fields: dict[str, str], failure: Failure) -> None:
    with pytest.raises(RequestError) as caught:
        read(**fields)
    assert (caught.value.failure, type(caught.value)) == (failure, RequestError)


def test_length_is_told_before_the_schedule() -> None:
    with pytest.raises(MessageTooLongError):
        read(message="x" * 141, schedule="never")


@pytest.mark.parametrize(
    ("items", "number"),
    [
        ([ACCEPTED, ACCEPTED], 0),
        ([ACCEPTED, Rejected(Rejection.STOPPED, "79161234567", recorded=True)], 0),
        ([Rejected(Rejection.DIRECTION_CLOSED, "79161234567", recorded=True)], 0),
        ([Rejected(Rejection.BAD_RECIPIENT, "12"), Rejected(Rejection.BAD_RECIPIENT, "79161234567")], 8),
        ([Rejected(Rejection.NOT_MOBILE, "74957271122")], 8),
        ([Rejected(Rejection.NO_MONEY, "79161234567")], 9),
        ([Rejected(Rejection.STOPPED, "79161234567"), Rejected(Rejection.NO_MONEY, "79161234568")], 9),
        ([Rejected(Rejection.STOPPED, "79161234567")], 8),
        ([Rejected(Rejection.UNKNOWN_SENDER, "79161234567")], 2),
        ([Rejected(Rejection.TEXT_TOO_LONG, "79161234567")], 10),
    ],
)
def test_outcome(items: Sequence[SendItem], number: int) -> None:
    assert send.outcome(SendResult(items, MOMENT)) == number
