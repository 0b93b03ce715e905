"""The mirror law for version 2 of TargetSMS."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.clock import NOON
from tests.providers.parcels import (
    ACCESS,
    CARDS,
    MOSCOW,
    OTHER_CARDS,
    SMS,
    accepted,
    arriving,
    asked,
    parcel,
    parcels,
    rejected,
    result,
    sending,
)
from tolmach.core.content import Channel, FlashText, SmsText, ViberCard
from tolmach.core.delivery import Lost, Refused, Sent
from tolmach.core.drafts import For
from tolmach.core.ids import LegId
from tolmach.core.money import Money
from tolmach.core.rejections import Rejection
from tolmach.core.results import LegState, MessageState, SendItem, StatesResult
from tolmach.core.status import SUCCESS, Status
from tolmach.dialects.targetsms.message import SMS_VALIDITY
from tolmach.dialects.targetsms.send import Send
from tolmach.dialects.targetsms.state import State
from tolmach.providers.http_contract import DocumentRefusedError, Parcel, Repeat
from tolmach.providers.targetsms import Targetsms
from tolmach.wire import WireRequest, WireResponse

PROVIDER = Targetsms(ACCESS)


@given(parcels(SMS | CARDS | OTHER_CARDS))
def test_our_dialect_reads_what_we_write(given_parcels: list[Parcel]) -> None:
    request = PROVIDER.request(given_parcels, NOON)
    call = Send().parse(arriving(request))
    command = sending(call)
    assert b"\n" not in request.body
    for draft, (submission, key) in zip(command.drafts, given_parcels, strict=True):
        (step,) = draft.steps
        assert (draft.recipient, draft.client_key, draft.due) == (submission.recipient, key, None)
        assert (step.channel, step.content, step.sender) == (submission.channel, submission.content, submission.sender)
        if step.channel is Channel.SMS:
            assert step.validity == SMS_VALIDITY  # the protocol has no other
        else:
            assert isinstance(step.validity, For)
            assert timedelta() <= submission.expires_at - (NOON + step.validity.duration) < timedelta(minutes=1)


@given(parcels(SMS | CARDS | OTHER_CARDS), st.data())
def test_we_understand_what_our_dialect_answers(given_parcels: list[Parcel], data: st.DataObject) -> None:
    choice = st.sampled_from([None, *(set(Rejection) - {Rejection.NO_STEPS})])
    reasons = [data.draw(choice) for _ in given_parcels]
    items: list[SendItem] = [
        accepted(number, one, parts=2) if reason is None else rejected(reason)
        for number, (one, reason) in enumerate(zip(given_parcels, reasons, strict=True), 1)
    ]
    response = Send().render(Send().parse(arriving(PROVIDER.request(given_parcels, NOON))), result(items))
    for number, (reply, reason) in enumerate(zip(PROVIDER.replies(given_parcels, response), reasons, strict=True), 1):
        if reason is None:
            assert (reply.outcome, reply.parts) == (Sent((f"{number}0",)), 2)
        else:
            assert isinstance(reply.outcome, Refused)


def test_an_error_of_a_whole_message() -> None:
    response = WireResponse(
        200, {}, "<response><message><error>Не указан ни один канал отправки</error></message></response>".encode()
    )
    (reply,) = PROVIDER.replies([parcel()], response)
    assert reply.outcome == Refused(Rejection.NO_STEPS, permanent=False)
    with pytest.raises(DocumentRefusedError):  # each is sent alone, then; what was taken keeps its id
        PROVIDER.replies([parcel(), parcel(number=2)], response)


def test_without_our_ids_the_place_counts() -> None:
    both = [Parcel(parcel().submission), Parcel(parcel(number=2).submission)]
    line = '<information id_message="{}" client_id_message="" id_sms="0" id_viber="0" phone="7">send</information>'
    response = WireResponse(
        200, {}, f"<response><message>{line.format(5)}{line.format(6)}</message></response>".encode()
    )
    assert [reply.outcome for reply in PROVIDER.replies(both, response)] == [Sent(("5",)), Sent(("6",))]
    short = WireResponse(200, {}, f"<response><message>{line.format(5)}</message></response>".encode())
    assert all(isinstance(reply.outcome, Lost) for reply in PROVIDER.replies(both, short))


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("channel", [Channel.SMS, Channel.VIBER])
def test_states(status: Status, channel: Channel) -> None:
    call = State().parse(arriving(PROVIDER.poll(["10", "20"])))
    at = datetime(2026, 3, 2, 15, 0, tzinfo=MOSCOW)
    leg = LegState(LegId(11), channel, status, at, 2, Money(11_500), Money(23_000))
    state = MessageState(10, "7916", status, at, 2, Money(11_500), (leg,))
    response = State().render(call, StatesResult(asked(call), [state, None]))
    (report,) = PROVIDER.reports(["10", "20"], response)
    assert (report.provider_id, report.at, report.price) == ("10", at, Money(23_000))
    assert report.parts == (2 if channel is Channel.SMS else None)
    if report.status is None:
        assert status in (Status.QUEUED, Status.ON_MODERATION, Status.SENT)
    else:
        assert (report.status in SUCCESS) == (status in SUCCESS)


def test_read_is_told_by_the_channel() -> None:
    state = '<state id_message="5" time_change_state="" state_viber="read" price_viber="0">deliver</state>'
    (report,) = PROVIDER.reports(["5"], WireResponse(200, {}, f"<response>{state}</response>".encode()))
    assert (report.status, report.at, report.price) == (Status.READ, None, None)


def test_what_does_not_fit() -> None:
    assert PROVIDER.unfit(parcel().submission) is None
    assert PROVIDER.unfit(parcel(ViberCard("x")).submission) is None
    assert PROVIDER.unfit(parcel(FlashText("x")).submission) is not None
    assert PROVIDER.repeat is Repeat.SAFE


def test_the_rest_of_the_protocol() -> None:
    assert PROVIDER.balance().path == "https://provider.example/xml/balance.php"
    assert PROVIDER.funds(WireResponse(200, {}, b"<response><money>5</money></response>")).amount == Money(50_000)
    with pytest.raises(DocumentRefusedError):
        PROVIDER.receive(WireRequest("POST", "/"))


def test_neighbours_with_the_same_message_share_it() -> None:
    body = PROVIDER.request([parcel(), parcel(number=2), parcel(SmsText("x"))], NOON).body
    assert body.count(b"<message>") == 2
