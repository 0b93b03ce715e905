from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.services.world import BALANCE, SMS_PRICE, World, command, draft
from tolmach import __version__
from tolmach.core.bases import Base
from tolmach.core.commands import (
    CancelCampaign,
    Command,
    EditBases,
    EditSubscribers,
    GetBalance,
    GetCallbackUrl,
    GetCampaign,
    GetStates,
    GetTime,
    GetVersion,
    ListBases,
    ListCampaigns,
    ListSenders,
    ListStatistics,
    ListSubscribers,
    PutBase,
    PutSubscriber,
    SendMessages,
    SetCallbackUrl,
    SubscriberEdits,
    TransferMoney,
)
from tolmach.core.drafts import Group
from tolmach.core.errors import CommitUnknownError, Failure, LostAnswerError, RequestError
from tolmach.core.results import (
    BalanceResult,
    BaseEditsResult,
    BasesResult,
    CallbackUrlResult,
    CampaignDetail,
    CampaignsResult,
    CancelResult,
    SendersResult,
    SendResult,
    StatesResult,
    StatisticsResult,
    SubscriberEditsResult,
    SubscribersPage,
    TimeResult,
    TransfersResult,
    VersionResult,
)
from tolmach.core.status import Status
from tolmach.services.acceptance import Order
from tolmach.services.access import Principal
from tolmach.services.dispatch import Dispatcher, tell
from tolmach.store import bases
from tolmach.store.database import Tx

ASKED: list[tuple[Command[Any], type]] = [
    (command(), SendResult),
    (GetStates(["10"]), StatesResult),
    (GetBalance(), BalanceResult),
    (ListSenders(), SendersResult),
    (GetTime(), TimeResult),
    (ListCampaigns("prontosms"), CampaignsResult),
    (GetCampaign("prontosms", "spring"), CampaignDetail),
    (CancelCampaign("prontosms", "spring"), CancelResult),
    (CancelCampaign("prontosms", "spring", dry_run=True), CancelResult),
    (GetCallbackUrl(), CallbackUrlResult),
    (SetCallbackUrl("https://example.org/new"), CallbackUrlResult),
    (TransferMoney(()), TransfersResult),
    (ListStatistics(), StatisticsResult),
    (ListBases(), BasesResult),
    (EditBases([PutBase(None, {})]), BaseEditsResult),
    (ListSubscribers("1"), SubscribersPage),
    (EditSubscribers([SubscriberEdits("1", [PutSubscriber("79030000001", {})])]), SubscriberEditsResult),
]


