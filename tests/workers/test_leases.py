"""Several processes in one: each with its own leases, duties and fleet, over one database."""

import asyncio
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import pytest
from structlog.testing import capture_logs

from tests.gateway import until
from tests.workers.stage import PHONE, Link, Stage, working
from tolmach.core import leases as core
from tolmach.core.condition import Condition
from tolmach.core.delivery import ProviderEvent
from tolmach.core.errors import StoreUnavailableError
from tolmach.core.moments import to_ms
from tolmach.core.ports import Connector
from tolmach.core.processes import Process
from tolmach.core.roles import ProcessRole
from tolmach.store import leases, links, queue
from tolmach.store.database import Tx
from tolmach.workers import leases as module
from tolmach.workers.duties import Duties
from tolmach.workers.fleet import Fleet
from tolmach.workers.leases import Leases
from tolmach.workers.links import Links


async def sink(_events: Sequence[ProviderEvent]) -> None:
    """Nothing comes."""


async def unbuilt(_definition: str) -> Connector:
    raise ValueError("nothing was added")


@dataclass
class One:
    """A process with a duty and two links of one connection each."""

    stage: Stage
    name: str
    carries: bool = True
    told: int = 0
    board: Links = field(init=False)

    def __post_init__(self) -> None:
        self.board = Links([Link("a"), Link("b")], self.stage.clock)
        self.fleet = Fleet(self.stage.database, self.board, unbuilt, lambda: None, shared=True)
        self.duties = Duties({"sweep": asyncio.Event().wait})  # type: ignore[dict-item]
        roles = frozenset(ProcessRole) if self.carries else frozenset({ProcessRole.UPKEEP})
        self.leases = Leases(self.stage.database, Process(self.name, roles), self.duties, self.fleet, self.stage.clock)
        self.leases.tell = self.tell

    def tell(self) -> None:
        self.told += 1

    async def works(self) -> bool:
        return bool(self.duties.done)

    async def rests(self) -> bool:
        return not self.duties.done and not self.carried

    @property
    def carried(self) -> set[str]:
        return {name for name in "ab" if self.board.here(name)}


def run_out(stage: Stage, holder: str) -> None:
    """Let the leases of a process end, as if it had died a while ago."""

    def work(tx: Tx) -> None:
        names = [one.name for one in leases.everything(tx) if one.holder == holder]
        leases.renew(tx, holder, names, leases.clock(tx) - 1)

    stage.database.write_now(work)


async def test_two_share_what_there_is_and_a_duty_is_done_once(stage: Stage) -> None:
    first, second = One(stage, "one"), One(stage, "two")
    await first.leases.turn()
    assert (first.carried, set(first.duties.done), first.leases.others) == ({"a", "b"}, {"sweep"}, 0)
    await second.leases.turn()
    assert (second.carried, set(second.duties.done)) == (set(), set())
    async with working(first.fleet.run(sink)):
        await first.leases.turn()  # it gives one link away: here it ends at once
        await first.leases.turn()
        while first.leases._held >= {"link a 0", "link b 0"}:
            await asyncio.sleep(0.01)
            await first.leases.turn()
        await second.leases.turn()
        assert (first.carried, second.carried) == ({"a"}, {"b"})
        assert (first.leases.others, second.leases.others) == (1, 1)


async def test_what_a_dead_process_had_is_taken_over_with_what_it_had_claimed(stage: Stage) -> None:
    first, second = One(stage, "one"), One(stage, "two")
    await first.leases.turn()
    (message,) = stage.accept(PHONE)
    stage.database.write_now(lambda tx: stage.delivery.claim(tx, "one-sms-0", stage.clock.now(), 5))
    stage.database.write_now(lambda tx: links.report(tx, "a", Condition(up=True), 1, "one"))
    await second.leases.turn()
    assert (second.carried, set(second.board.elsewhere)) == (set(), {"a"})
    run_out(stage, "one")
    with capture_logs() as logs:
        await second.leases.turn()
    assert (second.carried, set(second.duties.done)) == ({"a", "b"}, {"sweep"})
    assert ["one"] in [one.get("names") for one in logs]
    duty = stage.duty(message)
    assert duty is not None
    assert duty.due_at <= int(stage.clock.now().timestamp() * 1000)
    assert stage.database.read_now(links.said) == []
    await second.leases.turn()
    assert second.board.elsewhere == set()


