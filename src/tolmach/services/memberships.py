"""Memberships: which processes of a gateway live, and who of them does what only one may do, told by their leases."""

from dataclasses import dataclass
from datetime import datetime

from tolmach.core import leases as core
from tolmach.core import processes
from tolmach.core.leases import LASTS_MS
from tolmach.core.moments import from_ms
from tolmach.core.processes import Process
from tolmach.store import leases
from tolmach.store.database import Tx


@dataclass(frozen=True, slots=True)
class Membership:
    """A process as its leases tell of it; ``binds`` are the connections of each link that it may have.

    ``heartbeat``: seconds since it last renewed them, by the database's clock; it does so every 3 and is ``gone`` after
    10, when others take over what it had.
    """

    process: Process
    since: datetime
    heartbeat: float
    gone: bool
    duties: tuple[str, ...]
    binds: tuple[tuple[str, int], ...]


def memberships(tx: Tx) -> list[Membership]:
    """Return the processes of this database by their names; on SQLite none says that it lives."""
    held = leases.everything(tx)
    now = leases.clock(tx)
    found: list[Membership] = []
    for lease in held:
        name = core.process_of(lease.name)
        if name is None:
            continue
        process = processes.from_text(name, lease.about)
        theirs = [one.name for one in held if one.holder == name]
        found.append(
            Membership(
                process=process,
                since=from_ms(process.since),
                heartbeat=max(0, now - (lease.ends_at - LASTS_MS)) / 1000,
                gone=lease.ends_at <= now,
                duties=tuple(duty for duty in map(core.duty_of, theirs) if duty is not None),
                binds=tuple(sorted(core.shares(theirs).items())),
            )
        )
    return found
