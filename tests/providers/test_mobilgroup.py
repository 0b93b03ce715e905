"""The mirror law for Mobilgroup."""

from datetime import datetime, timedelta

import pytest
from hypothesis import assume, given

from tests.clock import NOON
from tests.providers.parcels import ACCESS, MOSCOW, SMS, accepted, arriving, parcel, parcels, rejected, result
from tolmach.core.accounts import ClientLogin
from tolmach.core.commands import GetCampaign, SendMessages
from tolmach.core.content import FlashText, SmsText
from tolmach.core.delivery import Refused, Sent
from tolmach.core.drafts import For
from tolmach.core.errors import Failure, RequestError
from tolmach.core.ids import CampaignId
from tolmach.core.money import Money
from tolmach.core.rejections import Rejection
from tolmach.core.results import BalanceResult, CampaignDetail, CampaignSummary, RecipientState
from tolmach.core.status import FINAL, SUCCESS, Status
from tolmach.dialects.mobilgroup.extxml import Extxml
from tolmach.dialects.mobilgroup.vocabulary import FAILURES
from tolmach.providers.http_contract import (
    AccountRefusedError,
    DocumentRefusedError,
    Parcel,
    ProviderError,
    Repeat,
    UnclearError,
)
from tolmach.providers.mobilgroup import Mobilgroup
from tolmach.wire import WireRequest, WireResponse

PROVIDER = Mobilgroup(ACCESS)
ENDPOINT = Extxml()


@given(parcels(SMS, most=1))
def test_our_dialect_reads_what_we_write(given_parcels: list[Parcel]) -> None:
    ((submission, key),) = given_parcels
    assume(PROVIDER.unfit(submission) is None)
    call = ENDPOINT.parse(arriving(PROVIDER.request(given_parcels, NOON)))
    assert call.fault is None
    assert call.credentials == ClientLogin(ACCESS.client, ACCESS.login, ACCESS.password)
    assert isinstance(call.command, SendMessages)
    (draft,) = call.command.drafts
    (step,) = draft.steps
    assert (draft.recipient, draft.due, step.sender) == (submission.recipient, None, submission.sender)
    assert step.content == submission.content
    assert isinstance(step.validity, For)
    assert timedelta() <= NOON + step.validity.duration - submission.expires_at < timedelta(hours=1)
    assert call.command.group is not None
    assert call.command.group.key == key
    assert call.command.group.exclusive


def answer(reason: Rejection | None) -> WireResponse:
    call = ENDPOINT.parse(arriving(PROVIDER.request([parcel()], NOON)))
    return ENDPOINT.render(call, result([accepted(1, parcel()) if reason is None else rejected(reason)]))


@pytest.mark.parametrize("reason", [None, *Rejection])
def test_every_rejection_of_our_dialect_is_understood(reason: Rejection | None) -> None:
    try:
        (reply,) = PROVIDER.replies([parcel()], answer(reason))
    except AccountRefusedError:
        assert reason is Rejection.ACCOUNT_BLOCKED
    except DocumentRefusedError:
        assert reason is not None
    else:
        assert isinstance(reply.outcome, Sent if reason is None else Refused)


@pytest.mark.parametrize("failure", Failure)
def test_every_failure_of_our_dialect_is_understood(failure: Failure) -> None:
    response = ENDPOINT.refuse(RequestError(failure), None)
    try:
        (reply,) = PROVIDER.replies([parcel()], response)
    except ProviderError as error:
        told = type(error)
        refused = failure in (Failure.UNAUTHORISED, Failure.UNKNOWN_CLIENT, Failure.BLOCKED)
        assert (told is AccountRefusedError) == refused
        assert failure not in (Failure.BUSY, Failure.INTERNAL) or told is UnclearError
    else:
        repeated = FAILURES[failure] == 7
        assert repeated == (reply.outcome == Sent((parcel().key,)))  # it has arrived before


@pytest.mark.parametrize("status", Status)
def test_reports(status: Status) -> None:
    call = ENDPOINT.parse(arriving(PROVIDER.poll([parcel().key])))
    assert call.command == GetCampaign("mobilgroup", parcel().key)
    at = datetime(2026, 3, 2, 15, 0, tzinfo=MOSCOW)
    summary = CampaignSummary(CampaignId(7), parcel().key, at, "", "", {status: 1}, Money(0))
    detail = CampaignDetail(summary, [RecipientState("79161234567", status, at)])
    (report,) = PROVIDER.reports([parcel().key], ENDPOINT.render(call, detail))
    assert (report.provider_id, report.at) == (parcel().key, at)
    assert (report.status is not None) == (status in FINAL)
    assert (report.status in SUCCESS) == (status in SUCCESS)


def test_a_request_that_is_not_known() -> None:
    call = ENDPOINT.parse(arriving(PROVIDER.poll([parcel().key])))
    assert PROVIDER.reports([parcel().key], ENDPOINT.refuse(RequestError(Failure.UNKNOWN_GROUP), call)) == []


@pytest.mark.parametrize(
    "content",
    ["", "<error>0</error><dest><status>5</status></dest>", "<error>9</error>", "<result>OK</result>"],
)
def test_reports_that_say_nothing(content: str) -> None:
    with pytest.raises(UnclearError):
        PROVIDER.reports(["1"], WireResponse(200, {}, f"<response>{content}</response>".encode()))


def test_a_report_without_recipients_waits() -> None:
    (report,) = PROVIDER.reports(["1"], WireResponse(200, {}, b"<response><error>0</error></response>"))
    assert report.status is None


@pytest.mark.parametrize(
    ("text", "fits"),
    [("a" * 140, True), ("a" * 141, False), ("я" * 64, True), ("я" * 65, False), ("it`s " + "a" * 60, False)],
)
def test_lengths(text: str, fits: bool) -> None:
    assert (PROVIDER.unfit(parcel(SmsText(text)).submission) is None) is fits


def test_what_does_not_fit() -> None:
    assert PROVIDER.unfit(parcel(FlashText("x")).submission) is not None
    assert PROVIDER.unfit(parcel().submission._replace(sender="Tolmach.ru")) is not None
    assert PROVIDER.unfit(parcel().submission._replace(sender="")) is None
    assert PROVIDER.repeat is Repeat.SAFE
    with pytest.raises(DocumentRefusedError):
        PROVIDER.receive(WireRequest("POST", "/"))


def test_the_document_is_windows_1251() -> None:
    body = PROVIDER.request([parcel(SmsText("Привет ☺"))], NOON).body
    assert "<message>Привет &#9786;</message>".encode("cp1251") in body


def test_the_validity_is_between_one_and_48_hours() -> None:
    one = parcel()
    assert b"<valid>48</valid>" in PROVIDER.request([one], NOON - timedelta(days=9)).body
    assert b"<valid>1</valid>" in PROVIDER.request([one], NOON + timedelta(days=3)).body


def test_balance() -> None:
    call = ENDPOINT.parse(arriving(PROVIDER.balance()))
    assert PROVIDER.funds(ENDPOINT.render(call, BalanceResult(Money(12_345), "RUB"))).amount == Money(12_345)
    with pytest.raises(UnclearError):
        PROVIDER.funds(WireResponse(200, {}, b"<response><error>0</error></response>"))
    with pytest.raises(UnclearError):
        PROVIDER.funds(WireResponse(200, {}, b"no"))
