"""Gateways of other shapes, described by links: the examples of docs/operations/http-links.md and their edges."""

from typing import Any

import orjson
import pytest

from tests.clock import NOON
from tests.providers.parcels import parcel
from tolmach.core.content import FlashText, SmsText, ViberCard
from tolmach.core.delivery import Busy, Lost, Refused, Sent
from tolmach.core.http_links import GenericLink, Question, Reading
from tolmach.core.money import Money
from tolmach.core.status import Status
from tolmach.providers.generic import Generic
from tolmach.providers.http_contract import DocumentRefusedError, ProviderError, Repeat, Report, UnclearError
from tolmach.wire import WireRequest, WireResponse

GET: dict[str, Any] = {
    "name": "kannel",
    "login": "me",
    "password": "p&ss",
    "send": Question(
        method="GET",
        url="https://gate.example/sendsms?username={login}&password={password}&from={sender}&to={recipient}&text={text}",
    ),
    "answer": Reading(id="regex:id: ([0-9]+)", error="regex:ERR ([0-9]+)", busy=("8",), temporary=("5",)),
    "callback": Reading(id="query:id", status="query:type"),
    "statuses": {"1": Status.DELIVERED, "2": Status.UNDELIVERED},
}
JSON: dict[str, Any] = {
    "name": "json",
    "password": "token",
    "format": "json",
    "repeatable": True,
    "send": Question(
        url="https://api.example/v1/messages",
        headers={"Authorization": "Bearer {password}"},
        body='{"to": "{recipient}", "text": "{text}", "id": "{id}", "ttl": {validity_seconds}}',
    ),
    "answer": Reading(
        check="json:status", equals=("ok",), id="json:message.id", price="json:price", error="json:error"
    ),
    "ask": Question(method="GET", url="https://api.example/v1/messages/{provider_id}"),
    "told": Reading(status="json:state", price="json:price"),
    "statuses": {"delivered": Status.DELIVERED},
}


def provider(given: dict[str, Any], **changes: Any) -> Generic:
    return Generic(GenericLink(**(given | changes)))


def said(one: Generic, status: int, body: str) -> object:
    return one.replies([parcel()], WireResponse(status, {}, body.encode()))[0].outcome


def test_a_get_gateway() -> None:
    one = provider(GET)
    request = one.request([parcel(SmsText("a&b=я"))], NOON)
    assert request.method == "GET"
    assert request.path == (
        "https://gate.example/sendsms?username=me&password=p%26ss&from=Tolmach&to=79161234567&text=a%26b%3D%D1%8F"
    )
    assert (request.body, request.headers) == (b"", {})
    assert said(one, 202, "id: 57") == Sent(("57",))
    assert said(one, 200, "ERR 7") == Lost("the answer names no id")  # it says success by its code
    assert one.repeat is Repeat.NEVER
    assert one.poll_batch == 0
    assert one.balance() is None


def test_a_json_gateway() -> None:
    one = provider(JSON)
    request = one.request([parcel(SmsText('say "yes"\n'))], NOON)
    assert request.headers == {"authorization": "Bearer token", "content-type": "application/json"}
    assert orjson.loads(request.body) == {
        "to": "79161234567", "text": 'say "yes"\n', "id": parcel().key, "ttl": 172_800,
    }  # fmt: skip
    (reply,) = one.replies([parcel()], WireResponse(200, {}, b'{"status":"ok","message":{"id":"x"},"price":1.5}'))
    assert (reply.outcome, reply.price) == (Sent(("x",)), Money(15_000))
    assert one.repeat is Repeat.SAFE
    assert one.poll(["a/b"]).path == "https://api.example/v1/messages/a%2Fb"
    states = WireResponse(200, {}, b'{"state":"delivered","price":"2"}')
    assert one.reports(["x"], states) == [Report("x", Status.DELIVERED, price=Money(20_000))]
    assert one.reports(["x"], WireResponse(200, {}, b'{"state":"on its way"}')) == [Report("x", None)]
    assert one.reports(["x"], WireResponse(200, {}, b"{}")) == []
    assert one.reports(["x"], WireResponse(400, {}, b"{}")) == []


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        (200, "ERR 8", Busy(30.0)),
        (200, "ERR 5", Refused("error 5", permanent=False)),
        (200, "ERR 9", Refused("error 9")),
    ],
)
def test_errors_by_their_codes(status: int, body: str, outcome: object) -> None:
    checked = Reading(
        check="regex:^id", id="regex:id: ([0-9]+)", error="regex:ERR ([0-9]+)", busy=("8",), temporary=("5",)
    )
    assert said(provider(GET, answer=checked), status, body) == outcome


@pytest.mark.parametrize(("status", "body"), [(200, '{"status":"what"}'), (200, "no"), (500, ""), (404, ""), (429, "")])
def test_answers_that_say_nothing(status: int, body: str) -> None:
    with pytest.raises(ProviderError):
        said(provider(JSON), status, body)


def test_a_price_that_is_none_is_left_out() -> None:
    answer = WireResponse(200, {}, b'{"status":"ok","message":{"id":"x"},"price":"much"}')
    assert provider(JSON).replies([parcel()], answer)[0].price is None


def test_without_an_id_ours_is_the_providers() -> None:
    one = provider(JSON, answer=Reading())
    assert said(one, 200, "{}") == Sent((parcel().key,))


def test_statuses_that_are_told() -> None:
    one = provider(GET, callback_answer="done")
    reports, answer = one.receive(WireRequest("GET", "/", "id=57&type=1"))
    assert (list(reports), answer.body) == ([Report("57", Status.DELIVERED)], b"done")
    assert one.receive(WireRequest("POST", "/", body=b"id=57&type=9"))[0] == [Report("57", None)]
    with pytest.raises(UnclearError):
        one.receive(WireRequest("GET", "/", "id=57"))
    with pytest.raises(DocumentRefusedError):
        provider(JSON).receive(WireRequest("GET", "/", "id=57&type=1"))


def test_only_texts_fit() -> None:
    one = provider(GET)
    assert one.unfit(parcel().submission) is None
    assert one.unfit(parcel(ViberCard("x")).submission) is None
    assert one.unfit(parcel(FlashText("x")).submission) is not None
    with pytest.raises(UnclearError):
        one.funds(WireResponse())