async def test_a_dead_process_that_cannot_be_buried_now_is_buried_later(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = One(stage, "one"), One(stage, "two")
    await first.leases.turn()
    await second.leases.turn()
    (number,) = stage.accept(PHONE)
    stage.database.write_now(lambda tx: stage.delivery.claim(tx, "one-sms-0", stage.clock.now(), 10))
    run_out(stage, "one")
    bury = module._bury

    def away(*_: object) -> None:
        raise StoreUnavailableError("away")

    monkeypatch.setattr(module, "_bury", away)
    with pytest.raises(StoreUnavailableError):
        await second.leases.turn()
    monkeypatch.setattr(module, "_bury", bury)
    await second.leases.turn()
    duty = stage.duty(number)
    assert duty is not None
    assert duty.due_at <= to_ms(stage.clock.now())


async def test_who_cannot_renew_stops_in_time_and_goes_on_later(stage: Stage) -> None:
    one = One(stage, "one")
    async with working(one.leases.run()):
        await until(one.works)
        with capture_logs() as logs:
            one.leases._good_until = 0.0  # as if every renewal since had failed
            await until(one.rests)
            assert one.carried == set()
        assert "leases ran out" in [entry["event"] for entry in logs]
        one.leases.look_soon()
        await until(one.works)
        assert one.carried == {"a", "b"}
    assert stage.database.read_now(leases.everything) == []  # it has left everything
    assert one.told > 0


async def test_a_duty_that_fails_while_it_is_stopped_keeps_no_connection_up(stage: Stage) -> None:
    async def stubborn() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            raise ValueError("on its way out")

    one = One(stage, "one")
    one.duties.works["sweep"] = stubborn
    running = asyncio.create_task(one.leases.run())
    await until(one.works)
    assert one.carried
    running.cancel()
    with pytest.raises(ValueError, match="on its way out"):
        await running
    assert not one.carried
    assert stage.database.read_now(leases.everything) == []


async def test_an_answer_that_comes_too_late_is_not_acted_upon(stage: Stage, monkeypatch: object) -> None:
    one = One(stage, "one")
    late = module.LASTS_MS
    module.LASTS_MS = 0  # type: ignore[misc]
    try:
        await one.leases.turn()
    finally:
        module.LASTS_MS = late  # type: ignore[misc]
    assert (set(one.duties.done), one.carried) == (set(), set())


async def test_who_carries_no_links_takes_none(stage: Stage) -> None:
    one, carrier = One(stage, "one", carries=False), One(stage, "two")
    await one.leases.turn()
    assert (one.carried, set(one.duties.done)) == (set(), {"sweep"})
    await carrier.leases.turn()
    assert carrier.carried == {"a", "b"}


async def test_the_dead_of_a_parent_need_not_run_out(stage: Stage) -> None:
    first, second = One(stage, "one"), One(stage, "two")
    await first.leases.turn()
    await second.leases.bury(["one"])
    await second.leases.turn()
    assert second.carried == {"a", "b"}
    held = {lease.name for lease in stage.database.read_now(leases.everything)}
    assert held == {core.of_process("two"), core.of_duty("sweep"), "link a 0", "link b 0"}
    assert stage.database.read_now(lambda tx: queue.next_due(tx, queue.Kind.SUBMIT)) is None


async def test_a_look_that_is_under_way_takes_nothing_after_all_was_left(stage: Stage) -> None:
    one = One(stage, "one")
    begun, going_on, look = threading.Event(), threading.Event(), one.leases._look

    def slow(tx: Tx, wanted: module.Wanted) -> module.Look:
        begun.set()
        going_on.wait()
        return look(tx, wanted)

    one.leases._look = slow  # type: ignore[method-assign]
    working = asyncio.create_task(one.leases.run())
    await asyncio.to_thread(begun.wait)
    working.cancel()
    await asyncio.wait([working], timeout=0.1)  # as much as it can do meanwhile
    going_on.set()
    with suppress(asyncio.CancelledError):
        await working
    assert await stage.database.read(leases.everything) == []
