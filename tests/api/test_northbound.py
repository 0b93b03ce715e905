import asyncio
from typing import Any

import pytest
import structlog
from starlette.types import Message
from structlog.testing import capture_logs

from tests.clock import NOON
from tests.e2e.documents import mobil, pager, pager_sms, pronto, pronto_sms
from tests.gateway import Inside, ask, rows
from tolmach.api.northbound import LONG, Northbound
from tolmach.core.errors import Failure, RequestError, StoreUnavailableError
from tolmach.core.limits import RequestLimits
from tolmach.dialects import mobilgroup, prontosms, smspager, targetsms
from tolmach.services import accounts, tokens
from tolmach.services.accounts import Changes

PHONE = "79161234500"
GOOD = pronto_sms(PHONE).encode()


def test_every_dialect_has_its_paths_and_no_two_share_one(indoors: Inside) -> None:
    endpoints = [each for dialect in (prontosms, targetsms, smspager, mobilgroup) for each in dialect.endpoints()]
    for endpoint in endpoints:
        for path in endpoint.paths:
            found = indoors.gateway.northbound.endpoint(path)
            assert found is not None
            assert type(found) is type(endpoint)
    with pytest.raises(ValueError, match="two endpoints claim /xml"):
        Northbound(
            [*endpoints, *prontosms.endpoints()],
            indoors.gateway.executor,
            RequestLimits(),
        )


@pytest.mark.parametrize(
    "path", ["/xml", "/xml/", "/xml/index.php", "//xml/", "/xml//", "///xml///index.php", "/xml/?x=1", "//xml//?y"]
)
async def test_the_same_address_in_many_spellings(indoors: Inside, path: str) -> None:
    answer = await indoors.ask(path, GOOD)
    assert answer.status == 200
    assert b">send</information>" in answer.body


@pytest.mark.parametrize("path", ["/xml/index.html", "/XML/", "/send.xml/", "/extxml", "/xml/../xml/"])
async def test_other_addresses_are_unknown(indoors: Inside, path: str) -> None:
    assert (await indoors.ask(path, GOOD)).status == 404


@pytest.mark.parametrize("method", ["POST", "GET", "PUT"])
async def test_any_method_and_any_content_type(indoors: Inside, method: str) -> None:
    for content_type in (
        b"application/x-www-form-urlencoded",
        b"text/xml",
        b"multipart/form-data; boundary=x",
        b"\xff",
    ):
        answer = await indoors.ask("/xml/state.php", GOOD, method, [(b"content-type", content_type)])
        assert answer.status == 200
    answer = await indoors.ask("/xml/state.php", pronto("<get_state></get_state>").encode(), method)
    assert answer.body.endswith(b"<response>\n</response>")


async def test_the_answer_says_what_it_is(indoors: Inside) -> None:
    utf8 = await indoors.ask("/xml/", GOOD)
    assert (
        utf8.headers.items()
        >= {"content-type": "text/xml; charset=utf-8", "content-length": str(len(utf8.body))}.items()
    )
    windows = await indoors.ask("/extxml.php", mobil("balance").encode())
    assert windows.headers["content-type"] == "text/xml; charset=windows-1251"


@pytest.mark.parametrize("size", [1, 100, 5000])
async def test_a_body_in_pieces(indoors: Inside, size: int) -> None:
    body = pager_sms(*[f"79{n:09}" for n in range(100)]).encode()
    pieces = [body[start : start + size] for start in range(0, len(body), size)]
    answer = await ask(indoors.gateway, "/send.xml", pieces)
    assert b"<colSendAbonent>100</colSendAbonent>" in answer.body


async def test_a_large_document_is_parsed_too(indoors: Inside) -> None:
    body = pager_sms(*[f"79{n:09}" for n in range(1200)], text="x" * 30_000).encode()
    assert len(body) > LONG
    answer = (await indoors.ask("/send.xml", body)).body
    assert b"<colSendAbonent>5</colSendAbonent><colNonSendAbonent>1195</colNonSendAbonent>" in answer  # 197 parts each


