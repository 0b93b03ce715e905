import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from structlog.testing import capture_logs

from tests.workers.stage import Link, Stage, working
from tolmach.core.condition import Condition
from tolmach.core.delivery import ProviderEvent
from tolmach.core.ports import Connector, EventSink
from tolmach.store import addedlinks, links
from tolmach.store.addedlinks import Added
from tolmach.workers import fleet as module
from tolmach.workers.fleet import Fleet
from tolmach.workers.links import Links


async def sink(_events: Sequence[ProviderEvent]) -> None:
    """Nothing comes."""


@dataclass
class Yard:
    """A fleet over links that are called as their definitions say."""

    stage: Stage
    built: list[str] = field(default_factory=list)
    arranged: int = 0

    def __post_init__(self) -> None:
        self.board = Links([Link("first")], self.stage.clock)
        self.fleet = Fleet(self.stage.database, self.board, self.build, self.arrange)

    async def build(self, definition: str) -> Connector:
        self.built.append(definition)
        if definition == "bad":
            raise ValueError("it is bad")
        return Link(definition.split('"')[1] if '"' in definition else definition)

    def arrange(self) -> None:
        self.arranged += 1

    def add(self, name: str, definition: str = "") -> None:
        self.stage.database.write_now(lambda tx: addedlinks.add(tx, Added(name, definition or name, 1)))

    def remove(self, name: str) -> None:
        self.stage.database.write_now(lambda tx: addedlinks.remove(tx, name, 2))

    @property
    def names(self) -> list[str]:
        return [link.name for link in self.board.current]


@pytest.fixture
def yard(stage: Stage) -> Yard:
    return Yard(stage)


async def test_links_come_and_go(yard: Yard) -> None:
    yard.add("second")
    await yard.fleet.turn(sink)
    assert (yard.names, yard.arranged) == (["first", "second"], 1)
    await yard.fleet.turn(sink)
    assert yard.built == ["second"]
    yard.remove("second")
    await yard.fleet.turn(sink)
    assert (yard.names, yard.arranged, yard.board.leaving) == (["first"], 2, set())
    assert yard.stage.database.read_now(addedlinks.everything) == []


async def test_a_link_stays_as_long_as_answers_are_out(yard: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    busy = {"second"}
    monkeypatch.setattr(module, "_has_in_hand", lambda link: link.name in busy)
    yard.add("second")
    await yard.fleet.turn(sink)
    yard.remove("second")
    await yard.fleet.turn(sink)
    assert (yard.names, yard.board.leaving) == (["first", "second"], {"second"})
    assert yard.board.current[1].held
    busy.clear()
    await yard.fleet.turn(sink)
    assert yard.names == ["first"]


async def test_a_changed_link_is_exchanged_once_its_answers_are_there(
    yard: Yard, monkeypatch: pytest.MonkeyPatch
) -> None:
    flying = [1, 0]
    monkeypatch.setattr(module, "condition", lambda _link: Condition(up=True, in_flight=flying.pop(0)))
    yard.add("second")
    await yard.fleet.turn(sink)
    before = yard.board.current[1]
    yard.stage.database.write_now(lambda tx: addedlinks.change(tx, "second", '"second" anew'))
    await yard.fleet.turn(sink)
    assert (yard.board.current[1], before.held) == (before, True)
    await yard.fleet.turn(sink)
    await yard.fleet.turn(sink)
    assert (yard.board.current[1] is before, len(yard.board.current), yard.built[-1]) == (False, 2, '"second" anew')


async def test_a_paused_link_that_is_changed_sends_nothing(yard: Yard) -> None:
    yard.add("second")
    yard.stage.database.write_now(lambda tx: links.pause(tx, "second", 1))
    await yard.fleet.turn(sink)
    assert [link.held for link in yard.board.current] == [False, True]


async def test_of_a_link_that_stays_after_all_is_asked_at_once_whether_it_is_paused(stage: Stage) -> None:
    asked = list[bool]()
    board = Links([Link("first")], stage.clock)
    fleet = Fleet(stage.database, board, unbuilt, lambda: None, shared=True)
    fleet.stays = lambda: asked.append(True)
    fleet.allow({"first": 1})
    fleet._tend(sink)
    fleet.allow({})
    fleet._tend(sink)
    assert (board.leaving, asked) == ({"first"}, [])
    fleet.allow({"first": 1})
    fleet._tend(sink)
    assert (board.leaving, asked) == (set(), [True])
    await fleet.cut()


async def unbuilt(_definition: str) -> Connector:
    raise ValueError("nothing was added")


async def test_what_cannot_be_built_is_told_once(yard: Yard) -> None:
    yard.add("x", "bad")
    with capture_logs() as logs:
        await yard.fleet.turn(sink)
        await yard.fleet.turn(sink)
    assert [(one["event"], one["link"], one["error"]) for one in logs] == [("link-unusable", "x", "it is bad")]
    assert yard.names == ["first"]
    yard.remove("x")
    await yard.fleet.turn(sink)
    assert yard.stage.database.read_now(addedlinks.everything) == []


async def test_a_link_removed_while_no_gateway_ran_never_starts(yard: Yard) -> None:
    yard.add("second")
    yard.remove("second")
    async with working(yard.fleet.run(sink)):
        await yard.stage.until(lambda tx: not addedlinks.everything(tx))
    assert (yard.names, yard.built) == (["first"], [])


async def test_a_link_that_fails_ends_the_fleet(yard: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(_self: Link, _sink: object) -> None:
        raise LookupError("broken")

    monkeypatch.setattr(Link, "run", fail)
    async with asyncio.timeout(30):
        with pytest.raises(LookupError, match="broken"):
            await yard.fleet.run(sink)


class Polite(Link):
    """Takes its leave for as long as it is let."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.running, self.leaving, self.left = (asyncio.Event() for _ in range(3))

    async def run(self, sink: EventSink) -> None:
        self.running.set()
        try:
            await super().run(sink)
        finally:
            self.leaving.set()
            await self.left.wait()


async def test_a_fleet_stops_while_a_link_is_just_ending(yard: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    polite = Polite("second")

    async def build(_definition: str) -> Connector:
        return polite

    monkeypatch.setattr(yard.fleet, "_build", build)
    yard.fleet.pause = lambda: 0.01
    yard.add("second")
    running = asyncio.create_task(yard.fleet.run(sink))
    async with asyncio.timeout(30):
        await polite.running.wait()
        yard.remove("second")
        await polite.leaving.wait()
    running.cancel()
    done, _ = await asyncio.wait([running], timeout=0.1)
    assert not done  # the farewell is waited for
    polite.left.set()
    done, _ = await asyncio.wait([running], timeout=30)
    running.cancel()
    assert done
    assert running.cancelled()
