"""Leases: what this process owns of what only one may do, renewed every few seconds.

By the database's clock a lease lasts for `LASTS_MS`; this process counts from before it asked, by a clock of its own
that is never set, and stops everything that depends on its leases `MARGIN_SECONDS` before they end, if it could not
renew them. So what a dead process had moves within `LASTS_MS` and one look, and nothing is ever done twice.
"""

import asyncio
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Final

import structlog

from tolmach.core import leases as core
from tolmach.core import processes
from tolmach.core.clock import Clock
from tolmach.core.errors import StoreUnavailableError
from tolmach.core.leases import Wishes
from tolmach.core.moments import to_ms
from tolmach.core.processes import Process
from tolmach.store import leases, links, queue
from tolmach.store.database import Database, Tx
from tolmach.store.leases import Lease
from tolmach.workers.bell import Bell
from tolmach.workers.duties import Duties
from tolmach.workers.fleet import Fleet
from tolmach.workers.rounds import complain

LASTS_MS: Final = core.LASTS_MS
MARGIN_SECONDS: Final = 2.0
EVERY_SECONDS: Final = 3.0
AGAIN_SECONDS: Final = 0.5  # after a failure
PATIENCE_SECONDS: Final = 2.5  # that a connection is left to those whose part it is
TOGETHER_SECONDS: Final = 10.0  # within which processes of a group are there
FRESH_MS: Final = 30_000  # an older word of a link counts no more

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Look:
    """What one look found and did."""

    held: frozenset[str]
    leave: frozenset[str]
    alive: frozenset[str]  # processes, this one among them
    dead: frozenset[str]  # processes whose lease ran out
    free: frozenset[str]  # connections that nobody has taken
    elsewhere: frozenset[str]  # links that are up in other processes


@dataclass(slots=True)
class Wanted:
    """What this process brings to a look."""

    wishes: Wishes
    drop: frozenset[str] = frozenset()
    passed_over: frozenset[str] = field(default_factory=frozenset)


