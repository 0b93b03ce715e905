"""Logs: structlog to standard error. Keys, masked phone numbers; never a message text or a password."""

import logging
import os
import select
import sys
from collections.abc import Sequence
from contextlib import suppress
from threading import Lock
from typing import TextIO, cast

import structlog


class LogFile:
    """A file descriptor that takes each entry by one ``write``, so that processes and threads do not tear entries.

    What cannot be written, since the disk is full or the reader has gone, is dropped: an entry that is lost must not
    fail the work that it tells of. To a pipe, the system keeps entries of up to 4 KiB whole.
    """

    def __init__(self, number: int) -> None:
        self._number = number
        self._lock = Lock()
        self._broken = False
        """Whether the last entry ends in the middle of its line."""

    def write(self, entry: str) -> int:
        """Write an entry, with the end of its last line; return how many characters it has."""
        data = entry.encode("utf-8", "backslashreplace")
        with self._lock:
            rest = memoryview(b"\n" + data if self._broken else data)
            with suppress(OSError):
                while rest:
                    rest = rest[self._some(rest) :]
                    self._broken = bool(rest)
        return len(entry)

    def flush(self) -> None:
        """Do nothing: it is written already."""

    def _some(self, data: memoryview) -> int:
        try:
            return os.write(self._number, data)
        except BlockingIOError:  # somebody who has the same terminal or pipe does not want to wait; logs do
            select.select([], [self._number], [], 1)
            return 0


def configure(level: str, form: str) -> None:
    """Set up logging for the process: ``level`` debug .. error, ``form`` text or json."""
    number = logging.getLevelNamesMapping()[level.upper()]
    stream = _standard_error()
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr is not None and sys.stderr.isatty())
    )
    structlog.configure(
        processors=[structlog.contextvars.merge_contextvars, *_ENTRY, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.WriteLoggerFactory(stream),
        cache_logger_on_first_use=True,
    )
    libraries = logging.StreamHandler(stream)
    libraries.setFormatter(_Json() if form == "json" else logging.Formatter("%(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=max(number, logging.WARNING), handlers=[libraries])
    # it warns of what it ignores while an error is on its way, which is told in words of ours
    logging.getLogger("psycopg").setLevel(logging.ERROR)


def tell_process(name: str) -> None:
    """Name this process in every entry from now on: those of a group go to one place."""
    _own["process"] = name


_own: dict[str, str] = {}


def _with_own(_logger: object, _method: str, entry: structlog.typing.EventDict) -> structlog.typing.EventDict:
    entry.update(_own)
    return entry


_ENTRY: Sequence[structlog.typing.Processor] = (
    _with_own,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
)


class _Json(structlog.stdlib.ProcessorFormatter):
    """What libraries say, as entries like ours with the ``logger`` that said it."""

    def __init__(self) -> None:
        super().__init__(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *_ENTRY],
            processors=[self.remove_processors_meta, structlog.processors.JSONRenderer()],
        )


def _standard_error() -> TextIO:
    """Return what takes the entries: the file behind standard error, or what stands for it in this process."""
    if sys.stderr is None:  # it was closed before we were started
        return cast(TextIO, LogFile(os.open(os.devnull, os.O_WRONLY)))
    try:
        return cast(TextIO, LogFile(sys.stderr.fileno()))
    except OSError:
        return sys.stderr
