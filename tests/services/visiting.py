"""People who ask for things, without pages."""

from dataclasses import dataclass
from typing import TypeVar

from tests.services.world import HASH, PASSWORD, World
from tolmach.core.commands import Command
from tolmach.core.users import Role
from tolmach.services import people
from tolmach.services.dispatch import Dispatcher
from tolmach.services.entrance import Entered, Entrance, Visitor
from tolmach.services.reception import Reception
from tolmach.workers.bell import Bells
from tolmach.workers.intake import IntakeWorker

R = TypeVar("R")


@dataclass(frozen=True)
class Person:
    """Somebody who is signed in."""

    reception: Reception
    entrance: Entrance
    cookie: str
    intake: IntakeWorker

    async def visitor(self) -> Visitor:
        """Return him as a page knows him now."""
        found = await self.entrance.visitor(self.cookie, "192.0.2.1")
        assert found is not None
        return found

    async def ask(self, command: Command[R]) -> R:
        """Give a command."""
        return await self.reception.execute(await self.visitor(), command)


async def person(world: World, login: str, role: Role, account: str | None = "demo") -> Person:
    """Return somebody new (or the same again, in another browser)."""
    now = world.clock.now()
    if all(one.user.login != login for one in world.read(people.everyone)):
        world.write(lambda tx: people.add(tx, login, HASH, role, account, now))
    intake = IntakeWorker(world.database, world.catalogue, world.clock, Bells())
    dispatcher = Dispatcher(world.database, world.catalogue, world.delivery, intake, world.clock)
    reception = Reception(world.database, dispatcher, world.catalogue, world.delivery, world.clock)
    entrance = Entrance(world.database, world.clock)
    entered = await entrance.enter(login, PASSWORD, "192.0.2.1", "A browser")
    assert isinstance(entered, Entered)
    return Person(reception, entrance, entered.cookie, intake)