class AtOnce:
    """Accepts each command by itself."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def send(self, principal: Principal, asked: SendMessages, request: str = "") -> SendResult:
        (answer,) = self._world.accept(Order(principal, asked))
        if isinstance(answer, RequestError):
            raise answer
        return answer


@pytest.fixture
def dispatcher(world: World) -> Dispatcher:
    world.result(command(draft("79030000001"), draft("79030000002"), group=Group("spring")))
    world.write(lambda tx: bases.add(tx, Base(0, world.demo, "Office")))
    return Dispatcher(world.database, world.catalogue, world.delivery, AtOnce(world), world.clock)


@pytest.mark.parametrize(("asked", "answer"), ASKED)
async def test_every_command_has_its_answer(
    dispatcher: Dispatcher, world: World, asked: Command[Any], answer: type
) -> None:
    assert isinstance(await dispatcher.execute(world.principal(), asked), answer)


@pytest.mark.parametrize("asked", [asked for asked, _ in ASKED])
async def test_no_command_is_carried_out_for_a_blocked_account(
    dispatcher: Dispatcher, world: World, asked: Command[Any]
) -> None:
    world.change(blocked=True)
    with pytest.raises(RequestError) as caught:
        await dispatcher.execute(world.principal(), asked)
    assert caught.value.failure is Failure.BLOCKED
    assert world.count() == 2
    assert [state.status for state in world.states(10, 20) if state] == [Status.QUEUED] * 2


@pytest.mark.parametrize("asked", [asked for asked, _ in ASKED])
async def test_nor_for_who_comes_from_elsewhere(dispatcher: Dispatcher, world: World, asked: Command[Any]) -> None:
    world.change(networks="198.51.100.0/24")
    with pytest.raises(RequestError) as caught:
        await dispatcher.execute(world.principal(), asked)
    assert caught.value.failure is Failure.UNAUTHORISED


@pytest.mark.parametrize(
    "asked",
    [
        ListSubscribers("1"),
        EditSubscribers([SubscriberEdits("1", [])]),
        EditSubscribers([SubscriberEdits("1", [PutSubscriber("79030000001", {})])]),
    ],
)
async def test_another_accounts_bases_are_unknown(dispatcher: Dispatcher, world: World, asked: Command[Any]) -> None:
    with pytest.raises(RequestError) as caught:
        await dispatcher.execute(world.principal(world.other), asked)
    assert caught.value.failure is Failure.UNKNOWN_BASE
    assert (await dispatcher.execute(world.principal(world.other), ListBases())).bases == []


@pytest.mark.parametrize(
    "asked",
    [GetCampaign("prontosms", "spring"), GetCampaign("prontosms", "1", True), CancelCampaign("prontosms", "1", True)],
)
async def test_another_account_finds_nothing(dispatcher: Dispatcher, world: World, asked: Command[Any]) -> None:
    with pytest.raises(RequestError) as caught:
        await dispatcher.execute(world.principal(world.other), asked)
    assert caught.value.failure is Failure.UNKNOWN_GROUP
    states = await dispatcher.execute(world.principal(world.other), GetStates(["10", "11", "20"]))
    assert list(states.states) == [None, None, None]
    assert list((await dispatcher.execute(world.principal(world.other), ListCampaigns("prontosms"))).campaigns) == []
    assert (await dispatcher.execute(world.principal(world.other), GetBalance())).available == BALANCE


async def test_a_command_that_changes_is_written_and_one_that_asks_is_not(dispatcher: Dispatcher, world: World) -> None:
    asked = CancelCampaign("prontosms", "spring", dry_run=True)
    assert await dispatcher.execute(world.principal(), asked) == CancelResult(2)
    assert world.money() == (BALANCE - 2 * SMS_PRICE, 2 * SMS_PRICE)
    assert await dispatcher.execute(world.principal(), CancelCampaign("prontosms", "spring")) == CancelResult(2)
    assert world.money() == (BALANCE, 0)


async def test_the_clock_is_the_gateways(dispatcher: Dispatcher, world: World) -> None:
    world.wait(hours=1)
    result = await dispatcher.execute(world.principal(), GetTime())
    assert (result.now, result.now.utcoffset()) == (world.clock.now(), timedelta(hours=3))


async def test_a_command_that_nobody_carries_out_is_a_mistake(dispatcher: Dispatcher, world: World) -> None:
    class Sing(Command[None]):
        pass

    with pytest.raises(TypeError, match="Sing"):
        await dispatcher.execute(world.principal(), Sing())


async def test_a_caller_without_a_command_is_confirmed(dispatcher: Dispatcher, world: World) -> None:
    await dispatcher.recognise(world.principal())
    world.change(blocked=True)
    with pytest.raises(RequestError) as caught:
        await dispatcher.recognise(world.principal())
    assert caught.value.failure is Failure.BLOCKED


def test_anybody_may_know_the_version_and_nothing_else() -> None:
    assert tell(GetVersion()) == VersionResult(__version__)
    with pytest.raises(RequestError) as caught:
        tell(GetBalance())
    assert caught.value.failure is Failure.UNAUTHORISED


async def test_the_same_request_once_a_minute_unless_nothing_came_of_it(dispatcher: Dispatcher, world: World) -> None:
    once = replace(command(), once="a")
    refused = replace(command(draft("no number")), once="b")
    for _ in range(2):
        await dispatcher.execute(world.principal(), refused)
    await dispatcher.execute(world.principal(), once)
    with pytest.raises(RequestError) as caught:
        await dispatcher.execute(world.principal(), once)
    assert caught.value.failure is Failure.REPEATED
    await dispatcher.execute(world.principal(world.other), once)
    world.change(blocked=True)
    for _ in range(2):  # an error is nothing either
        with pytest.raises(RequestError) as caught:
            await dispatcher.execute(world.principal(), replace(command(), once="c"))
        assert caught.value.failure is Failure.BLOCKED
    world.change(blocked=False)
    world.wait(minutes=1)
    await dispatcher.execute(world.principal(), once)


async def test_of_a_change_whose_commit_was_lost_nobody_knows_whether_it_was_made(
    dispatcher: Dispatcher, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = world.database.write

    async def lost(function: Callable[[Tx], object], rows: int = 0) -> None:
        await real(function, rows)
        raise CommitUnknownError("the server has gone")

    monkeypatch.setattr(world.database, "write", lost)
    with pytest.raises(LostAnswerError):
        await dispatcher.execute(world.principal(), SetCallbackUrl("https://example.org/lost"))
    found = await dispatcher.execute(world.principal(), GetCallbackUrl())
    assert found.url == "https://example.org/lost"  # "come again" would have it made twice


async def test_what_perhaps_was_sent_is_a_repeated_request(
    dispatcher: Dispatcher, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def lost(*_: object) -> None:
        raise LostAnswerError("the server has gone")

    with monkeypatch.context() as patched:
        patched.setattr(AtOnce, "send", lost)
        with pytest.raises(LostAnswerError):
            await dispatcher.execute(world.principal(), replace(command(), once="a"))
    with pytest.raises(RequestError) as caught:
        await dispatcher.execute(world.principal(), replace(command(), once="a"))
    assert caught.value.failure is Failure.REPEATED
