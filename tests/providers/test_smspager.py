"""The mirror law for SMS-Pager."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given

from tests.clock import NOON
from tests.providers.parcels import ACCESS, MOSCOW, SMS, accepted, arriving, parcel, parcels, rejected, result, sending
from tolmach.core.accounts import Login
from tolmach.core.content import FlashText
from tolmach.core.delivery import Lost, Refused, Sent
from tolmach.core.drafts import For
from tolmach.core.errors import Failure, RequestError
from tolmach.core.ids import CampaignId
from tolmach.core.money import Money
from tolmach.core.rejections import Rejection
from tolmach.core.results import (
    BalanceResult,
    CampaignDetail,
    CampaignRef,
    CampaignSummary,
    CancelResult,
    RecipientState,
)
from tolmach.core.status import FINAL, SUCCESS, Status
from tolmach.dialects.smspager.balance import Balance
from tolmach.dialects.smspager.cancel import Cancel
from tolmach.dialects.smspager.report import Report
from tolmach.dialects.smspager.send import Send
from tolmach.providers import smspager
from tolmach.providers.http_contract import (
    AccountRefusedError,
    DocumentRefusedError,
    Parcel,
    ProviderError,
    Repeat,
    UnclearError,
)
from tolmach.providers.smspager import Smspager
from tolmach.wire import WireRequest, WireResponse

PROVIDER = Smspager(replace(ACCESS, url="https://transport.example:7214/"))
CABINET = Smspager(replace(ACCESS, url="https://lcab.example/API/XML/"))


@given(parcels(SMS, most=1))
def test_our_dialect_reads_what_we_write(given_parcels: list[Parcel]) -> None:
    ((submission, key),) = given_parcels
    call = Send().parse(arriving(PROVIDER.request(given_parcels, NOON)))
    command = sending(call)
    assert call.credentials == Login(ACCESS.login, ACCESS.password)
    (draft,) = command.drafts
    (step,) = draft.steps
    assert (draft.recipient, draft.due, step.sender) == (submission.recipient, None, submission.sender)
    assert step.content == submission.content
    assert isinstance(step.validity, For)
    assert NOON + step.validity.duration == submission.expires_at
    assert command.group is not None
    assert command.group.key == key
    assert len(key) <= smspager.LONGEST_SMSID
    assert not command.dry_run


def answer(reason: Rejection | None) -> WireResponse:
    call = Send().parse(arriving(PROVIDER.request([parcel()], NOON)))
    item = accepted(1, parcel(), parts=2) if reason is None else rejected(reason)
    return Send().render(call, replace(result([item]), campaign=CampaignRef(CampaignId(7), parcel().key)))


@pytest.mark.parametrize("reason", Rejection)
def test_every_rejection_of_our_dialect_is_understood(reason: Rejection) -> None:
    try:
        (reply,) = PROVIDER.replies([parcel()], answer(reason))
    except AccountRefusedError:
        assert reason is Rejection.ACCOUNT_BLOCKED
    else:
        assert isinstance(reply.outcome, Refused)


def test_an_accepted_message_has_its_price() -> None:
    (reply,) = PROVIDER.replies([parcel()], answer(None))
    assert (reply.outcome, reply.price, reply.parts) == (Sent((parcel().key,)), Money(23_000), 2)


@pytest.mark.parametrize("failure", Failure)
def test_every_failure_of_our_dialect_is_understood(failure: Failure) -> None:
    response = Send().refuse(RequestError(failure, code=76), None)
    try:
        (reply,) = PROVIDER.replies([parcel()], response)
    except ProviderError as error:
        unclear = isinstance(error, UnclearError)
        assert unclear == (failure in (Failure.BUSY, Failure.INTERNAL))
        refused = isinstance(error, AccountRefusedError)
        assert refused == (failure in (Failure.UNAUTHORISED, Failure.UNKNOWN_CLIENT, Failure.BLOCKED))
    else:
        assert not isinstance(reply.outcome, Sent)


@pytest.mark.parametrize("status", Status)
def test_reports(status: Status) -> None:
    request = PROVIDER.poll([parcel().key])
    call = Report().parse(arriving(request))
    at = datetime(2026, 3, 2, 15, 0, tzinfo=MOSCOW)
    summary = CampaignSummary(CampaignId(7), parcel().key, NOON, "", "", {status: 1}, Money(0))
    detail = CampaignDetail(summary, [RecipientState("79161234567", status, at)])
    (report,) = PROVIDER.reports([parcel().key], Report().render(call, detail))
    assert report.provider_id == parcel().key
    assert (report.status is not None) == (status in FINAL)
    assert (report.status in SUCCESS) == (status in SUCCESS)
    assert report.at == (at if status in SUCCESS else None)


def test_a_mailing_that_is_not_known() -> None:
    call = Report().parse(arriving(PROVIDER.poll([parcel().key])))
    response = Report().refuse(RequestError(Failure.UNKNOWN_GROUP), call)
    assert PROVIDER.reports([parcel().key], response) == []


@pytest.mark.parametrize("body", [b"", b"<data/>", b"<data><code>1</code></data>", b"<data><code>900</code></data>"])
def test_reports_that_say_nothing(body: bytes) -> None:
    with pytest.raises(UnclearError):
        PROVIDER.reports(["1"], WireResponse(200, {}, body))


def test_codes_of_other_times() -> None:
    def replied(code: str, more: str = "") -> object:
        body = f"<data><code>{code}</code><descr>слова</descr>{more}</data>".encode()
        return PROVIDER.replies([parcel()], WireResponse(200, {}, body))[0].outcome

    assert replied("999") == Refused("999 слова", permanent=False)
    assert replied("1", "<colSendAbonent>0</colSendAbonent>") == smspager.REFUSALS["517"]
    body = b"<data><code>1</code></data>"
    assert isinstance(PROVIDER.replies([Parcel(parcel().submission)], WireResponse(200, {}, body))[0].outcome, Lost)
    with pytest.raises(DocumentRefusedError):
        replied("7076")


def test_balance_and_cancelling() -> None:
    call = Balance().parse(arriving(PROVIDER.balance()))
    assert PROVIDER.funds(Balance().render(call, BalanceResult(Money(12_345), "RUB"))).amount == Money(12_345)
    with pytest.raises(UnclearError):
        PROVIDER.funds(WireResponse(200, {}, b"<data><code>1</code></data>"))
    cancelling = Cancel().parse(arriving(PROVIDER.cancel("mine")))
    assert PROVIDER.cancelled(Cancel().render(cancelling, CancelResult(3))) == 3
    with pytest.raises(UnclearError):
        PROVIDER.cancelled(WireResponse(200, {}, b"<data><code>1</code></data>"))


def test_both_addresses() -> None:
    assert PROVIDER.balance().path == "https://transport.example:7214/balance.xml"
    assert CABINET.request([parcel()], NOON).path == "https://lcab.example/API/XML/send.php"


def test_what_does_not_fit() -> None:
    assert PROVIDER.unfit(parcel().submission) is None
    assert PROVIDER.unfit(parcel(FlashText("x")).submission) is not None
    assert PROVIDER.repeat is Repeat.ASK
    with pytest.raises(DocumentRefusedError):
        PROVIDER.receive(WireRequest("POST", "/"))


def test_the_validity_is_never_zero() -> None:
    late = PROVIDER.request([parcel()], NOON + timedelta(days=3))
    assert b"<vp>1</vp>" in late.body
