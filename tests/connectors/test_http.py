"""An HTTP link against a provider's server that misbehaves on demand."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

import pytest
from aiohttp import web
from structlog.testing import capture_logs

from tests.clock import NOON, FakeClock
from tests.connectors.carrier import Carrier, Paper, carrier, connected, document, leg, link, silent_host
from tests.gateway import until
from tests.workers.stage import working
from tolmach.connectors import http
from tolmach.connectors.http import HttpConnector
from tolmach.core.content import Channel, WhatsAppCard
from tolmach.core.delivery import Busy, Lost, ProviderEvent, Receipt, Refused, Sent
from tolmach.core.errors import StoreUnavailableError
from tolmach.core.http_links import GenericLink, Polling, Question, Reading
from tolmach.core.money import parse_money
from tolmach.core.ports import Awaited, Doubt
from tolmach.core.status import Status
from tolmach.providers.http_contract import UnclearError
from tolmach.wire import WireRequest


@pytest.fixture
async def server() -> AsyncIterator[Carrier]:
    async with carrier() as one:
        yield one


@dataclass
class Away(Paper):
    """Books that cannot be read to their end before the store is back."""

    looks: int = 0
    back: bool = False

    async def doubts(self, link: str) -> Sequence[Doubt]:
        self.looks += 1
        if not self.back:
            raise StoreUnavailableError("away")
        return await super().doubts(link)


@pytest.fixture
def paper() -> Paper:
    return Paper()


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "DOUBT_PAUSE", 0.02)
    monkeypatch.setattr(http, "IDLE_SECONDS", 0.02)


async def never(_path: str, _body: str) -> web.StreamResponse:
    await asyncio.Event().wait()
    raise AssertionError


async def gone(_path: str, _body: str) -> web.StreamResponse:
    return web.Response(status=502, text="Bad Gateway")


async def nonsense(_path: str, _body: str) -> web.StreamResponse:
    return web.Response(text="<html>")


def error(words: str) -> object:
    async def refuse(_path: str, _body: str) -> web.StreamResponse:
        return document(f"<error>{words}</error>")

    return refuse


def taking(server: Carrier, then: object) -> object:
    """The provider takes the messages, and its answer gets lost."""

    async def take(path: str, body: str) -> web.StreamResponse:
        server.say(path, body)
        return await then(path, body)  # type: ignore[operator,no-any-return]

    return take


async def test_several_legs_go_in_one_request(server: Carrier, paper: Paper) -> None:
    async with connected(link(server.url), paper) as connector:
        outcomes = await connector.submit([leg(1), leg(2), leg(3, "other")])
    assert outcomes == [Sent(("100",)), Sent(("101",)), Sent(("102",))]
    assert server.sends() == 1
    assert list(server.taken) == ["123450000000000011", "123450000000000021", "123450000000000031"]


async def test_a_link_that_starts_while_the_store_is_away_waits_for_it(
    server: Carrier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "BOOKS_SECONDS", 0.01)
    waiting = Awaited("100", NOON + timedelta(hours=1))
    away = Away(doubtful=[Doubt(leg(9), NOON)], waiting=[waiting])
    connector = HttpConnector(link(server.url), FakeClock(), away, timedelta(0))
    with capture_logs() as logs:
        async with working(connector.run(away.take)):
            await until(lambda: asyncio.sleep(0, away.looks >= 5))
            assert (connector.room, connector.health().waiting, connector.health().doubtful) == (0, 0, 0)
            assert isinstance((await connector.submit([leg(1)]))[0], Busy)
            away.back = True
            await until(lambda: asyncio.sleep(0, connector.up))
            assert connector.health().waiting == 1
            await until(lambda: asyncio.sleep(0, bool(away.resolved)))
    told = [(entry["event"], entry["error"]) for entry in logs if entry["log_level"] == "error"]
    assert told == [("http-link-cannot-start", "away")]


async def test_no_more_than_a_batch_in_one_request(server: Carrier, paper: Paper) -> None:
    async with connected(link(server.url, batch=2), paper) as connector:
        assert len(await connector.submit([leg(number) for number in range(1, 6)])) == 5
    assert server.sends() == 3


async def test_what_does_not_fit_is_refused_without_a_request(server: Carrier, paper: Paper) -> None:
    odd = leg(1)._replace(channel=Channel.WHATSAPP, content=WhatsAppCard("x"))
    async with connected(link(server.url), paper) as connector:
        first, second = await connector.submit([odd, leg(2)])
    assert isinstance(first, Refused)
    assert second == Sent(("100",))


async def test_before_it_runs_it_is_busy(server: Carrier, paper: Paper) -> None:
    connector = http.HttpConnector(link(server.url), FakeClock(), paper, timedelta())
    assert isinstance((await connector.submit([leg()]))[0], Busy)
    assert connector.room == 0
    assert list(await connector.submit([])) == []


@pytest.mark.parametrize("trouble", [never, gone, nonsense])
async def test_a_lost_answer_is_asked_for_again_and_nothing_is_sent_twice(
    server: Carrier, paper: Paper, trouble: object
) -> None:
    server.trouble = [taking(server, trouble)]  # type: ignore[list-item]
    async with connected(link(server.url), paper) as connector:
        assert await connector.submit([leg()]) == [Sent(("100",))]
        assert connector.health().counters["repeated"] == 1
    assert len(server.taken) == 1


async def test_what_stays_lost_is_found_later(server: Carrier, paper: Paper, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "LAST_REPEAT", http.HAND_OVER_SECONDS)
    server.trouble = [taking(server, gone), gone, gone]  # type: ignore[list-item]
    async with connected(link(server.url), paper) as connector:
        (outcome,) = await connector.submit([leg()])
        assert isinstance(outcome, Lost)

        async def resolved() -> bool:
            return bool(paper.resolved)

        await until(resolved)
        assert paper.resolved == [(11, Sent(("100",)))]
        server.words["100"] = "deliver"

        async def told() -> bool:
            return bool(paper.events)

        await until(told)  # its statuses are asked for from then on
        assert connector.health().doubtful == 0


async def test_lost_legs_of_an_earlier_process_are_found(server: Carrier, paper: Paper) -> None:
    server.taken["123450000000000011"] = "77"
    paper.doubtful = [Doubt(leg(1), NOON), Doubt(leg(2, expires_at=NOON - timedelta(hours=1)), NOON)]
    async with connected(link(server.url), paper) as connector:

        async def resolved() -> bool:
            return connector.health().doubtful == 0

        await until(resolved)
    assert paper.resolved == [(11, Sent(("77",)))]  # the other's time is over


async def test_a_lost_leg_may_turn_out_refused(server: Carrier, paper: Paper) -> None:
    async def no_money(_path: str, _body: str) -> web.StreamResponse:
        return document('<information number_sms="1">Закончились SMS.</information>')

    server.trouble = [no_money]
    paper.doubtful = [Doubt(leg(1), NOON)]
    async with connected(link(server.url), paper) as connector:

        async def resolved() -> bool:
            return connector.health().doubtful == 0

        await until(resolved)
    assert paper.resolved == [(11, Refused("no-money", permanent=False))]


async def test_a_server_that_is_not_there_leaves_messages_waiting(paper: Paper) -> None:
    async with connected(link("http://127.0.0.1:9/xml/"), paper) as connector:
        (outcome,) = await connector.submit([leg()])
        assert isinstance(outcome, Busy)
        assert connector.room == 0  # it rests
        assert connector.health().last_error.startswith("cannot connect")
        assert isinstance((await connector.submit([leg()]))[0], Busy)


async def test_several_that_find_nobody_at_the_same_time_are_one_failure(paper: Paper) -> None:
    async with connected(link("http://127.0.0.1:9/xml/", batch=1), paper) as connector:
        outcomes = await connector.submit([leg(number) for number in range(1, 5)])
        assert {type(outcome) for outcome in outcomes} == {Busy}
        assert connector._pause == http.FIRST_PAUSE


async def test_a_private_address_has_to_be_allowed(server: Carrier, paper: Paper) -> None:
    async with connected(link(server.url, allow_private=False), paper) as connector:
        assert isinstance((await connector.submit([leg()]))[0], Busy)
        assert connector.health().last_error == "the address is not public"
    assert server.requests == []


@pytest.mark.parametrize(
    "words", ["Неправильный логин или пароль", "Ваш аккаунт заблокирован", "Сервис перегружен, повторите запрос позже"]
)
async def test_an_account_that_is_refused_rests_and_refuses_nobody(server: Carrier, paper: Paper, words: str) -> None:
    server.trouble = [error(words)]  # type: ignore[list-item]
    async with connected(link(server.url), paper) as connector:
        (outcome,) = await connector.submit([leg()])
        assert isinstance(outcome, Busy)
        assert words in connector.health().last_error
        assert connector.room == 0


async def test_a_document_that_is_refused_is_taken_apart(server: Carrier, paper: Paper) -> None:
    async def picky(path: str, body: str) -> web.StreamResponse:
        bad = "плохой" in body
        return document("<error>Неправильный формат XML документа</error>") if bad else server.say(path, body)

    server.trouble = [picky] * 4
    async with connected(link(server.url), paper) as connector:
        outcomes = await connector.submit([leg(1), leg(2, "плохой"), leg(3)])
    assert [type(outcome) for outcome in outcomes] == [Sent, Refused, Sent]
    assert len(server.taken) == 2


async def test_statuses_are_asked_for_until_they_are_final(server: Carrier, paper: Paper) -> None:
    paper.waiting = [Awaited("7", NOON + timedelta(hours=1)), Awaited("8", NOON - timedelta(hours=1))]
    server.words["7"] = "deliver"
    async with connected(link(server.url), paper) as connector:
        await connector.submit([leg()])

        async def told() -> bool:
            return bool(paper.events)

        await until(told)
        server.words["100"] = "not_deliver"

        async def done() -> bool:
            return connector.health().waiting == 0

        await until(done)
    assert paper.events == [
        Receipt("carrier", "7", Status.DELIVERED, NOON),
        Receipt("carrier", "100", Status.UNDELIVERED, NOON),
    ]
    assert paper.prices == {"7": parse_money("1.5"), "100": parse_money("1.5")}
    assert not any(">8<" in body for _, body in server.requests)  # nobody waits for it any more


async def test_statuses_that_cannot_be_stored_are_asked_for_again(server: Carrier, paper: Paper) -> None:
    paper.waiting, paper.unstorable = [Awaited("7", NOON + timedelta(hours=1))], True
    server.words["7"] = "deliver"
    server.trouble = [gone, nonsense]
    async with connected(link(server.url), paper) as connector:

        async def asked() -> bool:
            return len(server.requests) > 4

        await until(asked)
        assert paper.events == []
        paper.unstorable = False

        async def done() -> bool:
            return connector.health().waiting == 0

        await until(done)
    assert len(paper.events) == 1


async def test_a_status_that_can_never_be_stored_is_alone_in_it(server: Carrier, paper: Paper) -> None:
    async def picky(events: Sequence[ProviderEvent]) -> None:
        if any(isinstance(event, Receipt) and event.provider_id == "8" for event in events):
            raise ValueError("a bug")
        await paper.take(events)

    states = "".join(f'<state id_sms="{id_}" time="" num_parts="1" price="1.5">deliver</state>' for id_ in (7, 8, 9))
    async with connected(link(server.url, poll=Polling()), paper) as connector:
        connector.hear(picky)
        with pytest.raises(ValueError, match="a bug"):  # so it is not confirmed
            await connector.receive(WireRequest("POST", "/", body=f"<request>{states}</request>".encode()))
    assert [event.provider_id for event in paper.events if isinstance(event, Receipt)] == ["7", "9"]
    assert set(paper.prices) == {"7", "9"}


async def test_statuses_that_are_posted(server: Carrier, paper: Paper) -> None:
    patient = link(server.url, poll=Polling())
    paper.waiting = [Awaited("7", NOON + timedelta(hours=1))]
    body = b'<request><state id_sms="7" time="2026-03-02 15:00:00">deliver</state></request>'
    async with connected(patient, paper) as connector:
        answer = await connector.receive(WireRequest("POST", "/", body=body))
        assert b"<id_sms>7</id_sms>" in answer.body
        assert connector.health().waiting == 0
        with pytest.raises(UnclearError):
            await connector.receive(WireRequest("POST", "/", body=b"x"))
        paper.unstorable = True
        with pytest.raises(OSError, match="full"):  # so it is not confirmed
            await connector.receive(WireRequest("POST", "/", body=body.replace(b'"7"', b'"8"')))
    assert paper.events == [Receipt("carrier", "7", Status.DELIVERED, NOON)]


async def test_a_status_of_the_future_is_of_now(server: Carrier, paper: Paper) -> None:
    body = b'<request><state id_sms="7" time="9999-12-31 23:59:59">deliver</state></request>'
    async with connected(link(server.url, poll=Polling()), paper) as connector:
        await connector.receive(WireRequest("POST", "/", body=body))
    assert paper.events == [Receipt("carrier", "7", Status.DELIVERED, NOON)]


async def test_the_balance_is_watched(server: Carrier, paper: Paper) -> None:
    async with connected(link(server.url, balance_every=0.02, low_balance="100"), paper) as connector:

        async def known() -> bool:
            return connector.health().balance == parse_money("150")

        await until(known)
        assert not connector.health().low
        server.money = "99.99"

        async def low() -> bool:
            return connector.health().low

        await until(low)
        server.trouble = [gone]
        server.money = "500"

        async def recovered() -> bool:
            return not connector.health().low

        await until(recovered)


async def test_room_follows_the_rate_and_what_is_under_way(server: Carrier, paper: Paper) -> None:
    async with connected(link(server.url, connections=1, batch=1), paper) as connector:
        assert connector.room == 1
        release = asyncio.Event()

        async def slow(path: str, body: str) -> web.StreamResponse:
            await release.wait()
            return server.say(path, body)

        server.trouble = [slow]
        sending = asyncio.create_task(connector.submit([leg()]))

        async def arrived() -> bool:
            return bool(server.requests)

        await until(arrived)
        assert connector.room == 0
        release.set()
        assert await sending == [Sent(("100",))]
        assert connector.room > 1  # it answers fast
    async with connected(link(server.url, rate=2.0), paper) as connector:
        await connector.submit([leg(2)])
        assert connector.room == 6


async def test_a_rate_below_one_in_ten_seconds_puts_off_and_does_not_starve(server: Carrier, paper: Paper) -> None:
    async with connected(link(server.url, rate=0.05), paper) as connector:
        assert await connector.submit([leg(1)]) == [Sent(("100",))]
        waits = []
        for _ in range(3):
            (outcome,) = await connector.submit([leg(2)])
            assert isinstance(outcome, Busy)
            waits.append(outcome.retry_after)
        assert 15 < max(waits) <= 20  # what was put off has taken nothing of the pace
    assert server.sends() == 1


async def test_a_cancelled_submission_is_doubtful(server: Carrier, paper: Paper) -> None:
    server.trouble = [never]
    async with connected(link(server.url, timeout=20), paper) as connector:
        sending = asyncio.create_task(connector.submit([leg()]))

        async def arrived() -> bool:
            return bool(server.requests)

        await until(arrived)
        sending.cancel()

        async def resolved() -> bool:
            return bool(paper.resolved)

        await until(resolved)
    assert len(server.taken) == 1


async def test_a_submission_that_fails_is_doubtful(
    server: Carrier, paper: Paper, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with connected(link(server.url), paper) as connector:
        with monkeypatch.context() as broken:
            broken.setattr(connector._provider, "replies", lambda *_: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                await connector.submit([leg()])

        async def resolved() -> bool:
            return bool(paper.resolved)

        await until(resolved)
    assert (len(server.taken), [type(outcome) for _, outcome in paper.resolved]) == (1, [Sent])


def unrepeatable(url: str) -> GenericLink:
    """A link to a gateway that does not know our ids."""
    return GenericLink(
        name="gate",
        timeout=0.5,
        balance_every=0,
        allow_private=True,
        send=Question(url=url + "?to={recipient}", method="GET"),
        answer=Reading(id="regex:([0-9]+)"),
    )


async def test_a_gateway_that_is_away_loses_nothing(paper: Paper) -> None:
    """Its host answers nothing at all: no connection was made, so nothing can have arrived."""
    with silent_host() as port:
        async with connected(unrepeatable(f"http://127.0.0.1:{port}/"), paper) as connector:
            (outcome,) = await connector.submit([leg()])
            assert isinstance(outcome, Busy)
            assert connector.room == 0  # it rests
            assert connector.health().last_error == "no connection in time"


async def test_a_gateway_that_does_not_know_our_ids_is_never_asked_twice(server: Carrier, paper: Paper) -> None:
    server.trouble = [gone]
    async with connected(unrepeatable(server.url), paper) as connector:
        (outcome,) = await connector.submit([leg()])
        assert isinstance(outcome, Lost)
        assert connector.health().doubtful == 0
    assert len(server.requests) == 1


async def test_a_gateway_that_no_longer_answers_does_not_get_the_whole_queue(
    server: Carrier, paper: Paper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "SILENT", 2)
    server.trouble = [never] * http.SILENT
    async with connected(unrepeatable(server.url), paper) as connector:
        for number in range(http.SILENT):
            assert connector.room > 0
            (outcome,) = await connector.submit([leg(number)])
            assert isinstance(outcome, Lost)
        assert connector.room == 0
        (outcome,) = await connector.submit([leg(9)])
        assert isinstance(outcome, Busy)
        connector._paused_until = 0.0  # it has rested
        (outcome,) = await connector.submit([leg(9)])
        assert isinstance(outcome, Sent)
        assert connector._unanswered == 0
    assert len(server.requests) == http.SILENT + 1


async def test_statuses_that_are_posted_to_a_process_that_does_not_run_the_link(server: Carrier, paper: Paper) -> None:
    connector = HttpConnector(link(server.url), FakeClock(NOON), paper, timedelta(minutes=5))
    connector.hear(paper.take)
    body = b'<request><state id_sms="7" time="2026-03-02 15:00:00">deliver</state></request>'
    answer = await connector.receive(WireRequest("POST", "/", body=body))
    assert b"<id_sms>7</id_sms>" in answer.body
    assert paper.events == [Receipt("carrier", "7", Status.DELIVERED, NOON)]
    assert server.requests == []
