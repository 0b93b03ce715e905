"""Certificates that change without a restart.

A listener's context never changes; while a client says hello, the context that is good now takes its place. A pair of
files that cannot be used is told once in the log, and the earlier pair stays.
"""

import asyncio
import ssl
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import structlog

from tolmach.core.clock import Clock

log = structlog.get_logger()

PAUSE = timedelta(seconds=10)  # between two looks at the files
Stamp = tuple[tuple[int, int, int] | None, ...]


class BadCertificateError(Exception):
    """A certificate and its key cannot be used; the text says why."""


class Certificate:
    """A certificate and its key, from PEM files."""

    def __init__(self, certificate: str, key: str) -> None:
        """Load the files; raises `BadCertificateError`."""
        self._files = (Path(certificate), Path(key))
        self._stamp = self._look()
        self._current = self._load()
        self.context = _context()
        self.context.sni_callback = self._choose

    def refresh(self) -> bool:
        """Load the files anew when they have changed; tell whether new clients get another certificate."""
        stamp = self._look()
        if stamp == self._stamp:
            return False
        self._stamp = stamp
        try:
            self._current = self._load()
        except BadCertificateError as error:
            log.error("certificate-not-loaded", error=str(error), kept="the earlier one")
            return False
        log.info("certificate-loaded", certificate=str(self._files[0]))
        return True

    def _choose(self, connection: ssl.SSLObject | ssl.SSLSocket, _name: str | None, _context: ssl.SSLContext) -> None:
        connection.context = self._current

    def _load(self) -> ssl.SSLContext:
        certificate, key = self._files
        context = _context()
        try:
            context.load_cert_chain(certificate, key, password=_no_password)
        except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
            raise BadCertificateError(f"{certificate} with {key}: {_reason(error)}") from None
        return context

    def _look(self) -> Stamp:
        """Return what changes when the files do."""
        return tuple(_stamp(path) for path in self._files)


async def watch(certificates: Sequence[Certificate], clock: Clock) -> None:
    """Look for changed files now and then, until cancelled."""
    while True:
        await clock.sleep_until(clock.now() + PAUSE)
        for certificate in certificates:
            await asyncio.to_thread(certificate.refresh)


def _context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def _no_password() -> str:
    raise ValueError("the key is protected by a password")


def _reason(error: Exception) -> str:
    if isinstance(error, ssl.SSLError):
        return (error.reason or "not PEM").lower().replace("_", " ")
    return (error.strerror if isinstance(error, OSError) else None) or str(error)
