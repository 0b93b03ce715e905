"""A process of a gateway as others see it: its name, what it does, where and since when it runs."""

from collections.abc import Set
from dataclasses import dataclass
from typing import Final

import orjson

from tolmach.core.roles import EVERY_ROLE, ProcessRole, chosen, written

HOST_LENGTH: Final = 24  # a name is a column of 64 with the worker's number behind it


@dataclass(frozen=True, slots=True)
class Process:
    """A process. ``name`` is unique for ever; ``since`` is in milliseconds, ``group`` how many started together."""

    name: str
    roles: Set[ProcessRole] = EVERY_ROLE
    since: int = 0
    version: str = ""
    group: int = 1

    @property
    def carries(self) -> bool:
        """Whether it takes part in the links."""
        return ProcessRole.SUBMIT in self.roles


def named(host: str, pid: int, drawn: str) -> str:
    """Return the name of a process of a machine."""
    return f"{host[:HOST_LENGTH]}-{pid}-{drawn}"


def to_text(process: Process) -> str:
    """Return what a process says of itself."""
    told = {"roles": written(process.roles), "since": process.since, "version": process.version}
    return orjson.dumps(told).decode()


def from_text(name: str, text: str) -> Process:
    """Read what a process has said of itself."""
    told = orjson.loads(text)
    return Process(name, chosen(told["roles"].split(",")), told["since"], told["version"])
