"""SQLite has one gateway process: it holds a lock on its directory for as long as it runs."""

from contextlib import AbstractContextManager
from pathlib import Path

from tolmach.gateway.composition import NotReadyError
from tolmach.store import lockfile


def sole_gateway(data: Path) -> AbstractContextManager[None]:
    """Hold a data directory (the command line may work beside it); NotReadyError while another gateway does."""
    return lockfile.hold(data / lockfile.GATEWAY, NotReadyError(f"another gateway already runs on {data}"))
