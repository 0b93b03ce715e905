"""One door for every command: who may, which function, which transaction."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Protocol, TypeVar, cast

import structlog

from tolmach import __version__
from tolmach.core.clock import Clock
from tolmach.core.commands import Command, GetVersion, SendMessages, StoreFile
from tolmach.core.commands.imports import ListImports, PutImport
from tolmach.core.errors import CommitUnknownError, Failure, LostAnswerError, RequestError
from tolmach.core.results import Accepted, FileStored, SendResult, VersionResult
from tolmach.services import (
    audits,
    bases,
    callbacklog,
    callbackurls,
    campaignpages,
    campaigns,
    changes,
    colleagues,
    compositions,
    conversations,
    dashboards,
    enquiries,
    files,
    imports,
    inbox,
    invoices,
    keys,
    messagepages,
    numbering,
    patterns,
    registry,
    schedule,
    senders,
    statistics,
    stopedits,
    subscribers,
    transfers,
)
from tolmach.services.access import Principal, confirm
from tolmach.services.bookmarks import Bookmarks
from tolmach.services.catalogue import Catalogue
from tolmach.services.context import Context, Handlers
from tolmach.services.delivery import Delivery
from tolmach.services.files import Files
from tolmach.services.imports import Imports
from tolmach.services.repeats import Repeats
from tolmach.services.tallies import Tallies
from tolmach.store.database import Database, Tx

log = structlog.get_logger()

R = TypeVar("R")

READERS: Handlers = {
    **enquiries.READERS,
    **campaigns.READERS,
    **campaignpages.READERS,
    **bases.READERS,
    **imports.READERS,
    **subscribers.READERS,
    **numbering.READERS,
    **patterns.READERS,
    **registry.READERS,
    **files.READERS,
    **callbacklog.READERS,
    **callbackurls.READERS,
    **statistics.READERS,
    **stopedits.READERS,
    **schedule.READERS,
    **dashboards.READERS,
    **colleagues.READERS,
    **changes.READERS,
    **inbox.READERS,
    **invoices.READERS,
    **keys.READERS,
    **conversations.READERS,
    **compositions.READERS,
    **messagepages.READERS,
}
"""Commands that change nothing, with what answers them."""

WRITERS: Handlers = {
    **campaigns.WRITERS,
    **campaignpages.WRITERS,
    **bases.WRITERS,
    **imports.WRITERS,
    **subscribers.WRITERS,
    **senders.WRITERS,
    **patterns.WRITERS,
    **registry.WRITERS,
    **files.WRITERS,
    **callbacklog.WRITERS,
    **callbackurls.WRITERS,
    **transfers.WRITERS,
    **stopedits.WRITERS,
    **schedule.WRITERS,
    **colleagues.WRITERS,
    **invoices.WRITERS,
    **keys.WRITERS,
}
"""Commands that change something; a dry run of one runs in a transaction that only reads."""


PUBLIC: Mapping[type[Command[Any]], Callable[[], object]] = {GetVersion: lambda: VersionResult(__version__)}
"""Commands that anybody may give, without an account and without the database."""


class Intake(Protocol):
    """Takes send commands in batches (`tolmach.workers.intake`)."""

    async def send(self, principal: Principal, command: SendMessages, request: str = "") -> SendResult:
        """Return once the messages are committed; raises `RequestError`. ``request``: see `tolmach.core.requests`."""
        ...


class Dispatcher:
    """Carries out any command for an authenticated caller."""

    def __init__(
        self, database: Database, catalogue: Catalogue, delivery: Delivery, intake: Intake, clock: Clock
    ) -> None:
        self._files: Files | None = None
        self._imports: Imports | None = None
        self._database = database
        self._catalogue = catalogue
        self._delivery = delivery
        self._intake = intake
        self._clock = clock
        self._repeats = Repeats()
        self._bookmarks = Bookmarks()
        self._tallies = Tallies()
        self.changed: Callable[[], None] = lambda: None
        """Called after something was changed: workers that sleep may have work now."""

    def keep(self, files: Files, imports: Imports | None = None) -> None:
        """Take files from clients from now on, and files of subscribers from people."""
        self._files, self._imports = files, imports

    async def execute(self, principal: Principal, command: Command[R], request: str = "") -> R:
        """Return the command's result; raises `RequestError` for failures of the whole request.

        LostAnswerError: nobody knows whether it was carried out.

        ``request`` is what is kept of the request that brought it, see `tolmach.core.requests`.
        """
        if isinstance(command, SendMessages):
            return cast(R, await self._send(principal, command, request))
        if isinstance(command, StoreFile):
            return cast(R, await self._store(principal, command))
        if isinstance(command, PutImport):
            return cast(R, await self._put(principal, command))
        handler = WRITERS.get(type(command))
        writes = handler is not None and not getattr(command, "dry_run", False)
        answer = handler or READERS.get(type(command))
        if answer is None:
            raise TypeError(f"no handler for {type(command).__name__}")
        now = self._clock.now()

        def run(tx: Tx) -> object:
            snapshot = self._catalogue.at(tx)
            account = confirm(tx, snapshot, principal)
            user = None if principal.visit is None else principal.visit.user
            memory = (self._bookmarks, user, self._tallies)
            result = answer(Context(tx, snapshot, account, now, self._delivery, *memory), command)
            if writes and audits.changed(command, result):
                _note(tx, principal, command, now)
            return result

        if not writes:
            return cast(R, await self._database.read(run))
        found = cast(R, await self._write(run))
        self.changed()
        return found

    async def _write(self, run: Callable[[Tx], object]) -> object:
        try:
            return await self._database.write(run)
        except CommitUnknownError as error:
            log.error("nobody knows whether a command was carried out", error=str(error))
            raise LostAnswerError(str(error)) from error

    async def _send(self, principal: Principal, command: SendMessages, request: str) -> SendResult:
        """Send, but not the same again within a minute where the command says so, unless nothing came of it."""
        if principal.visit is not None and not command.dry_run:
            now = self._clock.now()
            await self._database.write(lambda tx: _note(tx, principal, command, now))
        if not command.once:
            return await self._intake.send(principal, command, request)
        key = self._repeats.begin(principal.account, command.once, self._clock.now())
        try:
            result = await self._intake.send(principal, command, request)
        except LostAnswerError:
            raise  # perhaps something came of it
        except Exception:
            self._repeats.undo(key)
            raise
        if not any(isinstance(item, Accepted) for item in result.items):
            self._repeats.undo(key)
        return result

    async def _store(self, principal: Principal, command: StoreFile) -> FileStored:
        """Keep a file: its content is on the disk before the database knows of it, and nobody waits for the disk."""
        keeper = self._files
        if keeper is None:
            raise RequestError(Failure.INTERNAL, "files are not kept here")

        def known(tx: Tx) -> FileStored | None:
            return keeper.known(tx, confirm(tx, self._catalogue.at(tx), principal).id, command)

        found = await self._database.read(known)
        if found is not None:
            return found
        return await self.execute(principal, await asyncio.to_thread(keeper.keep, command))

    async def _put(self, principal: Principal, command: PutImport) -> int:
        """Put a file of subscribers on the disk before the database knows of it."""
        keeper = self._imports
        if keeper is None:
            raise RequestError(Failure.INTERNAL, "files are not kept here")
        await self.execute(principal, ListImports(command.reference))  # the disk is not for the bases of others
        return await self.execute(principal, await asyncio.to_thread(keeper.keep, command))

    async def recognise(self, principal: Principal) -> None:
        """Confirm a caller without a command: for errors that are told only to a known caller."""
        await self._database.read(lambda tx: confirm(tx, self._catalogue.at(tx), principal))


def tell(command: Command[R]) -> R:
    """Return what anybody may know; RequestError UNAUTHORISED for any other command."""
    answer = PUBLIC.get(type(command))
    if answer is None:
        raise RequestError(Failure.UNAUTHORISED, "nobody asks")
    return cast(R, answer())


def _note(tx: Tx, principal: Principal, command: Command[Any], now: datetime) -> None:
    """Add what a person has changed to the audit log; what programs do stands in the messages and the ledger."""
    visit = principal.visit
    if visit is not None:
        what = (audits.action(command), audits.detail(command))
        audits.note(tx, now, (visit.user, visit.login), principal.account, what, principal.remote)
