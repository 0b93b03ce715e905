import asyncio
from typing import Any

import pytest

from tolmach.api import execution
from tolmach.api.execution import Executor
from tolmach.core.commands import SendMessages
from tolmach.core.drafts import Draft
from tolmach.core.errors import Failure, RequestError
from tolmach.core.ids import AccountId
from tolmach.core.limits import USUAL, Pace, RequestLimits

ONE = AccountId(1)
LIST = SendMessages([Draft("79161234500", ())] * 1000, "prontosms")


class Same:
    """Every account has the same pace."""

    def __init__(self, pace: Pace = USUAL) -> None:
        self.pace = pace

    async def of(self, _account: AccountId, _now: float) -> Pace:
        return self.pace


def executor(pace: Pace = USUAL, **limits: Any) -> Executor:
    nobody: Any = None
    return Executor(nobody, nobody, Same(pace), RequestLimits(**limits))  # type: ignore[arg-type]


async def test_what_is_refused_for_one_limit_takes_nothing_of_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    limited = executor(rate=10, messages=10, busy=0.6)

    def crowded(*_asked: object) -> float:
        raise RequestError(Failure.BUSY, "too many others")

    with monkeypatch.context() as patched:
        patched.setattr(limited._crowding, "take", crowded)
        for _ in range(100):
            with pytest.raises(RequestError, match="too many others"):
                await limited._take_turn(ONE, LIST)
    await asyncio.wait_for(limited._take_turn(ONE, LIST), 0.4)
    for _ in range(100):
        with pytest.raises(RequestError, match="messages a second"):
            await limited._take_turn(ONE, LIST)
    assert limited._rates.wait(ONE, asyncio.get_running_loop().time()) == 0.0


async def test_an_own_pace_takes_the_place_of_the_settings() -> None:
    free = executor(Pace(0, 0), rate=1, messages=1)
    for _ in range(100):
        await free._take_turn(ONE, LIST)
    held = executor(Pace(None, 5))
    await held._take_turn(ONE, LIST)
    with pytest.raises(RequestError, match="over 5 messages a second"):
        await held._take_turn(ONE, LIST)


async def test_refusals_of_many_accounts_leave_places_for_those_who_are_served(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(execution, "LONGEST_HELD", 60.0)
    limited = executor(at_once=8)

    def hold(account: int) -> asyncio.Task[None]:
        return asyncio.create_task(limited._hold(AccountId(account), RequestError(Failure.BUSY, retry_after=60)))

    holding = [hold(account) for account in range(1, 5)]
    await asyncio.sleep(0)
    await asyncio.wait_for(hold(5), 1)
    assert not any(one.done() for one in holding)
    for one in holding:
        one.cancel()
    await asyncio.gather(*holding, return_exceptions=True)
    await asyncio.sleep(0)
    assert not limited._held
