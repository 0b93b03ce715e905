"""The staff in the cabinet of an account."""

import pytest

from tests.services.visiting import person
from tests.services.world import World
from tolmach.core.commands import GetBalance, SetCallbackUrl
from tolmach.core.commands.clientele import LookAway, LookInto
from tolmach.core.users import Role
from tolmach.services.administration import NotFoundError
from tolmach.services.reception import ForbiddenError
from tolmach.store import audit


async def test_an_administrator_acts_as_the_owner_and_the_account_can_see_it(world: World) -> None:
    root = await person(world, "root", Role.ADMIN, None)
    await root.ask(LookInto("demo"))
    assert (await root.ask(GetBalance())).currency == "RUB"
    await root.ask(SetCallbackUrl("https://example.org/other"))
    assert await root.ask(LookAway()) == "demo"
    with pytest.raises(ForbiddenError):
        await root.ask(GetBalance())
    told = world.read(lambda tx: audit.of_account(tx, world.demo, 0, 9))
    assert [(one.login, one.action) for one in told] == [("root", "SetCallbackUrl"), ("root", "LookInto")]
    assert await root.ask(LookAway()) == ""


async def test_support_looks_and_changes_nothing(world: World) -> None:
    support = await person(world, "help", Role.SUPPORT, None)
    await support.ask(LookInto("other"))
    await support.ask(GetBalance())
    with pytest.raises(ForbiddenError):
        await support.ask(SetCallbackUrl("https://example.org/other"))


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.FINANCE])
async def test_others_have_no_business_there(world: World, role: Role) -> None:
    somebody = await person(world, "somebody", role, None)
    with pytest.raises(ForbiddenError):
        await somebody.ask(LookInto("demo"))


async def test_nobody_is_looked_into(world: World) -> None:
    root = await person(world, "root", Role.ADMIN, None)
    with pytest.raises(NotFoundError):
        await root.ask(LookInto("nobody"))
