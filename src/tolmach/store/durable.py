"""On the disk: a file is there after a power loss once it was synced, and its name once its folder was."""

import os
from pathlib import Path


def sync_all(folder: Path) -> None:
    """Return when a folder and everything in it is on the disk; OSError."""
    for path in [folder, *folder.rglob("*")]:
        sync(path)


def sync(path: Path) -> None:
    """Return when the file, or the names in the folder, are on the disk; OSError."""
    place = os.open(path, os.O_RDONLY)
    try:
        os.fsync(place)
    finally:
        os.close(place)
