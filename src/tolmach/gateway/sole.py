"""SQLite has one gateway process: it holds a lock on its directory for as long as it runs."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tolmach.gateway.composition import NotReadyError
from tolmach.store import lockfile


@contextmanager
def sole_gateway(data: Path) -> Iterator[None]:
    """Hold a data directory (the command line may work beside it); NotReadyError while another gateway does."""
    try:
        with lockfile.hold(data / lockfile.GATEWAY):
            yield
    except lockfile.LockHeldError:
        raise NotReadyError(f"another gateway already runs on {data}") from None
