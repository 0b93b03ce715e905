"""``tolmach processes``: which processes of the gateway live, and what each of them does."""

from typing import Any, Final

from tolmach.cli import console
from tolmach.cli.opening import AsJson, Data, database
from tolmach.core.roles import EVERY_ROLE, written
from tolmach.services.memberships import Membership, memberships
from tolmach.store import lockfile
from tolmach.store.sqlite import SqliteFile

COLUMNS: Final = ("process", "roles", "state", "since", "heartbeat", "binds", "duties", "version")
ALIVE, GONE = "alive", "gone"


def list_processes(as_json: AsJson = False, data: Data = None) -> None:
    """List the processes that live on this database: their roles, connections of links, duties, and last heartbeat.

    One that has not renewed its leases for 10 seconds is gone: the others take over what it had.
    """
    with database(data) as store:
        found = store.read_now(memberships)
        place = store.place
    if as_json:
        console.data([_values(one) for one in found])
    elif found:
        console.table(COLUMNS, [_cells(one) for one in found], right=("heartbeat",))
    elif isinstance(place, SqliteFile) and lockfile.is_held(place.path.parent / lockfile.GATEWAY):
        console.say(f"one process works on it: a gateway runs on {place.path.parent}")
    else:
        console.say("no process of a gateway lives")


def _cells(one: Membership) -> list[str]:
    return [
        one.process.name,
        "all" if one.process.roles == EVERY_ROLE else written(one.process.roles),
        GONE if one.gone else ALIVE,
        f"{one.since:%Y-%m-%d %H:%M:%S} UTC",
        f"{one.heartbeat:.1f} s ago",
        ", ".join(f"{link} {count}" for link, count in one.binds),
        ", ".join(one.duties),
        one.process.version,
    ]


def _values(one: Membership) -> dict[str, Any]:
    return {
        "name": one.process.name,
        "roles": written(one.process.roles).split(","),
        "alive": not one.gone,
        "since": one.since.isoformat(),
        "heartbeat_seconds": one.heartbeat,
        "binds": dict(one.binds),
        "duties": list(one.duties),
        "version": one.process.version,
    }
