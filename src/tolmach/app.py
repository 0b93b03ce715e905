"""The composition root: plain constructor calls, no container. Tests call `build` with other arguments.

Parts start in order, unwind on failure and stop in reverse.
"""

import asyncio
import fcntl
import os
import secrets
import socket
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import AsyncExitStack, suppress
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import orjson
import structlog
from starlette.applications import Starlette
from starlette.routing import BaseRoute
from starlette.types import Receive, Scope, Send

from tolmach.api import front, health, hooks, tls
from tolmach.api.listeners import Door, Listening
from tolmach.api.metrics import Metrics
from tolmach.api.northbound import Northbound
from tolmach.api.server import HttpServer, listen
from tolmach.connectors.client import CallbackClient, UnreachableError
from tolmach.connectors.http import HttpConnector
from tolmach.connectors.smpp import SmppConnector
from tolmach.core.accounts import Login
from tolmach.core.clock import Clock
from tolmach.core.content import Channel
from tolmach.core.errors import RequestError
from tolmach.core.http_links import SERIES
from tolmach.core.links import SmppLink, check_names
from tolmach.core.ports import Connector
from tolmach.dialects import mobilgroup, prontosms, smspager, targetsms
from tolmach.dialects.prontosms.push import StatusPush
from tolmach.sandbox import page, reply_api, smsc_api
from tolmach.sandbox.carrier import SandboxCarrier
from tolmach.sandbox.phones import Phones
from tolmach.sandbox.replies import Replies
from tolmach.sandbox.smsc import Smsc
from tolmach.services import rematching
from tolmach.services.access import Access, confirm
from tolmach.services.backlogs import Backlogs
from tolmach.services.books import StoredBooks
from tolmach.services.callbacktrials import CallbackTrials
from tolmach.services.catalogue import Catalogue
from tolmach.services.configuration import described
from tolmach.services.delivery import LEASE, Delivery
from tolmach.services.dispatch import Dispatcher
from tolmach.services.entrance import Entrance
from tolmach.services.files import Files
from tolmach.services.imports import Imports
from tolmach.services.inbox import Inbox
from tolmach.services.installation import Installation, KnownLink
from tolmach.services.notices import Notices
from tolmach.services.progress import Effects
from tolmach.services.reception import Reception
from tolmach.settings import AnyLink, Settings, read_link
from tolmach.store import migrate, queue
from tolmach.store.archive import FormMissingError, open_archive
from tolmach.store.database import Database
from tolmach.store.folder import Folder
from tolmach.store.queue import Kind
from tolmach.web.assets import NotBuiltError
from tolmach.web.door import door
from tolmach.web.site import Site
from tolmach.wire import WireRequest, WireResponse
from tolmach.workers.backlogs import BacklogsWorker
from tolmach.workers.bell import Bell, Bells, announce
from tolmach.workers.birthdays import BirthdaysWorker
from tolmach.workers.callbacks import CallbacksWorker
from tolmach.workers.clock import SystemClock
from tolmach.workers.days import DaysWorker
from tolmach.workers.files import FilesWorker
from tolmach.workers.fleet import Fleet
from tolmach.workers.health import HealthWorker
from tolmach.workers.imports import ImportsWorker
from tolmach.workers.inbox import InboxWorker
from tolmach.workers.intake import IntakeWorker
from tolmach.workers.links import Links
from tolmach.workers.moderation import ModerationWorker
from tolmach.workers.partitions import PartitionWorker
from tolmach.workers.readiness import Readiness
from tolmach.workers.receipts import ReceiptsWorker
from tolmach.workers.retention import RetentionWorker
from tolmach.workers.submit import SubmitWorker
from tolmach.workers.tally import Tally
from tolmach.workers.upkeep import UpkeepWorker

log = structlog.get_logger()

# one claims and settles while the other's batch is with the carrier; the last two channels are seldom used
SUBMIT_LOOPS = {Channel.SMS: 2, Channel.VIBER: 2, Channel.WHATSAPP: 1, Channel.VK: 1}


