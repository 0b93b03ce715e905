"""Who may do what on the desk."""

import pytest

from tests.services.visiting import person
from tests.services.world import World
from tolmach.core.commands.clientele import AddClient, BlockClient, GetClient, ListClients, SetClientPassword
from tolmach.core.commands.finance import CloseDays, ListLedger, TopUp
from tolmach.core.commands.installation import GetSettings
from tolmach.core.commands.pulse import GetPulse, ListAlerts
from tolmach.core.commands.rulings import ListCases
from tolmach.core.money import Money
from tolmach.core.users import ACCOUNT_ROLES, STAFF_ROLES, Role
from tolmach.services import passwords
from tolmach.services.desk import DESK
from tolmach.store import audit

MAY = {
    Role.MODERATOR: {ListCases, ListClients, GetClient},
    Role.FINANCE: {ListLedger, TopUp, CloseDays, BlockClient, ListClients, GetClient},
    Role.SUPPORT: {GetPulse, ListAlerts, BlockClient, ListClients, GetClient},
}
SOME = {ListCases, ListLedger, TopUp, CloseDays, GetPulse, ListAlerts, BlockClient, GetSettings, AddClient}


@pytest.mark.parametrize("role", STAFF_ROLES)
async def test_each_role_of_the_staff_has_its_own_commands(world: World, role: Role) -> None:
    somebody = await person(world, "somebody", role, None)
    visitor = await somebody.visitor()
    allowed = {kind for kind in DESK if somebody.reception.may(visitor, kind)}
    if role is Role.ADMIN:
        assert allowed == DESK.keys()
    else:
        assert allowed & (SOME | {ListClients, GetClient}) == MAY[role]


@pytest.mark.parametrize("role", ACCOUNT_ROLES)
async def test_nobody_of_an_account_has_any(world: World, role: Role) -> None:
    somebody = await person(world, "somebody", role)
    visitor = await somebody.visitor()
    assert [kind for kind in DESK if somebody.reception.may(visitor, kind)] == []


async def test_changes_stand_in_the_audit_log_of_the_account_and_passwords_in_none(world: World) -> None:
    root = await person(world, "root", Role.ADMIN, None)
    await root.ask(TopUp("demo", Money(1_234_500), "invoice 17"))
    await root.ask(SetClientPassword("demo", "a new secret"))
    told = world.read(lambda tx: audit.of_account(tx, world.demo, 0, 9))
    assert [(one.action, one.detail) for one in told] == [
        ("SetClientPassword", "login=demo"),
        ("TopUp", "login=demo amount=123.45 note=invoice 17 correction=False"),
    ]
    assert passwords.matches(world.account().password_hash, "a new secret")


async def test_a_new_account_gets_its_password(world: World) -> None:
    root = await person(world, "root", Role.ADMIN, None)
    await root.ask(AddClient("shop", "long enough", tariff="base"))
    found = await root.ask(GetClient("shop"))
    assert passwords.matches(found.client.account.password_hash, "long enough")
    assert found.client.tariff == "base"
