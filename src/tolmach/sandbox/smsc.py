"""An SMSC for any SMPP 3.4 client: what is submitted arrives on the virtual phones, receipts come back."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

import structlog

from tolmach.codecs.smpp import time as smpp_time
from tolmach.codecs.smpp.bodies import (
    Bind,
    CancelSm,
    CancelSmResp,
    QuerySm,
    QuerySmResp,
    ReplaceSm,
    ReplaceSmResp,
)
from tolmach.codecs.smpp.constants import MessageState, Status
from tolmach.core.clock import Clock
from tolmach.sandbox.faults import FaultBook, Faults, read_id, spell
from tolmach.sandbox.phones import Phones
from tolmach.sandbox.smsc_content import Submit
from tolmach.sandbox.smsc_desk import Desk
from tolmach.sandbox.smsc_link import Limits, Link
from tolmach.sandbox.smsc_message import Address, Known, Selection
from tolmach.sandbox.smsc_receipts import Mailbox
from tolmach.sandbox.smsc_tables import Tables
from tolmach.sandbox.storage import Storage, StorageError

MOST_SYSTEMS: Final = 1_000
GOODBYE: Final = 2.0
"""Seconds that clients have to answer our unbind when the SMSC stops."""

T = TypeVar("T")

# system id, password and remote address -> may it bind?
Authenticate = Callable[[str, str, str], Awaitable[bool]]

_ERRORS = {MessageState.UNDELIVERABLE: 1, MessageState.EXPIRED: 2, MessageState.DELETED: 3}
_log = structlog.get_logger(__name__)


async def anybody(_system: str, _password: str, _remote: str) -> bool:
    """Let everybody in."""
    return True


@dataclass(frozen=True, slots=True)
class _System:
    mailbox: Mailbox
    tally: "Counter[str]"


class Smsc:
    """The SMSC over ``phones``. ``delay``: seconds from submit to receipt."""

    def __init__(
        self,
        phones: Phones,
        clock: Clock,
        authenticate: Authenticate = anybody,
        *,
        delay: float = 0.2,
        limits: Limits | None = None,
        book: FaultBook | None = None,
    ) -> None:
        self.limits = limits or Limits()
        self.book = book or FaultBook()
        self.links: set[Link] = set()
        self.address: tuple[str, int] | None = None
        self._phones = phones
        self._clock = clock
        self._authenticate = authenticate
        self._delay = timedelta(seconds=delay)
        self._systems: dict[str, _System] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._left = asyncio.Event()
        phones.alarms.append(self._alarm)

    async def start(self, host: str, port: int) -> None:
        """Listen; port 0 takes a free one. Raises OSError when the address is taken, and StorageError."""
        self._tables = await self._phones.work(Tables)
        self._phones.handsets.reach.append(self._tables.held.release)
        self._desk = Desk(self._phones, self._tables, self._clock, self.book, self._delay)
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: Link(self, self._clock.now()), host, port, backlog=512)
        name = self._server.sockets[0].getsockname()
        self.address = (name[0], name[1])
        self._spawn(self._desk.run())

    async def stop(self) -> None:
        """Answer what was taken, unbind the clients, store what they acknowledged. Without `start` nothing."""
        if self.address is None:
            return
        self.address = None
        self._server.close()
        await self._desk.drained()
        for link in list(self.links):
            link.unbind()
        with suppress(TimeoutError):
            async with asyncio.timeout(GOODBYE):
                await self._gone()
        for link in list(self.links):
            link.cut()
        await self._gone()
        await self._end_tasks()
        for system in self._systems.values():
            with suppress(StorageError):  # what could not be stored comes once more
                await system.mailbox.settle()

    async def status(self) -> dict[str, object]:
        """Return sessions and counters as the API shows them; raises StorageError."""
        owed, waiting = await self._phones.work(lambda _: self._tables.counts()) if self.address else ({}, 0)
        return {
            "address": None if self.address is None else f"{self.address[0]}:{self.address[1]}",
            "sessions": [_session(link) for link in sorted(self.links, key=lambda each: each.since)],
            "systems": {name: _counters(name, one, owed) for name, one in sorted(self._systems.items())},
            "receipts_owed": sum(owed.values()),
            "parts_waiting": waiting,
        }

    async def write_back(self, message: int, recipient: str, text: str, now: datetime) -> bool:
        """Send what a phone's owner writes to the system that a message came from; StorageError.

        False when it came from no system, or the SMSC does not run.
        """
        if self.address is None:
            return False
        system = await self._phones.work(lambda _: self._tables.write_back(message, recipient, text, now))
        if system in self._systems:
            self._systems[system].mailbox.due_at(now)
        return system is not None

    # What connections say

    def opened(self, link: Link) -> bool:
        """Count a connection in, unless there are too many."""
        self.links.add(link)
        return len(self.links) <= self.limits.connections

    def bind(self, link: Link, request: Bind) -> None:
        """Look up who wants to bind, and answer."""
        self._spawn(self._admit(link, request))

    def submit(self, link: Link, sequence: int, body: Submit) -> None:
        """Hand a message to the desk."""
        self._desk.submit(link, sequence, body)

    def ask(self, link: Link, sequence: int, body: QuerySm | CancelSm | ReplaceSm) -> None:
        """Answer a question about a message."""
        link.answers.expect()
        self._spawn(self._answer(link, sequence, body))

    def ended(self, link: Link) -> None:
        """Count a connection out."""
        self.links.discard(link)
        if link.mailbox is not None:
            link.mailbox.leave(link)
        self._left.set()

    # Inside

    async def _admit(self, link: Link, request: Bind) -> None:
        faults = self.book.of(request.system_id)
        if faults.half_open:
            link.system = request.system_id  # falls silent before it is bound
            return
        try:
            known = await self._authenticate(request.system_id, request.password, link.remote)
        except Exception as error:
            _log.error("smsc-login-failed", system=request.system_id, error=repr(error))
            link.reject(Status.RSYSERR)
            return
        if not known:
            link.reject(Status.RINVPASWD)
        elif faults.refuse_bind is not None:
            link.reject(faults.refuse_bind)
        elif (system := self._system(request.system_id)) is None:
            link.reject(Status.RBINDFAIL)
        else:
            link.accept(request.system_id, system.mailbox, system.tally)

    def _system(self, name: str) -> _System | None:
        """Return what is kept of a system, from its first bind on; None for one too many."""
        if name not in self._systems:
            if len(self._systems) >= MOST_SYSTEMS:
                return None
            mailbox = Mailbox(name, self._phones, self._tables, self._clock, self.book)
            self._systems[name] = _System(mailbox, Counter())
            self._spawn(mailbox.run())
        return self._systems[name]

    async def _answer(self, link: Link, sequence: int, body: QuerySm | CancelSm | ReplaceSm) -> None:
        now, faults = self._clock.now(), link.faults
        answer: QuerySmResp | CancelSmResp | ReplaceSmResp
        match body:
            case QuerySm():
                answer, status = await self._query(link.system, body, faults, now)
            case CancelSm():
                answer, status = CancelSmResp(), await self._cancel(link, body, faults, now)
            case ReplaceSm():
                answer, status = ReplaceSmResp(), await self._replace(link.system, body, faults, now)
        link.respond(sequence, answer, status)
        link.answers.pending -= 1
        link.flush()

    async def _query(self, system: str, body: QuerySm, faults: Faults, now: datetime) -> tuple[QuerySmResp, int]:
        identifier = read_id(body.message_id, faults.response_ids)
        known: Known | Status | None = None
        if identifier is not None:
            known = await self._try(lambda _: self._tables.find(system, identifier, now))
        if isinstance(known, Status):
            return QuerySmResp("", "", 0, 0), known
        if identifier is None or known is None:
            return QuerySmResp("", "", 0, 0), Status.RINVMSGID
        final = smpp_time.encode_absolute(known.final) if known.final else ""
        spelt = spell(identifier, faults.response_ids)
        return QuerySmResp(spelt, final, int(known.state), _ERRORS.get(known.state, 0)), Status.ROK

    async def _cancel(self, link: Link, body: CancelSm, faults: Faults, now: datetime) -> int:
        identifier = read_id(body.message_id, faults.response_ids)
        if identifier is None and body.message_id:
            return Status.RINVMSGID
        source = Address(body.source_addr_ton, body.source_addr_npi, body.source_addr)
        recipient = Address(body.dest_addr_ton, body.dest_addr_npi, body.destination_addr)
        wanted = Selection(identifier, source, recipient, body.service_type)
        cancelled = await self._try(lambda _: self._tables.cancel(link.system, wanted, now))
        if isinstance(cancelled, Status) or not cancelled:
            return cancelled or Status.RCANCELFAIL
        self._phones.cleared()
        link.mailbox.due_at(now)
        return Status.ROK

    async def _replace(self, system: str, body: ReplaceSm, faults: Faults, now: datetime) -> int:
        """A message is on the phone as soon as it is answered, so there is never one left to replace."""
        identifier = read_id(body.message_id, faults.response_ids)
        if identifier is None:
            return Status.RINVMSGID
        known = await self._try(lambda _: self._tables.find(system, identifier, now))
        if isinstance(known, Status):
            return known
        return Status.RREPLACEFAIL if known else Status.RINVMSGID

    async def _try(self, task: Callable[[Storage], T]) -> T | Status:
        """Do a task on the storage; a command_status when the file fails."""
        try:
            return await self._phones.work(task)
        except StorageError as error:
            _log.error("smsc-storage-failed", error=str(error))
            return Status.RSYSERR

    def _alarm(self, due: datetime) -> None:
        for system in self._systems.values():
            system.mailbox.due_at(due)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _gone(self) -> None:
        while self.links:
            self._left.clear()
            await self._left.wait()

    async def _end_tasks(self) -> None:
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _session(link: Link) -> dict[str, object]:
    return {
        "system_id": link.system or None,
        "state": link.session.state.value,
        "remote": link.remote,
        "since": link.since.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "submits": link.submits,
        "unanswered_submits": link.answers.pending,
        "unanswered_receipts": link.session.in_flight,
        "silent": link.dead,
    }


def _counters(name: str, system: _System, owed: dict[str, int]) -> dict[str, int]:
    return {
        **{key: system.tally[key] for key in ("submits", "accepted", "refused")},
        "receipts_sent": system.mailbox.sent,
        "receipts_acknowledged": system.mailbox.acknowledged,
        "receipts_owed": owed.get(name, 0),
    }
