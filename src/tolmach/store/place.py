"""Where a database is, as its users see it: what a kind of database must be able to do, and the jobs it is given."""

from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import Future
from contextlib import AbstractAsyncContextManager
from typing import Protocol, TypeVar

from sqlalchemy import Connection, Engine

from tolmach.store.crowd import Crowd

T = TypeVar("T")
Tx = Connection


CHANGED = "changed"
"""The notice, after a name and a space, that something was changed by hand: whoever sleeps should look."""

Hearing = AsyncIterator[str]
"""Notices as they come."""


class Writes(Protocol):
    """Carries out functions that write, each in a transaction that is committed before its result is known."""

    engine: Engine
    crowd: Crowd
    """Whether several wait for answers: who takes their requests tells it."""

    @property
    def cut(self) -> int:
        """Into how many pieces to cut what nobody waits for, so that it is in nobody's way; 1: it may stay whole."""
        ...

    def submit(self, function: Callable[[Tx], T], rows: int = 0, *, awaited: bool = True) -> Future[T]:
        """Run ``function`` soon; RuntimeError when closed. For the rest see `tolmach.store.database.Database.write`."""
        ...

    def close(self) -> None:
        """Finish what waits."""
        ...


class Place(Protocol):
    """A database that can be opened. Its text is fit for people and logs: no password is in it."""

    @property
    def exists(self) -> bool:
        """Whether there is something to read; StoreUnavailableError when that cannot be told."""
        ...

    def prepare(self) -> None:
        """Make room for a database that does not exist yet."""
        ...

    def reader(self, connections: int) -> Engine:
        """Return connections whose transactions see one moment."""
        ...

    def writes(self) -> Writes:
        """Return connections that write."""
        ...

    def plain(self, error: BaseException) -> BaseException:
        """Return the error that callers know for one of the driver's, or the error itself."""
        ...

    @property
    def shared(self) -> bool:
        """Whether several processes of a gateway may work on it."""
        ...

    def notify(self, tx: Tx, notice: str) -> None:
        """Let everybody who hears have a notice once ``tx`` is committed."""
        ...

    def hear(self) -> AbstractAsyncContextManager[Hearing]:
        """Hear the notices of others; StoreUnavailableError when the connection cannot be made, or is lost."""
        ...

    def check(self, tx: Tx) -> Sequence[str]:
        """Return what the database finds wrong with itself."""
        ...