class Leases:
    """Takes, renews and leaves leases."""

    def __init__(
        self,
        database: Database,
        process: Process,
        duties: Duties,
        fleet: Fleet,
        clock: Clock,
    ) -> None:
        self._database = database
        self._clock = clock
        self._process = process
        self._duties = duties
        self._fleet = fleet
        self._board = fleet.board
        self.tell: Callable[[], None] = lambda: None
        """Called when others should look at once."""
        self._look_soon = Bell()
        self._applying = asyncio.Lock()
        self._looking: asyncio.Future[Look] | None = None
        self._held: frozenset[str] = frozenset()
        self._leaving: frozenset[str] = frozenset()
        self._unburied: frozenset[str] = frozenset()  # the dead whose claims could not be freed yet
        self._free: dict[str, float] = {}  # connections that nobody has taken -> since when, by our clock
        self._started = self._good_until = 0.0
        self.others = 0
        """Processes besides this one."""
        fleet.settled = self._look_soon.ring

    @property
    def held(self) -> frozenset[str]:
        """The names of the leases that are ours."""
        return self._held

    def look_soon(self) -> None:
        """Look at once: somebody has left something, or has come."""
        self._look_soon.ring()

    async def bury(self, dead: Collection[str]) -> None:
        """Free at once what processes held that are known to be dead."""
        now = to_ms(self._clock.now())
        if dead:
            await self._database.write(lambda tx: _bury(tx, dead, now))
            self.tell()

    async def run(self) -> None:
        """Work until cancelled, raises when a duty fails; then everything is left, for others to take at once."""
        self._started = asyncio.get_running_loop().time()
        guard = asyncio.create_task(self._guard())
        try:
            while True:
                pause = await self._turn_safely()
                self._duties.check()
                if guard.done():  # nobody would stop in time what depends on leases that ran out
                    guard.result()
                await self._look_soon.wait(pause)
        finally:
            guard.cancel()
            await asyncio.gather(guard, return_exceptions=True)
            await self._leave_all()

    async def _turn_safely(self) -> float:
        try:
            return await self.turn()
        except StoreUnavailableError as error:
            complain("leases cannot be renewed", error)
            return AGAIN_SECONDS
        except Exception as error:
            log.warning("leases cannot be renewed", error=str(error) or type(error).__name__)
            return AGAIN_SECONDS

    async def turn(self) -> float:
        """Look once; return the seconds until the next look."""
        begun = asyncio.get_running_loop().time()
        long_free = frozenset(name for name, since in self._free.items() if begun - since >= PATIENCE_SECONDS)
        wanted = Wanted(self._wishes(begun), self._settled(), long_free)
        self._looking = asyncio.ensure_future(self._database.write(lambda tx: self._look(tx, wanted)))
        look = await asyncio.shield(self._looking)
        async with self._applying:
            self._good_until = begun + LASTS_MS / 1000 - MARGIN_SECONDS
            self._told(look)
            self._held, self._leaving = look.held, look.leave
            self._free = {name: self._free.get(name, begun) for name in look.free}
            if asyncio.get_running_loop().time() < self._good_until:
                await self._apply()
        if wanted.drop:
            self.tell()
        self._unburied = (self._unburied | look.dead) - look.alive
        if self._unburied:
            await self.bury(self._unburied)
            self._unburied = frozenset()
        return EVERY_SECONDS

    def _wishes(self, now: float) -> Wishes:
        """Return what we would do alone; those who start together with us leave each other their part."""
        slots = self._fleet.slots if self._process.carries else {}
        together = self._process.group if now < self._started + TOGETHER_SECONDS else 1
        return Wishes(self._duties.names, slots, together)

    def _told(self, look: Look) -> None:
        new, lost = look.held - self._held, self._held - look.held - self._leaving
        self.others = len(look.alive) - 1
        self._board.elsewhere = look.elsewhere
        if new or lost:
            log.info("leases", taken=sorted(new), lost=sorted(lost))
        if core.of_process(self._process.name) in new:
            self.tell()
        if look.dead:
            log.warning("processes are gone", names=sorted(look.dead))

    async def _apply(self) -> None:
        """Do what we hold, and no more."""
        working = self._held - self._leaving
        self._fleet.allow(core.shares(working))
        await self._duties.have({duty for duty in map(core.duty_of, working) if duty is not None})

    def _settled(self) -> frozenset[str]:
        """Return the leases that can be left now: the connections that depended on them have ended."""
        working, kept = core.shares(self._held - self._leaving), self._fleet.kept
        slots = {name: core.slot_of(name) for name in self._leaving}
        return frozenset(
            name for name, slot in slots.items() if slot is None or kept.get(slot.link, 0) <= working.get(slot.link, 0)
        )

    async def _guard(self) -> None:
        """Stop everything when the leases could not be renewed in time."""
        loop = asyncio.get_running_loop()
        while True:
            left = self._good_until - loop.time()
            if left > 0:
                await asyncio.sleep(left)
                continue
            async with self._applying:
                if self._held and self._good_until <= loop.time():
                    log.error("leases ran out", held=sorted(self._held))
                    self._held = self._leaving = frozenset()
                    await self._stop()
            await asyncio.sleep(AGAIN_SECONDS)

    async def _stop(self) -> None:
        """Have no duty and no connection; the connections end whatever a duty raises on its way out."""
        try:
            await self._duties.have(frozenset())
        finally:
            await self._fleet.cut()

    async def _leave_all(self) -> None:
        """Stop, and let others take over at once."""
        try:
            await self._stop()
        finally:
            await self._release()

    async def _release(self) -> None:
        if self._looking is not None:  # it goes on when we are cancelled, and would take again what is left before
            await asyncio.wait([self._looking])
            if not self._looking.cancelled():
                self._looking.exception()
        try:
            await self._database.write(lambda tx: leases.release(tx, self._process.name))
            self.tell()
        except Exception as error:
            log.warning("leases could not be left; they run out by themselves", error=type(error).__name__)

    def _look(self, tx: Tx, wanted: Wanted) -> Look:
        """Renew, plan and take, in one transaction that nobody else's look overlaps."""
        me = self._process.name
        now, rows = leases.look(tx)
        live = {one.name: one.holder for one in rows if one.ends_at > now and one.name not in wanted.drop}
        over = {one.name for one in rows if one.name not in live}
        leases.forget(tx, over)
        mine = core.of_process(me)
        carriers = sorted({one.holder for one in rows if one.name in live and _carries(one)} | self._carrier)
        others = dict.fromkeys(wanted.drop, "")  # what we leave is for others
        plan = core.plan(me, live | others, carriers, wanted.wishes, wanted.passed_over)
        taken = list(plan.take) if mine in live else [mine, *plan.take]
        leases.renew(tx, me, [name for name, holder in live.items() if holder == me], now + LASTS_MS)
        leases.take(tx, [self._lease(name, now) for name in taken])
        held = {name for name, holder in live.items() if holder == me} | set(taken)
        alive = {name for name in map(core.process_of, live) if name is not None}
        free = _slots(wanted.wishes.slots) - live.keys() - held - wanted.drop
        return Look(
            held=frozenset(held),
            leave=frozenset(plan.leave),
            alive=frozenset(alive | {me}),
            dead=frozenset(name for name in map(core.process_of, over) if name is not None and name != me),
            free=frozenset(free),
            elsewhere=self._up_elsewhere(tx, alive) if alive - {me} else frozenset(),
        )

    @property
    def _carrier(self) -> set[str]:
        return {self._process.name} if self._process.carries else set()

    def _lease(self, name: str, now: int) -> Lease:
        about = processes.to_text(self._process) if core.process_of(name) else ""
        return Lease(name, self._process.name, now + LASTS_MS, about)

    def _up_elsewhere(self, tx: Tx, alive: set[str]) -> frozenset[str]:
        said = links.said(tx)
        latest = max((one.at for _, _, one in said), default=0)
        return frozenset(
            link
            for process, link, one in said
            if process in alive and process != self._process.name
            if latest - one.at <= FRESH_MS and one.condition.up and not one.condition.paused
        )


def _slots(wanted: Mapping[str, int]) -> set[str]:
    return {core.Slot(link, number).lease for link, count in wanted.items() for number in range(count)}


def _carries(lease: Lease) -> bool:
    name = core.process_of(lease.name)
    return name is not None and processes.from_text(name, lease.about).carries


def _bury(tx: Tx, dead: Collection[str], now: int) -> None:
    """Let others have at once what dead processes had claimed, and forget what they said of their links."""
    for name in dead:
        leases.release(tx, name)
        queue.release_claims(tx, name, now)
        links.withdraw(tx, name)
