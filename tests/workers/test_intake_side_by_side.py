"""Batches that are written side by side, where a database has several writers."""

import asyncio
import threading
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Any

import pytest

from tests.gateway import assert_balanced, rows
from tests.workers.stage import PHONE, Stage, sms, working
from tolmach.core.ids import AccountId, MessageId
from tolmach.core.results import Accepted, Rejected, SendResult
from tolmach.services import acceptance
from tolmach.services import accounts as accounting
from tolmach.services import messages as services
from tolmach.services.access import Principal
from tolmach.services.accounts import Changes
from tolmach.store import ledger, messages
from tolmach.store.database import Database, Tx
from tolmach.store.ledger import Balance
from tolmach.workers import intake as module
from tolmach.workers.intake import SHORT_DRAFTS, WORTH_DRAFTS, IntakeWorker


@pytest.fixture
def several(stage: Stage) -> Stage:
    if not stage.database.place.shared:
        pytest.skip("a file has one writer")
    return stage


async def test_a_batch_is_written_beside_another_when_it_is_worth_it(
    intake: IntakeWorker, caller: Principal, several: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes, second, held = list[int](), threading.Event(), list[bool]()
    real = acceptance.accept

    def slow(tx: Tx, catalogue: Any, orders: Any, *rest: Any, **options: Any) -> Any:
        sizes.append(len(orders))
        if len(sizes) == 1:
            held.append(second.wait(30))  # the first has to wait for the second
        else:
            second.set()
        return real(tx, catalogue, orders, *rest, **options)

    monkeypatch.setattr(module, "accept", slow)
    async with working(intake.run()):
        first = asyncio.create_task(intake.send(caller, sms(PHONE)))
        while not sizes:  # noqa: ASYNC110 - it happens in a thread
            await asyncio.sleep(0.01)
        few = [asyncio.create_task(intake.send(caller, sms(PHONE))) for _ in range(WORTH_DRAFTS - 1)]
        await asyncio.sleep(0.1)
        assert sizes == [1]  # what is few goes with those who come later
        last = asyncio.create_task(intake.send(caller, sms(PHONE)))
        await asyncio.gather(first, *few, last)
    assert sizes == [1, WORTH_DRAFTS]
    assert held == [True]
    assert (await several.database.read(rows))["messages"] == WORTH_DRAFTS + 1
    several.database.read_now(assert_balanced)


async def test_what_is_short_does_not_wait_for_a_long_list(
    intake: IntakeWorker, caller: Principal, several: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor do two lists take both places."""
    sizes, answered, held = list[int](), threading.Event(), list[bool]()
    real = acceptance.accept

    def slow(tx: Tx, catalogue: Any, orders: Any, *rest: Any, **options: Any) -> Any:
        sizes.append(sum(len(order.command.drafts) for order in orders))
        if len(sizes) == 1:
            held.append(answered.wait(30))
        return real(tx, catalogue, orders, *rest, **options)

    monkeypatch.setattr(module, "accept", slow)
    long = sms(*[PHONE] * (SHORT_DRAFTS + 1))
    async with working(intake.run()):
        first = asyncio.create_task(intake.send(caller, long))
        while not sizes:  # noqa: ASYNC110 - it happens in a thread
            await asyncio.sleep(0.01)
        second = asyncio.create_task(intake.send(caller, long))
        await asyncio.sleep(0.1)
        assert sizes == [SHORT_DRAFTS + 1]
        await intake.send(other(several, caller), sms(PHONE))
        answered.set()
        await asyncio.gather(first, second)
    assert sizes == [SHORT_DRAFTS + 1, 1, SHORT_DRAFTS + 1]
    assert held == [True]
    several.database.read_now(assert_balanced)


def other(several: Stage, caller: Principal) -> Principal:
    """Return another account, which has no money."""
    now = several.clock.now()
    made = several.database.write_now(lambda tx: accounting.add(tx, "other", "no password", Changes(), now))
    return caller._replace(account=made.id, password_hash=made.password_hash)


def spender(
    several: Stage, caller: Principal, left: Callable[[int], int]
) -> Callable[[Tx, Collection[AccountId]], Mapping[AccountId, Balance]]:
    """Return a look at balances after which, the first time, another process leaves so much."""
    real, done = ledger.balances_of, list[int]()

    def look(tx: Tx, ids: Collection[AccountId]) -> Mapping[AccountId, Balance]:
        found = real(tx, ids)
        if not done:
            available = int(found[caller.account].available)
            done.append(available)
            other = Database(several.database.place)
            taken = ledger.Entry(caller.account, ledger.Movement.TOP_UP, left(available) - available, 0, 0)
            other.write_now(lambda own: ledger.append(own, [taken]))
            other.close()
        return found

    return look


@pytest.mark.parametrize("left", [0, 1])
async def test_money_that_is_spent_meanwhile_is_not_spent_twice(
    intake: IntakeWorker, caller: Principal, several: Stage, monkeypatch: pytest.MonkeyPatch, left: int
) -> None:
    """Of two messages there is money for none, or one: decided again, and nobody gets below nothing."""
    price = several.database.read_now(rows)["money"]
    several.accept(PHONE)
    price -= several.database.read_now(rows)["money"]
    monkeypatch.setattr(ledger, "balances_of", spender(several, caller, lambda _: int(left * price)))
    async with working(intake.run()):
        result = await intake.send(caller, sms(PHONE, PHONE))
    assert isinstance(result, SendResult)
    assert [type(item) for item in result.items] == [*[Accepted] * left, *[Rejected] * (2 - left)]
    several.database.read_now(assert_balanced)
    (balance,) = several.database.read_now(lambda tx: ledger.balances_of(tx, [caller.account])).values()
    assert balance.available == 0


async def test_money_that_is_still_enough_is_decided_once(
    intake: IntakeWorker, caller: Principal, several: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = list[bool]()
    real = acceptance.accept

    def watched(*given: Any, locked: bool = True, **options: Any) -> Any:
        looks.append(locked)
        return real(*given, locked=locked, **options)

    monkeypatch.setattr(module, "accept", watched)
    monkeypatch.setattr(ledger, "balances_of", spender(several, caller, lambda available: available // 2))
    async with working(intake.run()):
        result = await intake.send(caller, sms(PHONE, PHONE))
    assert [type(item) for item in result.items] == [Accepted, Accepted]
    assert looks == [False]
    several.database.read_now(assert_balanced)


async def test_an_id_that_another_process_has_taken_meanwhile_is_answered_with_its_message(
    intake: IntakeWorker, caller: Principal, several: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither saw the other's: the key that is stored twice is in the way, and the second one looks again."""
    real, done = messages.by_client_key, list[bool]()
    keyed = replace(sms(PHONE), drafts=[replace(draft, client_key="a") for draft in sms(PHONE).drafts])

    def look(tx: Tx, *asked: Any) -> Mapping[str, MessageId]:
        found = real(tx, *asked)
        if not done:
            done.append(True)
            other = Database(several.database.place)
            now = several.clock.now()
            other.write_now(lambda own: services.post(own, "demo", keyed, now))
            other.close()
        return found

    monkeypatch.setattr(messages, "by_client_key", look)
    async with working(intake.run()):
        result = await intake.send(caller, keyed)
    (item,) = result.items
    assert isinstance(item, Accepted)
    assert item.repeated
    assert (await several.database.read(rows))["messages"] == 1
    several.database.read_now(assert_balanced)
