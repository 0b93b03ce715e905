"""Files that say by a lock that something is in use. A lock goes with its process, however that ends."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

GATEWAY: Final = "gateway.lock"
"""In the data directory of an installation on SQLite: held by its gateway, and by what may not run beside it."""


@contextmanager
def hold(path: Path, held: Exception) -> Iterator[None]:
    """Hold a lock, whose file is made where there is none; ``held`` is raised at once while another process does."""
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise held from None
        yield


def is_held(path: Path) -> bool:
    """Tell whether a process holds a lock. Nothing is made."""
    try:
        with path.open() as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except FileNotFoundError:
        return False
    return False
