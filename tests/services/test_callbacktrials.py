from datetime import timedelta

import pytest

from tests.clock import NOON, FakeClock
from tolmach.dialects.prontosms.push import StatusPush
from tolmach.services.callbacktrials import TRIALS, CallbackTrials
from tolmach.wire import WireRequest, WireResponse

URL = "http://shop.example/state"


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(NOON)


class UnreachableError(Exception):
    """There is no answer."""


def trials(clock: FakeClock, answer: WireResponse | None) -> CallbackTrials:
    async def post(request: WireRequest) -> WireResponse:
        assert (request.method, request.path) == ("POST", URL)
        if answer is None:
            raise UnreachableError("nobody is there")
        return answer

    return CallbackTrials(StatusPush(), post, UnreachableError, clock)


def response(text: str, status: int = 200) -> WireResponse:
    return WireResponse(status, {}, text.encode())


async def test_a_status_is_posted_as_real_ones_are(clock: FakeClock) -> None:
    made = await trials(clock, response("<response><id_sms>1</id_sms></response>")).make(3, URL, "Europe/Moscow")
    assert (made.acknowledged, made.status, made.error, made.url) == (True, 200, "", URL)
    assert '<state id_sms="1" time="2026-03-02 14:59:59">deliver</state>' in made.posted


async def test_an_answer_that_does_not_name_it(clock: FakeClock) -> None:
    made = await trials(clock, response("broken " + "x" * 5_000, 500)).make(3, URL, "UTC")
    assert (made.acknowledged, made.status, len(made.answer)) == (False, 500, 2_000)


async def test_no_answer(clock: FakeClock) -> None:
    made = await trials(clock, None).make(3, URL, "UTC")
    assert (made.acknowledged, made.status, made.error) == (False, None, "nobody is there")


async def test_nowhere_to_post(clock: FakeClock) -> None:
    made = await trials(clock, response("")).make(3, "", "UTC")
    assert (made.url, made.posted, made.soon) == ("", "", False)


async def test_it_is_no_hammer(clock: FakeClock) -> None:
    tried = trials(clock, response(""))
    made = [(await tried.make(3, URL, "UTC")).soon for _ in range(TRIALS + 1)]
    assert made == [False] * TRIALS + [True]
    assert not (await tried.make(4, URL, "UTC")).soon
    clock.advance(timedelta(minutes=2))
    assert not (await tried.make(3, URL, "UTC")).soon