async def test_the_limit_counts_every_octet(indoors: Inside) -> None:
    limit = indoors.gateway.settings.body_limit
    exact = GOOD + b" " * (limit - len(GOOD))
    assert b">send</information>" in (await indoors.ask("/xml/", exact)).body
    for pieces in ([exact + b" "], [exact, b" "], [b"", exact, b"", b" "]):
        answer = await ask(indoors.gateway, "/xml/", pieces)
        assert "Неправильный формат XML документа" in answer.body.decode()


async def test_an_endless_body_is_not_read_for_ever(indoors: Inside) -> None:
    read = 0
    sent: list[Message] = []

    async def receive() -> Message:
        nonlocal read
        read += 1
        return {"type": "http.request", "body": b"x" * 1_000_000, "more_body": True}

    async def send(message: Message) -> None:
        sent.append(message)

    endpoint = indoors.gateway.northbound.endpoint("/xml/")
    assert endpoint is not None
    scope = {"method": "POST", "path": "/xml/", "query_string": b"", "headers": []}
    await indoors.gateway.northbound(endpoint, scope, receive, send)
    assert sent[0]["status"] == 200
    assert read < 100


@pytest.mark.parametrize("heard", [[], [{"type": "http.request", "body": GOOD, "more_body": True}]])
async def test_a_request_that_breaks_off_is_not_carried_out(indoors: Inside, heard: list[Message]) -> None:
    """Even when what came of it happens to be a whole document: its sender believes that it was not sent."""
    before = await indoors.read(rows)
    left = [*heard]

    async def receive() -> Message:
        return left.pop(0) if left else {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        raise AssertionError(message)

    endpoint = indoors.gateway.northbound.endpoint("/xml/")
    assert endpoint is not None
    await indoors.gateway.northbound(endpoint, {"method": "POST", "path": "/xml/"}, receive, send)
    assert await indoors.read(rows) == before


FAILING = {
    "/xml/": (GOOD, "Сервис перегружен, повторите запрос позже", "Внутренняя ошибка сервиса, повторите запрос позже"),
    "/send.xml": (pager_sms(PHONE).encode(), "<code>701</code>", "<code>701</code>"),
}


@pytest.mark.parametrize("path", FAILING)
async def test_failures_of_our_own(indoors: Inside, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    body, busy, internal = FAILING[path]

    def fail_with(error: Exception) -> None:
        async def send(*_: Any) -> None:
            raise error

        monkeypatch.setattr(indoors.gateway.intake, "send", send)

    fail_with(RequestError(Failure.BUSY))
    assert busy in (await indoors.ask(path, body)).body.decode()
    fail_with(StoreUnavailableError("disk full"))
    assert busy in (await indoors.ask(path, body)).body.decode()
    fail_with(ValueError("a bug"))
    with capture_logs() as logs:
        assert internal in (await indoors.ask(path, body)).body.decode()
    assert [entry["event"] for entry in logs if entry["log_level"] == "error"] == ["request failed"]


async def test_a_password_that_was_changed_is_compared_anew(indoors: Inside) -> None:
    from tests.gateway import conceal
    from tolmach.services import accounts

    async def balance(password: str) -> bytes:
        body = pronto("").replace('password value="demo"', f'password value="{password}"')
        return (await indoors.ask("/xml/balance.php", body.encode())).body

    assert b"<money" in await balance("demo")
    assert b"<error>" in await balance("other")
    await indoors.write(lambda tx: accounts.set_password(tx, "demo", conceal("other")))
    assert b"<money" in await balance("other")
    assert b"<error>" in await balance("demo")
    await indoors.write(lambda tx: accounts.set_password(tx, "demo", conceal("demo")))
    assert b"<money" in await balance("demo")


async def test_callers_from_elsewhere_are_refused(indoors: Inside) -> None:
    from tolmach.services import accounts
    from tolmach.services.accounts import Changes

    assert b"<money" in (await indoors.ask("/xml/balance.php", pronto("").encode())).body
    await indoors.write(lambda tx: accounts.change(tx, "demo", Changes(networks=("10.0.0.0/8",))))
    assert "Неправильный логин" in (await indoors.ask("/xml/balance.php", pronto("").encode())).body.decode()
    await indoors.write(lambda tx: accounts.change(tx, "demo", Changes(networks=("10.0.0.0/8", "127.0.0.1"))))
    assert b"<money" in (await indoors.ask("/xml/balance.php", pronto("").encode())).body


async def test_fifty_equal_requests_at_once_are_one_message(indoors: Inside) -> None:
    body = pronto_sms(PHONE, client_id_sms="otp_1").encode()
    answers = await asyncio.gather(*[indoors.ask("/xml/", body) for _ in range(50)])
    assert {answer.body for answer in answers} == {answers[0].body}
    after = await indoors.read(rows)
    assert (after["messages"], after["queue"], after["ledger"]) == (1, 1, 2)  # the hold, and the first top-up


async def test_a_report_of_everything(indoors: Inside) -> None:
    await indoors.ask("/send.xml", pager_sms(PHONE).encode())
    assert b"<allCol>1</allCol>" in (await indoors.ask("/report.xml", pager().encode())).body


async def test_a_token_in_every_place_where_one_is_documented(indoors: Inside) -> None:
    key = tokens.make()
    await indoors.write(lambda tx: tokens.add(tx, "demo", "crm", key, NOON))
    head = [(b"authorization", b"Bearer " + key.encode())]
    asked = [
        ("/xml/balance.php", f'<request><security><token value="{key}"/></security></request>', []),
        ("/xml/balance.php", "<request/>", head),
        ("/balance.xml", f"<data><api_key>{key}</api_key></data>", []),
        ("/balance.xml", "<data/>", head),
    ]
    for path, body, headers in asked:
        assert b"1000" in (await indoors.ask(path, body.encode(), headers=headers)).body
    for path, body, _ in asked[1::2]:
        assert b"1000" not in (await indoors.ask(path, body.encode(), headers=[(b"authorization", b"Bearer x")])).body


async def test_a_dialect_that_an_account_may_not_speak_answers_as_to_a_wrong_login(indoors: Inside) -> None:
    await indoors.write(lambda tx: accounts.change(tx, "demo", Changes(dialects=("prontosms",))))
    assert b">send</information>" in (await indoors.ask("/xml/", GOOD)).body
    assert b"<code>501</code>" in (await indoors.ask("/balance.xml", pager("").encode())).body
    assert b"<error>4</error>" in (await indoors.ask("/extxml.php", mobil("balance").encode())).body


@pytest.mark.parametrize("given", [b"shop-17:a.b_C", b"x" * 64])
async def test_a_request_keeps_the_id_of_its_caller(indoors: Inside, given: bytes) -> None:
    with capture_logs(processors=[structlog.contextvars.merge_contextvars]) as logs:
        answer = await indoors.ask("/xml/", GOOD, headers=[(b"x-request-id", given)])
    assert answer.headers["x-request-id"] == given.decode()
    accepted = next(entry for entry in logs if entry["event"] == "messages accepted")
    assert (accepted["request_id"], accepted["messages"]) == (given.decode(), [10])


@pytest.mark.parametrize("given", [b"", b"x" * 65, b"two words", b"a\nb", "\u0442".encode()])
async def test_what_is_no_id_is_not_taken_for_one(indoors: Inside, given: bytes) -> None:
    first = await indoors.ask("/xml/", GOOD, headers=[(b"x-request-id", given)])
    second = await indoors.ask("/xml/", b"<nonsense>")
    ids = [answer.headers["x-request-id"] for answer in (first, second)]
    assert [len(one) for one in ids] == [16, 16]
    assert ids[0] != ids[1]
