from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from tests.providers.parcels import ACCESS, MOSCOW, arriving
from tolmach.core.accounts import Login
from tolmach.core.errors import Failure, RequestError
from tolmach.core.money import parse_money
from tolmach.core.rejections import Rejection
from tolmach.core.results import BalanceResult
from tolmach.core.status import Status
from tolmach.dialects.engine import vocabulary
from tolmach.dialects.prontosms.balance import Balance
from tolmach.dialects.targetsms import vocabulary as version_2
from tolmach.providers import engine
from tolmach.providers.http_contract import (
    AccountRefusedError,
    DocumentRefusedError,
    Funds,
    OverloadedError,
    ProviderError,
    UnclearError,
)
from tolmach.wire import WireResponse

MEANT = {
    Failure.UNAUTHORISED: AccountRefusedError,
    Failure.UNKNOWN_CLIENT: AccountRefusedError,
    Failure.BLOCKED: AccountRefusedError,
    Failure.BUSY: OverloadedError,
    Failure.INTERNAL: UnclearError,
}
SAME_WORDS = {
    Rejection.BAD_RECIPIENT: Rejection.DIRECTION_CLOSED_FOR_ACCOUNT,
    Rejection.NOT_MOBILE: Rejection.DIRECTION_CLOSED_FOR_ACCOUNT,
    Rejection.OPERATOR_EXCLUDED: Rejection.DIRECTION_CLOSED_FOR_ACCOUNT,
}


@pytest.mark.parametrize("failure", Failure)
def test_every_failure_of_our_dialect_is_understood(failure: Failure) -> None:
    response = Balance().refuse(RequestError(failure), None)
    with pytest.raises(ProviderError) as told:
        engine.read(response)
    if failure in MEANT:
        assert type(told.value) is MEANT[failure]
    else:  # words of methods that we do not call are not known
        assert isinstance(told.value, DocumentRefusedError | UnclearError)


@pytest.mark.parametrize("reason", Rejection)
@pytest.mark.parametrize("words", [vocabulary.REJECTIONS, version_2.REJECTIONS])
def test_every_rejection_of_our_dialect_is_understood(reason: Rejection, words: dict[Rejection, str]) -> None:
    understood = engine.refusal(words[reason])
    if engine.bare(words[reason]) in engine.REFUSALS:
        assert understood.code == SAME_WORDS.get(reason, reason)
    else:
        assert not understood.permanent


@pytest.mark.parametrize("status", Status)
def test_every_status_of_our_dialect_is_understood(status: Status) -> None:
    assert vocabulary.STATUSES[status] in engine.STATUSES


def test_words_are_found_without_full_stop_and_in_any_case() -> None:
    assert engine.refusal(" Такого отправителя Нет.\n").code == Rejection.UNKNOWN_SENDER
    unknown = engine.refusal("Flood SMS")
    assert (unknown.code, unknown.permanent) == ("Flood SMS", False)
    assert engine.refusal("").code == "refused without words"
    assert len(engine.refusal("я" * 200).code) == 64


@pytest.mark.parametrize(
    ("response", "error"),
    [
        (WireResponse(200, {}, b""), UnclearError),
        (WireResponse(200, {}, b"<html><br></html>"), UnclearError),
        (WireResponse(200, {}, b"<!DOCTYPE a><response/>"), UnclearError),
        (WireResponse(200, {}, "<response><error>Что-то</error></response>".encode()), UnclearError),
        (WireResponse(502, {}, b"Bad Gateway"), UnclearError),
        (WireResponse(400, {}, b"<response/>"), UnclearError),
        (WireResponse(404, {}, b""), AccountRefusedError),
        (WireResponse(302, {}, b""), AccountRefusedError),
        (WireResponse(413, {}, b""), DocumentRefusedError),
        (WireResponse(429, {"retry-after": "7"}, b""), OverloadedError),
    ],
)
def test_answers_that_are_none(response: WireResponse, error: type[ProviderError]) -> None:
    with pytest.raises(error):
        engine.read(response)


def test_a_request_carries_the_account_and_hides_it_from_logs() -> None:
    request = engine.post(ACCESS, "balance.php")
    assert request.path == "https://provider.example/xml/balance.php"
    assert Balance().parse(arriving(request)).credentials == Login(ACCESS.login, ACCESS.password)
    assert b"\n" not in request.body
    assert ACCESS.password not in repr(ACCESS)


def test_money() -> None:
    call = Balance().parse(arriving(engine.post(ACCESS, "balance.php")))
    response = Balance().render(call, BalanceResult(parse_money("3924.9"), "RUB"))
    assert engine.funds(response) == Funds(parse_money("3924.9"), "RUB")
    bare = WireResponse(200, {}, b"<response><sms area=''>1</sms><money>10</money></response>")
    assert engine.funds(bare) == Funds(parse_money("10"))
    with pytest.raises(UnclearError):
        engine.funds(WireResponse(200, {}, b"<response><money>much</money></response>"))


def test_moments_are_the_accounts() -> None:
    assert engine.moment("2011-01-01 12:57:46", MOSCOW) == datetime(2011, 1, 1, 9, 57, 46, tzinfo=UTC)
    assert engine.moment("", MOSCOW) is None
    assert engine.moment("2012-02-31 00:00:00", MOSCOW) is None
    assert engine.moment("0001-01-01 00:00:00", MOSCOW) is None  # what .NET writes where there is no date
    assert engine.moment("9999-12-31 23:59:59", ZoneInfo("America/New_York")) is None
    assert engine.wall(datetime(2011, 1, 1, 9, 57, 46, tzinfo=UTC), MOSCOW) == "2011-01-01 12:57:46"


@pytest.mark.parametrize(
    ("written", "read"), [("", ""), (None, ""), ("0", ""), ("10", "10"), ("a-1", "a-1"), (80 * "x", 64 * "x")]
)
def test_ids(written: str | None, read: str) -> None:
    assert engine.identity(written) == read


def test_line_breaks() -> None:
    assert engine.line_breaks("a\nb\r\nc") == "a\\nb\\nc"
