"""Roles: what one process of a gateway does. A gateway is all of them, in one process or spread over many."""

from collections.abc import Iterable, Set
from enum import StrEnum
from typing import Final


class BadRoles(ValueError):  # noqa: N818
    """There is no such role; the text names those that there are."""


class ProcessRole(StrEnum):
    """One part of a gateway that may run apart from the others."""

    API = "api"  # the dialects: requests of clients are read, and what they send is accepted
    WEB = "web"  # pages for people
    SUBMIT = "submit"  # links to carriers, and the loops that hand messages to them
    RECEIPTS = "receipts"  # what providers post, and messages of subscribers whose parts are waited for
    CALLBACKS = "callbacks"  # statuses are posted to clients
    UPKEEP = "upkeep"  # what is done once for the whole installation: birthdays, retention, time-outs ...


EVERY_ROLE: Final[frozenset[ProcessRole]] = frozenset(ProcessRole)
SENDING: Final = frozenset({ProcessRole.API, ProcessRole.WEB})
"""Roles in which messages are accepted."""
LISTENING: Final = frozenset({ProcessRole.API, ProcessRole.WEB, ProcessRole.RECEIPTS})
"""Roles that answer requests from outside."""


def read(text: str) -> frozenset[ProcessRole]:
    """Return the roles that are named, by commas; raises `BadRoles`."""
    return chosen(name.strip() for name in text.split(",") if name.strip())


def chosen(names: Iterable[str]) -> frozenset[ProcessRole]:
    """Return the roles of some names, at least one; raises `BadRoles`."""
    wanted = list(names)
    unknown = [name for name in wanted if name not in set(ProcessRole)]
    if unknown or not wanted:
        raise BadRoles(f"roles must be some of {', '.join(ProcessRole)}")
    return frozenset(ProcessRole(name) for name in wanted)


def written(roles: Set[ProcessRole]) -> str:
    """Return roles as they are given, in the order of their definition."""
    return ",".join(role for role in ProcessRole if role in roles)