class NotReadyError(Exception):
    """The gateway cannot start; the text tells the operator why and what to do."""


def build(
    settings: Settings, *, clock: Clock | None = None, connectors: Sequence[Connector] | None = None
) -> "Gateway":
    """Return a gateway that is ready to `Gateway.run`.

    ``connectors`` replace the links that the settings name. Raises `NotReadyError`.
    """
    if not migrate.is_current(settings.database):
        raise NotReadyError(f"{settings.database} lacks migrations: run `tolmach migrate`")
    try:
        return Gateway(settings, clock or SystemClock(), connectors)
    except (NotBuiltError, FormMissingError) as error:
        raise NotReadyError(str(error)) from None


class Gateway:
    """Everything in one process over one database."""

    def __init__(self, settings: Settings, clock: Clock, connectors: Sequence[Connector] | None) -> None:
        self.settings = settings
        self.clock = clock
        self.database = Database(settings.database)
        self.catalogue = Catalogue(lambda: self.database.failed_commits, settings.moderation.policy)
        self.delivery = Delivery(self.catalogue, settings.grace_period)
        self.accepted, self.told = Bells(), Bell()
        tally = Tally()
        self.intake = IntakeWorker(self.database, self.catalogue, clock, self.accepted, tally)
        self.backlogs = self.intake.backlogs = Backlogs(settings.limits.backlogs)
        self.inbox = Inbox(self.catalogue, self.delivery, settings.inbox.policy)
        self.receipts = ReceiptsWorker(self.database, self.delivery, self.inbox, clock, self.accepted, self.told)
        self.receipts.tally = tally
        self.phones = (
            Phones(settings.sandbox_database, self.clock) if settings.sandbox.enabled and connectors is None else None
        )
        self.replies = Replies(self.phones) if self.phones else None
        self.links = Links(self._links(connectors), clock)
        self.links.tally = tally
        self.readiness = Readiness(self.database, self.links, clock)
        self.metrics = Metrics(self.database, self.links, tally, clock)
        self.metrics_address: tuple[str, int] | None = None
        self.fleet = Fleet(self.database, self.links, self._added, self._arrange)
        self._arrange()
        dispatcher = Dispatcher(self.database, self.catalogue, self.delivery, self.intake, clock)
        self.files = Files(Folder(settings.files_folder), settings.files.limit, settings.files.account_limit)
        self.imports = Imports(Folder(settings.imports_folder))
        dispatcher.keep(self.files, self.imports)
        endpoints = [e for d in (prontosms, targetsms, smspager, mobilgroup) for e in d.endpoints()]
        self.access = Access(self.database, clock, wrong_passwords=settings.access.wrong_passwords)
        self.northbound = Northbound(endpoints, self.access, dispatcher, settings.request_limits)
        self.retention = RetentionWorker(
            self.database,
            settings.retention.rules,
            open_archive(settings.archive_folder, settings.retention.archive),
            clock,
        )
        self.smsc = self._smsc()
        if self.replies:
            self.replies.smsc = self.smsc
        self.reception = Reception(self.database, dispatcher, self.catalogue, self.delivery, clock)
        self.reception.installation = self._installation()
        self.reception.trials = CallbackTrials(StatusPush(), self._post, UnreachableError, clock)
        self.pages = Starlette(routes=self._routes())
        self._workers: dict[str, asyncio.Task[None]] = {}
        self._stopping = asyncio.Event()
        self._door = Door(settings.every_listener[0], self.northbound, self.pages)
        self._listening: Listening | None = None

    def _links(self, connectors: Sequence[Connector] | None) -> Sequence[Connector]:
        if connectors is not None:
            return connectors
        links = [self._link(link) for link in self.settings.links]
        if self.phones:
            links.append(SandboxCarrier(self.phones, self.clock, self.settings.sandbox.delay, replies=self.replies))
        return links

    def _arrange(self) -> None:
        """Leave the sandbox what no real link carries: a real SMS must not end on a virtual phone."""
        real = [link for link in self.links.current if not isinstance(link, SandboxCarrier)]
        taken = {Channel.SMS, *(channel for link in real for channel in link.channels)} if real else set()
        for link in self.links.current:
            if isinstance(link, SandboxCarrier):
                link.channels = frozenset(Channel) - taken

    async def _added(self, definition: str) -> Connector:
        """Return the connector of a link that was added; ValueError when it cannot be."""
        link = read_link(orjson.loads(definition))
        check_names([*self.settings.links, link])
        if isinstance(link, SmppLink):
            rules = {link.name: link.ids}
            await self.database.write(lambda tx: rematching.adopt(tx, self.delivery, rules, self.clock.now()))
        return self._link(link)

    def _installation(self) -> Installation:
        """Return what the desk shows of the gateway itself."""
        configured = {link.name: link for link in self.settings.links}

        def known(name: str) -> KnownLink:
            link = configured.get(name)
            if link is None:
                return KnownLink(name)
            to = f"{link.host}:{link.port}" if isinstance(link, SmppLink) else urlsplit(link.url).hostname or ""
            return KnownLink(name, link.type, to)

        return Installation(
            lambda: [known(link.name) for link in self.links.current], described(self.settings), self.files.folder
        )

    async def _post(self, request: WireRequest) -> WireResponse:
        """Try a customer's address; UnreachableError."""
        told = self.settings.callbacks
        async with CallbackClient(timeout=told.timeout, allow_private=told.allow_private) as client:
            return await client.send(request)

    def _hooked(self, name: str) -> HttpConnector | None:
        return next((one for one in self.links.current if one.name == name and isinstance(one, HttpConnector)), None)

    def _link(self, link: AnyLink) -> Connector:
        if isinstance(link, SmppLink):
            return SmppConnector(link, self.clock)
        drawn = SERIES[0] + secrets.randbelow(SERIES[1] - SERIES[0])
        books = StoredBooks(self.database, self.delivery, self.clock, drawn, self._ring)
        return HttpConnector(link, self.clock, books, self.settings.grace_period)

    def _ring(self, effects: Effects) -> None:
        announce(effects, self.accepted, self.told)

    def _smsc(self) -> Smsc | None:
        if self.phones is None or self.settings.sandbox.smpp_port is None:
            return None
        return Smsc(self.phones, self.clock, self._may_bind, delay=self.settings.sandbox.delay)

    async def _may_bind(self, system_id: str, password: str, remote: str) -> bool:
        """Tell whether an account's login and password open the sandbox's SMSC from this address."""
        try:
            principal = await self.access.enter(Login(system_id, password), remote, open_to_blocked=False)
            await self.database.read(lambda tx: confirm(tx, self.catalogue.at(tx), principal))
        except RequestError:
            return False
        return True

    def _routes(self) -> list[BaseRoute]:
        places = {"/xml/": "ProntoSMS and TargetSMS", "/send.xml": "SMS-Pager", "/extxml.php": "Mobilgroup"}
        places["/health/ready"] = "is it ready to take messages?"
        places["/cabinet/"] = "the cabinet, for people"
        if self.phones:
            places["/sandbox/"] = "the virtual phones"
        routes = health.routes(self.problems, lambda: self.readiness.warnings)
        routes += front.routes(places, home="/cabinet/")
        entrance = Entrance(self.database, self.clock)
        site = Site(entrance, self.reception, self.clock, always_secure=self.settings.web.behind_tls)
        routes += door(site)
        routes += hooks.routes(self._hooked)
        if self.smsc:
            routes += smsc_api.routes(self.smsc)
        if self.phones and self.replies:
            routes += page.routes(self.phones, site, smsc=self.smsc is not None, replies=True)
            routes += reply_api.routes(self.replies, self.clock)
        return routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer an ASGI request as the first listener does: every dialect by its paths, everything else by pages."""
        await self._door(scope, receive, send)

    @property
    def address(self) -> tuple[str, int]:
        """Host and port of the first listener."""
        return self._listening.addresses[0] if self._listening else ("", 0)

    @property
    def url(self) -> str:
        """The address of the first listener."""
        return self.urls[0]

    @property
    def urls(self) -> Sequence[str]:
        """The addresses that it listens on: host and port of the settings, then the other listeners."""
        return self._listening.urls if self._listening else ("",)

    def problems(self) -> dict[str, str | None]:
        """Return what stands in the way of taking messages, by check."""
        stopped = [name for name, task in self._workers.items() if task.done()]
        missing = "not running" if not self._workers else f"stopped: {', '.join(stopped)}" if stopped else None
        return {
            "migrations": None,
            "workers": missing,
            "queue": self.readiness.problem,
        }  # without migrations `build` refuses to start

    def stop(self) -> None:
        """End `run`."""
        self._stopping.set()

    def reload(self) -> None:
        """Take certificates that have changed; new connections get them."""
        for certificate in self._listening.certificates if self._listening else ():
            certificate.refresh()

    async def run(self, ready: Callable[["Gateway"], None] | None = None) -> None:
        """Serve until `stop`; ``ready`` is called once connections are accepted. Raises when a part fails."""
        async with AsyncExitStack() as stack:
            stack.callback(self.database.close)
            if self.phones:
                stack.callback(self.phones.close)
            self._listening = Listening(self.settings.every_listener)
            stack.callback(self._listening.close)
            await self._start_workers(stack)
            await self._start_smsc(stack)
            serving = [
                await self._start_server(stack, server)
                for server in self._listening.servers(self.northbound, self.pages)
            ]
            serving += await self._start_metrics(stack)
            log.debug("listening", addresses=self.urls)
            if ready is not None:
                ready(self)
            await self._watch(serving)
            log.debug("stopping")

    async def _start_server(self, stack: AsyncExitStack, server: HttpServer) -> "asyncio.Task[None]":
        serving = asyncio.create_task(server.run_until_stopped(), name="http")
        stack.push_async_callback(self._stop_server, server, serving)
        await server.listening.wait()
        return serving

    async def _start_metrics(self, stack: AsyncExitStack) -> "list[asyncio.Task[None]]":
        where = self.settings.metrics_address
        if where is None:
            return []
        bound = listen(*where)
        stack.callback(bound.close)
        self.metrics_address = bound.getsockname()[:2]
        return [await self._start_server(stack, HttpServer(self.metrics, bound))]

    async def _start_smsc(self, stack: AsyncExitStack) -> None:
        """Start the sandbox's SMSC; the gateway goes on without it when its port is taken."""
        port = self.settings.sandbox.smpp_port
        if self.smsc is None or port is None:
            return
        try:
            await self.smsc.start(self.settings.host, port)
        except OSError as error:
            log.error("sandbox-smpp-port-taken", host=self.settings.host, port=port, error=error.strerror or str(error))
        else:
            stack.push_async_callback(self.smsc.stop)

    async def _start_workers(self, stack: AsyncExitStack) -> None:
        stack.enter_context(_sole_gateway(self.settings))
        if not stack.enter_context(self.database.place.alone()):
            raise NotReadyError(f"another gateway already works on {self.database.place}")
        await self.database.write(self._take_over)
        await self.database.write(self._adopt_rules)
        name = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(3)}"
        delays = [timedelta(seconds=delay) for delay in self.settings.callbacks.delays]
        client = await stack.enter_async_context(
            CallbackClient(timeout=self.settings.callbacks.timeout, allow_private=self.settings.callbacks.allow_private)
        )
        told = CallbacksWorker(
            self.database, Notices(self.catalogue, delays), StatusPush(), client, self.clock, self.links.tally
        )
        upkeep = UpkeepWorker(name, self.database, self.delivery, self.clock, self.accepted, self.told)
        health_of_links = HealthWorker(self.database, self.links, self.clock)
        await health_of_links.hold()  # before anything is sent
        self._start(stack, "callbacks", told.run(self.told))
        self._start(stack, "receipts", self.receipts.run())
        self._start(stack, "links", self.fleet.run(self.receipts.take))
        submits: dict[SubmitWorker, asyncio.Task[None]] = {}
        for channel, loops in SUBMIT_LOOPS.items():
            for number in range(loops):
                who = f"{name}-{channel}-{number}"
                submit = SubmitWorker(who, self.database, self.delivery, self.links, self.clock, channel)
                work = submit.run(self.accepted.of(channel), self.told)
                submits[submit] = self._start(stack, f"submit {channel} {number}", work)
        stack.push_async_callback(self._finish, submits)
        birthdays = BirthdaysWorker(self.database, self.catalogue, self.clock, self.accepted)
        moderation = ModerationWorker(name, self.database, self.delivery, self.clock, self.accepted, self.told)
        self._start(stack, "files", FilesWorker(self.database, self.files, self.clock).run())
        self._start(stack, "imports", ImportsWorker(self.database, self.imports, self.clock).run())
        self._start(stack, "inbox", InboxWorker(self.database, self.inbox, self.clock).run())
        self._start(stack, "moderation", moderation.run())
        self._start(stack, "upkeep", upkeep.run())
        self._start(stack, "retention", self.retention.run())
        self._start(stack, "partitions", PartitionWorker(self.database).run())
        self._start(stack, "backlogs", BacklogsWorker(self.database, self.backlogs, self.clock).run())
        if self.settings.finance.close_days:
            self._start(stack, "days", DaysWorker(self.database, self.clock).run())
        self._start(stack, "health", health_of_links.run())
        self._start(stack, "readiness", self.readiness.run())
        self._start(stack, "birthdays", birthdays.run())
        if self._listening and self._listening.certificates:
            self._start(stack, "certificates", tls.watch(self._listening.certificates, self.clock))
        self._start(stack, "intake", self.intake.run())

    def _take_over(self, tx: Any) -> None:
        """What an earlier process had claimed is due again: nobody else works on this database."""
        now = int(self.clock.now().timestamp() * 1000)
        for kind in Kind:
            queue.release_leases(tx, kind, now)

    def _adopt_rules(self, tx: Any) -> None:
        """Match kept receipts anew where the settings now say how a carrier writes its ids."""
        rules = {link.name: link.ids for link in self.settings.links if isinstance(link, SmppLink)}
        matched, _ = rematching.adopt(tx, self.delivery, rules, self.clock.now())
        if matched:
            log.info("kept receipts match by the new rules", count=matched)

    async def _finish(self, submits: Mapping[SubmitWorker, asyncio.Task[None]]) -> None:
        """Let the submit loops store the answers that are still out, so that nothing is sent again after a restart."""
        for submit in submits:
            submit.stop()
        for _ in submits:
            self.accepted.ring()
        await asyncio.wait(submits.values(), timeout=LEASE.total_seconds())

    def _start(self, stack: AsyncExitStack, name: str, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work, name=name)
        self._workers[name] = task
        stack.push_async_callback(_cancel, task)
        return task

    async def _stop_server(self, server: HttpServer, serving: asyncio.Task[None]) -> None:
        if self.phones:
            self.phones.hang_up()
        server.stop()
        with suppress(asyncio.CancelledError):
            await serving

    async def _watch(self, serving: Sequence[asyncio.Task[None]]) -> None:
        """Return on `stop`; raise when a part ends that should not."""
        stopping = asyncio.create_task(self._stopping.wait())
        parts = [*self._workers.values(), *serving]
        try:
            await asyncio.wait([*parts, stopping], return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopping.cancel()
        for part in parts:
            if part.done() and not self._stopping.is_set():
                log.error("a part of the gateway has ended", part=part.get_name())
                part.result()
                raise RuntimeError(f"{part.get_name()} has ended")


async def _cancel(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


class _sole_gateway:  # noqa: N801 - used as a context manager, like `suppress`
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
