"""Two gateways in one process: the near one sends through an account at the far one, whose phones are virtual."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tests.gateway import Live, running
from tolmach.services.demo import CLIENT_NUMBER, LOGIN, PASSWORD

Furnish = Callable[[Path], None]
"""Sees that a folder is a data directory with the demonstration's account."""

PATHS = {"prontosms": "/xml/", "targetsms": "/xml/", "smspager": "/", "mobilgroup": "/extxml.php"}
KINDS = sorted(PATHS)
HOOK = "a-secret-of-32-characters-or-so"


def link(kind: str, port: int, **changes: Any) -> dict[str, Any]:
    """A link of the near gateway to the far one, impatient as tests are."""
    given: dict[str, Any] = {
        "name": kind,
        "type": kind,
        "url": f"http://127.0.0.1:{port}{PATHS[kind]}",
        "login": LOGIN,
        "password": PASSWORD,
        "poll": {"first": 0.05, "most": 0.5},
        "balance_every": 0,
        "doubt": 0.5,
        "allow_private": True,
    }
    if kind == "mobilgroup":
        given["client"] = str(CLIENT_NUMBER)
    return given | changes


@asynccontextmanager
async def near(furnish: Furnish, folder: Path, links: list[dict[str, Any]], **changes: Any) -> AsyncIterator[Live]:
    """A gateway without virtual phones of its own."""
    furnish(folder)
    async with running(folder, links=links, sandbox={"enabled": False}, **changes) as live:
        yield live


@asynccontextmanager
async def far(furnish: Furnish, folder: Path, **changes: Any) -> AsyncIterator[Live]:
    """A gateway with virtual phones."""
    furnish(folder)
    async with running(folder, **changes) as live:
        yield live
