from tests.services.world import World
from tolmach.core import processes
from tolmach.core.leases import LASTS_MS, Slot, of_duty, of_process
from tolmach.core.moments import from_ms
from tolmach.core.processes import Process
from tolmach.core.roles import ProcessRole
from tolmach.services.memberships import memberships
from tolmach.store import leases
from tolmach.store.database import Tx
from tolmach.store.leases import Lease

API = Process("gw1-17-abc", frozenset({ProcessRole.API}), 1_700_000_000_000, "1.2")
ALL = Process("gw2-18-def", frozenset(ProcessRole), 1_700_000_001_000, "1.1")


def alive(tx: Tx) -> None:
    """Two processes: one renewed its leases a second ago, the other's ran out a second ago."""
    now = leases.clock(tx)
    early, late = now + LASTS_MS - 1_000, now - 1_000
    leases.take(
        tx,
        [
            Lease(of_process(API.name), API.name, early, processes.to_text(API)),
            Lease(of_process(ALL.name), ALL.name, late, processes.to_text(ALL)),
            *(Lease(Slot("north", number).lease, ALL.name, late) for number in (0, 3)),
            Lease(Slot("mts 2", 0).lease, ALL.name, late),
            Lease(of_duty("retention"), ALL.name, late),
            Lease(of_duty("birthdays"), ALL.name, late),
        ],
    )


def test_who_lives_and_does_what(world: World) -> None:
    world.write(alive)
    first, second = world.read(memberships)
    assert (first.process, first.since, first.gone) == (API, from_ms(API.since), False)
    assert (first.duties, first.binds) == ((), ())
    assert 1 <= first.heartbeat < 60
    assert (second.process, second.gone) == (ALL, True)
    assert (second.duties, second.binds) == (("birthdays", "retention"), (("mts 2", 1), ("north", 2)))
    assert second.heartbeat >= 11


def test_nobody(world: World) -> None:
    assert world.read(memberships) == []
