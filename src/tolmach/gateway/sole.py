"""SQLite has one gateway process: it holds a lock on its directory for as long as it runs."""

import fcntl

from tolmach.gateway.composition import NotReadyError
from tolmach.settings import Settings


class SoleGateway:
    """Holds the data directory: SQLite has one gateway process (the command line may work beside it)."""

    def __init__(self, settings: Settings) -> None:
        self._path = settings.data / "gateway.lock"

    def __enter__(self) -> None:
        self._file = self._path.open("w")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._file.close()
            raise NotReadyError(f"another gateway already runs on {self._path.parent}") from None

    def __exit__(self, *_exception: object) -> None:
        self._file.close()
