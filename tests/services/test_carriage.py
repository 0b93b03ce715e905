"""Links and routes on the desk."""

import pytest

from tests.services.visiting import Person, person
from tests.services.world import LINK, World
from tolmach.core.commands.carriage import (
    AddRoute,
    ExplainRoute,
    GetLink,
    ListLinks,
    ListRoutes,
    MoveRoute,
    PauseLink,
    RemoveRoute,
)
from tolmach.core.condition import Condition, LinkEvent, LinkState
from tolmach.core.moments import to_ms
from tolmach.core.route import Target
from tolmach.core.traffic import Traffic
from tolmach.core.users import Role
from tolmach.services.administration import BadValueError, NotFoundError
from tolmach.services.installation import Installation, KnownLink
from tolmach.store import links

KNOWN = (KnownLink(LINK, "smpp", "smsc.example:2775"), KnownLink("spare"))


@pytest.fixture
async def root(world: World) -> Person:
    somebody = await person(world, "root", Role.ADMIN, None)
    somebody.reception.installation = Installation(lambda: KNOWN)
    return somebody


async def test_how_links_fare(world: World, root: Person) -> None:
    now = world.clock.now()
    world.write(lambda tx: links.report(tx, LINK, Condition(up=True, window=10), to_ms(now)))
    world.write(lambda tx: links.happened(tx, LINK, [LinkEvent("up", "at last")], to_ms(now)))
    first, second = (await root.ask(ListLinks())).links
    assert (first.name, first.kind, first.to) == (LINK, "smpp", "smsc.example:2775")
    assert (first.state, first.at) == (LinkState.UP, now)
    assert (second.name, second.state, second.condition) == ("spare", LinkState.STALE, None)
    found = await root.ask(GetLink(LINK))
    assert found.link == first
    assert [(one.at, one.kind, one.detail) for one in found.events] == [(now, "up", "at last")]
    with pytest.raises(NotFoundError):
        await root.ask(GetLink("nothing"))


async def test_pauses(world: World, root: Person) -> None:
    assert await root.ask(PauseLink(LINK))
    assert not await root.ask(PauseLink(LINK))
    assert world.read(links.paused) == {LINK}
    assert await root.ask(PauseLink(LINK, resumes=True))
    with pytest.raises(NotFoundError):
        await root.ask(PauseLink("nothing"))


async def test_routes_are_added_moved_explained_and_removed(root: Person) -> None:
    first = await root.ask(AddRoute((f"{LINK}=3", "spare"), direction="Россия", login="demo", traffic=Traffic.OTP))
    second = await root.ask(AddRoute(("spare",), patience=60, on_undelivered=True))
    await root.ask(MoveRoute(second, 1))
    found = await root.ask(ListRoutes())
    assert [(row.rule.id, row.login) for row in found.routes] == [(second, ""), (first, "demo")]
    assert found.routes[1].rule.targets == (Target(LINK, 3), Target("spare", 1))
    assert (found.routes[0].rule.patience, found.routes[0].rule.on_undelivered) == (60.0, True)
    assert list(found.links) == [LINK, "spare"]
    await root.ask(MoveRoute(first, 1))
    explained = await root.ask(ExplainRoute("8 903 123-45-67", "demo"))
    assert [(row.rule.id, missed) for row, missed in explained.looks] == [(first, "traffic"), (second, "")]
    assert explained.rule is not None
    assert (explained.rule.rule.id, explained.subject.phone) == (second, "79031234567")
    await root.ask(RemoveRoute(second))
    assert (await root.ask(ExplainRoute("79031234567"))).rule is None


async def test_routes_that_make_no_sense(root: Person) -> None:
    with pytest.raises(NotFoundError):
        await root.ask(AddRoute(("nothing",)))
    with pytest.raises(BadValueError):
        await root.ask(AddRoute(("spare=much",)))
    with pytest.raises(NotFoundError):
        await root.ask(AddRoute(("spare",), login="nobody"))
    with pytest.raises(BadValueError):
        await root.ask(ExplainRoute("hello"))
