"""The mirror law: our dialect reads what our provider writes, and our provider understands what our dialect answers."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.clock import NOON
from tests.providers.parcels import (
    ACCESS,
    CARDS,
    MOSCOW,
    SMS,
    accepted,
    arriving,
    asked,
    parcel,
    parcels,
    rejected,
    result,
    sending,
    utc,
)
from tests.providers.parcels import (
    SPECIAL as SPECIAL_CONTENTS,
)
from tolmach.codecs import xmltree
from tolmach.core.content import Address, Channel, Content, FlashText, SilentPing, VCard, WapPush, WhatsAppCard
from tolmach.core.delivery import Lost, Refused, Sent
from tolmach.core.drafts import Until
from tolmach.core.money import Money
from tolmach.core.rejections import Rejection
from tolmach.core.results import MessageState, Sender, SendersResult, SendItem, StatesResult
from tolmach.core.status import SUCCESS, Status
from tolmach.dialects.contract import PushedState
from tolmach.dialects.prontosms.originator import Originator
from tolmach.dialects.prontosms.push import StatusPush
from tolmach.dialects.prontosms.send import Send
from tolmach.dialects.prontosms.state import State
from tolmach.providers.http_contract import DocumentRefusedError, Parcel, Repeat, UnclearError
from tolmach.providers.prontosms import Prontosms
from tolmach.wire import WireRequest, WireResponse

PROVIDER = Prontosms(ACCESS)


def answer(*items: SendItem, of: list[Parcel]) -> WireResponse:
    return Send().render(Send().parse(arriving(PROVIDER.request(of, NOON))), result(items))


@given(parcels(SMS | CARDS | SPECIAL_CONTENTS))
def test_our_dialect_reads_what_we_write(given_parcels: list[Parcel]) -> None:
    request = PROVIDER.request(given_parcels, NOON)
    call = Send().parse(arriving(request))
    command = sending(call)
    assert b"\n" not in request.body
    assert len(command.drafts) == len(given_parcels)
    for draft, (submission, key) in zip(command.drafts, given_parcels, strict=True):
        (step,) = draft.steps
        assert (draft.recipient, draft.client_key, draft.due) == (submission.recipient, key, None)
        assert (step.channel, step.content, step.sender) == (submission.channel, submission.content, submission.sender)
        assert isinstance(step.validity, Until)
        assert utc(step.validity.moment) == submission.expires_at


@given(parcels(SMS), st.data())
def test_we_understand_what_our_dialect_answers(given_parcels: list[Parcel], data: st.DataObject) -> None:
    choice = st.sampled_from([None, *Rejection])
    reasons = [data.draw(choice) for _ in given_parcels]
    items: list[SendItem] = [
        accepted(number, one, parts=2) if reason is None else rejected(reason)
        for number, (one, reason) in enumerate(zip(given_parcels, reasons, strict=True), 1)
    ]
    replies = PROVIDER.replies(given_parcels, answer(*items, of=given_parcels))
    assert len(replies) == len(given_parcels)
    for number, (reply, reason) in enumerate(zip(replies, reasons, strict=True), 1):
        if reason is None:
            assert (reply.outcome, reply.parts) == (Sent((f"{number}0",)), 2)
        else:
            assert isinstance(reply.outcome, Refused)


def test_an_answer_that_forgets_somebody() -> None:
    both = [parcel(), parcel(number=2)]
    response = WireResponse(200, {}, b'<response><information number_sms="2" id_sms="5">send</information></response>')
    first, second = PROVIDER.replies(both, response)
    assert isinstance(first.outcome, Lost)
    assert second.outcome == Sent(("5",))


@pytest.mark.parametrize(
    ("information", "outcome"),
    [
        ('<information number_sms="1" id_sms="7" id_turn="4" parts="1">send</information>', Sent(("7",))),
        ('<information number_sms="1" id_sms="7">Недостаточно средств для отправки SMS.</information>', Sent(("7",))),
        ('<information number_sms="1">Данное сообщение уже было отправлено.</information>', Lost),
        ('<information number_sms="1" id_sms="0">send</information>', Lost),
        ('<information number_sms="1">Flood SMS</information>', Refused("Flood SMS", permanent=False)),
    ],
)
def test_what_other_brands_answer(information: str, outcome: object) -> None:
    response = WireResponse(200, {}, f"<response>{information}</response>".encode())
    (reply,) = PROVIDER.replies([parcel()], response)
    assert isinstance(reply.outcome, outcome) if isinstance(outcome, type) else reply.outcome == outcome


SPECIAL: list[tuple[Content, str]] = [
    (FlashText("Срочно\nочень"), '<message type="flashsms"><sender>Tolmach</sender><text>Срочно\\nочень</text>'),
    (SilentPing(), '<message type="silence"><sender>Tolmach</sender><text></text>'),
    (
        WapPush("Каталог", "https://a.example/?a=1&b=2"),
        '<message type="wappush"><sender>Tolmach</sender><text>Каталог</text>'
        "<url>https://a.example/?a=1&amp;b=2</url>",
    ),
    (
        VCard("Иван", cell="7916", work="7495", email="i@a.example", url="https://a.example", position="директор",
              organization="Ромашка", additional="звоните", address=Address(city="Москва", postal_code="101000")),
        '<message type="vcard"><sender>Tolmach</sender><url>https://a.example</url><name>Иван</name>'
        '<phone cell="7916" work="7495"/><email>i@a.example</email><position>директор</position>'
        '<organization>Ромашка</organization><address city="Москва" postal_code="101000"/>'
        "<additional>звоните</additional>",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("content", "written"), SPECIAL, ids=lambda value: type(value).__name__)
def test_special_messages(content: Content, written: str) -> None:
    assert PROVIDER.unfit(parcel(content).submission) is None
    body = PROVIDER.request([parcel(content)], NOON).body.decode()
    assert written in body
    xmltree.parse(PROVIDER.request([parcel(content)], NOON).body)


def test_neighbours_with_the_same_message_share_it() -> None:
    body = PROVIDER.request([parcel(), parcel(number=2), parcel(FlashText("x")), parcel()], NOON).body
    assert body.count(b"<message ") == 3
    assert body.count(b"<abonent ") == 4


def test_what_does_not_fit() -> None:
    assert PROVIDER.unfit(parcel().submission) is None
    refused = PROVIDER.unfit(parcel(WhatsAppCard("x")).submission)
    assert refused is not None
    assert not refused.permanent
    assert PROVIDER.repeat is Repeat.SAFE


@pytest.mark.parametrize("status", Status)
def test_states(status: Status) -> None:
    call = State().parse(arriving(PROVIDER.poll(["10", "20"])))
    assert asked(call) == ("10", "20")
    at = datetime(2026, 3, 2, 15, 0, tzinfo=MOSCOW)
    state = MessageState(10, "7916", status, at, 2, Money(11_500))
    reports = PROVIDER.reports(["10", "20"], State().render(call, StatesResult(asked(call), [state, None])))
    (report,) = reports  # the unknown id is left out
    assert (report.provider_id, report.price, report.parts) == ("10", Money(23_000), 2)
    if report.status is None:
        assert status in (Status.QUEUED, Status.ON_MODERATION, Status.SENT)
        assert report.at is None
    else:
        assert report.at == at
        assert (report.status in SUCCESS) == (status in SUCCESS)
        assert (report.status is Status.READ) == (status is Status.READ)


def test_statuses_that_are_posted_to_us_are_confirmed() -> None:
    at = datetime(2026, 3, 2, 15, 0, tzinfo=MOSCOW)
    states = [
        PushedState(n, n * 10, status, at, "7916", "", "prontosms")
        for n, status in enumerate([Status.DELIVERED, Status.EXPIRED, Status.SENT], 1)
    ]
    posted = StatusPush().request("https://us.example/hooks/pronto/secret", states)
    reports, confirmation = PROVIDER.receive(arriving(posted))
    assert [(report.provider_id, report.status) for report in reports] == [
        ("10", Status.DELIVERED), ("20", Status.EXPIRED), ("30", None),
    ]  # fmt: skip
    assert reports[0].at == at
    assert StatusPush().acknowledged(confirmation) == {10, 20, 30}


def test_other_things_that_are_posted() -> None:
    with pytest.raises(UnclearError):
        PROVIDER.receive(WireRequest("POST", "/", body=b"hello"))
    body = b'<response><state id_sms="5" sms="deliver" time="">read</state><state>deliver</state></response>'
    reports, confirmation = PROVIDER.receive(WireRequest("POST", "/", body=body))
    assert [(report.provider_id, report.status, report.at) for report in reports] == [("5", Status.READ, None)]
    assert StatusPush().acknowledged(confirmation) == {5}


def test_balance_and_senders() -> None:
    assert PROVIDER.balance().path.endswith("/xml/balance.php")
    call = Originator().parse(arriving(PROVIDER.senders()))
    listed = SendersResult(False, [Sender("INFORM", "completed"), Sender("A&B", "order")])
    assert PROVIDER.sender_states(Originator().render(call, listed)) == (
        False,
        [("INFORM", "completed"), ("A&B", "order")],
    )
    assert PROVIDER.sender_states(Originator().render(call, SendersResult(True, []))) == (True, [])


def test_a_document_that_is_refused() -> None:
    response = WireResponse(200, {}, "<response><error>Неправильный формат XML документа</error></response>".encode())
    with pytest.raises(DocumentRefusedError):
        PROVIDER.replies([parcel()], response)


def test_the_validity_is_told_on_the_accounts_clock() -> None:
    body = PROVIDER.request([parcel()], NOON + timedelta(hours=1)).body.decode()
    assert 'validity_period="2026-03-04 15:00:00"' in body
    viber = Prontosms(ACCESS).request([parcel(SPECIAL[0][0])], NOON)
    assert Channel.SMS in PROVIDER.channels
    assert b"validity_period_viber" not in viber.body
