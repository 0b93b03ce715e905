from datetime import date

from tests.services.visiting import person
from tests.services.world import SMS_PRICE, World
from tolmach.core.commands.dashboards import GetDashboard
from tolmach.core.delivery import Refused
from tolmach.core.results import SenderState
from tolmach.core.status import Status
from tolmach.core.users import Role
from tolmach.store import accounts, ledger, senders
from tolmach.store.ledger import Entry, Movement


async def test_an_empty_account(world: World) -> None:
    owner = await person(world, "anna", Role.OWNER)
    found = await owner.ask(GetDashboard(3))
    assert [day.day for day in found.days] == [date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 2)]
    assert (found.today.total, found.attention.anything) == (0, False)


async def test_what_needs_attention(world: World) -> None:
    owner = await person(world, "anna", Role.OWNER)

    def trouble(tx: object) -> None:
        accounts.change(tx, world.demo, {"blocked": True, "tariff_id": None})  # type: ignore[arg-type]
        senders.put(tx, world.demo, "Wrong", SenderState.REJECTED, 0)  # type: ignore[arg-type]
        balance = ledger.balances_of(tx, [world.demo])[world.demo]  # type: ignore[arg-type]
        ledger.append(tx, [Entry(world.demo, Movement.TOP_UP, -balance.available, 0, 0)])  # type: ignore[arg-type]

    world.write(trouble)
    found = (await owner.ask(GetDashboard())).attention
    assert (found.blocked, found.no_tariff, found.no_money, list(found.rejected_senders)) == (
        True, True, True, ["Wrong"],
    )  # fmt: skip


async def test_days_in_numbers(world: World) -> None:
    owner = await person(world, "anna", Role.OWNER)
    world.send(phone="79031234560")
    submission = world.submit()
    world.receive((str(submission.leg), Status.DELIVERED))
    world.wait(days=1)
    world.send(phone="79031234561")
    world.submit(Refused("no"))
    world.send(phone="79031234562")
    found = await owner.ask(GetDashboard(2))
    yesterday, today = found.days
    assert (yesterday.delivered, yesterday.total, yesterday.spent) == (1, 1, SMS_PRICE)
    assert (today.failed, today.waiting, today.total, today.decided) == (1, 1, 2, 1)
    assert found.held == SMS_PRICE
    assert found.attention.low_money is False


async def test_money_that_is_running_out(world: World) -> None:
    owner = await person(world, "anna", Role.OWNER)
    for _ in range(7):
        world.send()
        world.submit()
        world.wait(days=1)
    for money, low in ((3 * SMS_PRICE, False), (3 * SMS_PRICE - 1, True)):
        world.top_up(money - world.money()[0])
        assert (await owner.ask(GetDashboard())).attention.low_money is low
