from tests.services.visiting import person
from tests.services.world import World
from tolmach.core.commands.desk import ListEveryChange
from tolmach.core.commands.users import ListAudit
from tolmach.core.users import Role
from tolmach.services import audits
from tolmach.services.changes import PAGE


async def test_an_account_sees_its_own_changes(world: World) -> None:
    owner, stranger = await person(world, "anna", Role.OWNER), await person(world, "igor", Role.OWNER, "other")
    now = world.clock.now()
    for number in range(PAGE):
        what = ("Test", f"name={number}")
        world.write(lambda tx, what=what: audits.note(tx, now, (None, "root"), world.demo, what, ""))  # type: ignore[misc]
    first = await owner.ask(ListAudit())
    assert (len(first.rows), first.rows[0].detail, first.rows[0].at) == (PAGE, f"name={PAGE - 1}", now)
    second = await owner.ask(ListAudit(first.before))
    assert ([row.action for row in second.rows], second.before) == (["SignIn"], 0)
    assert [row.login for row in (await stranger.ask(ListAudit())).rows] == ["igor"]


async def test_the_staff_sees_all_of_them(world: World) -> None:
    await person(world, "anna", Role.OWNER)
    root = await person(world, "root", Role.ADMIN, None)
    rows = (await root.ask(ListEveryChange())).rows
    assert [(row.login, row.account) for row in rows] == [("root", ""), ("anna", "demo")]
