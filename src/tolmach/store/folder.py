"""A folder of contents under random names, outside of anything that a web server shows.

What is written is on the disk (with its name) before `put` returns. The folder and its files are for their owner only.
"""

import io
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final

from tolmach.store.durable import sync

FOLDER_MODE: Final = 0o700
FILE_MODE: Final = 0o600
_UNFINISHED: Final = ".part"
_NAME: Final = re.compile(r"[0-9a-f]{32}(?:\.part)?")


class Folder:
    """Contents by name; OSError when the disk does not take or give them."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def put(self, content: bytes) -> str:
        """Keep a content and return the name that it got."""
        return self.put_stream(io.BytesIO(content))

    def put_stream(self, content: IO[bytes]) -> str:
        """Keep what a stream has from where it stands, and return the name that it got."""
        self.path.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        name = secrets.token_hex(16)
        unfinished = self.path / f"{name}{_UNFINISHED}"
        try:
            self._write(unfinished, content)
            unfinished.replace(self.path / name)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise
        sync(self.path)
        return name

    def get(self, name: str) -> bytes:
        """Return a content; FileNotFoundError."""
        return self._place(name).read_bytes()

    def open(self, name: str) -> IO[bytes]:
        """Open a content to read it; FileNotFoundError. The caller closes it."""
        return self._place(name).open("rb")

    def drop(self, name: str) -> None:
        """Forget a content."""
        self._place(name).unlink(missing_ok=True)

    def names(self) -> Iterator[tuple[str, float]]:
        """Return every name, the unfinished ones too, with the moment (seconds since 1970) of its last change."""
        if not self.path.is_dir():
            return
        with os.scandir(self.path) as found:
            for entry in found:
                if entry.is_file(follow_symlinks=False):
                    yield entry.name, entry.stat(follow_symlinks=False).st_mtime

    def _place(self, name: str) -> Path:
        if _NAME.fullmatch(name) is None:
            raise FileNotFoundError(name)
        return self.path / name

    def _write(self, place: Path, content: IO[bytes]) -> None:
        with open(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE), "wb") as file:
            shutil.copyfileobj(content, file)
            file.flush()
            os.fsync(file.fileno())
