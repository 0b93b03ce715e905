"""The composition root: plain constructor calls, no container. Tests call `build` with other arguments.

Parts start in order, unwind on failure and stop in reverse. The roles of the process say which of them there are.
"""

import asyncio
import socket
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any

import structlog
from starlette.routing import BaseRoute
from starlette.types import Receive, Scope, Send

from tolmach import __version__
from tolmach.api import health, tls
from tolmach.api.endpoints import every_endpoint
from tolmach.api.execution import Executor
from tolmach.api.listeners import Door, Listening
from tolmach.api.metrics import Metrics
from tolmach.api.northbound import Northbound
from tolmach.api.server import HttpServer
from tolmach.api.sockets import listen
from tolmach.connectors.client import CallbackClient, UnreachableError
from tolmach.connectors.tracing import OtelTraces, TracesMissingError, open_traces
from tolmach.core.accounts import Login
from tolmach.core.clock import Clock
from tolmach.core.content import Channel
from tolmach.core.errors import RequestError
from tolmach.core.moments import to_ms
from tolmach.core.ports import Connector
from tolmach.core.processes import Process
from tolmach.core.roles import LISTENING, SENDING, ProcessRole
from tolmach.dialects.contract import Endpoint
from tolmach.dialects.prontosms.push import StatusPush
from tolmach.fronts.back import Back
from tolmach.gateway import parts
from tolmach.gateway.carriers import Carriers
from tolmach.gateway.composition import NotReadyError, check_composition
from tolmach.gateway.membership import Membership, own_name
from tolmach.gateway.pages import Handset, Rooms, pages
from tolmach.gateway.ringing import Ringing
from tolmach.gateway.sole import sole_gateway
from tolmach.gateway.upkeep import Housekeeping
from tolmach.sandbox.carrier import SandboxCarrier
from tolmach.sandbox.phones import Phones
from tolmach.sandbox.replies import Replies
from tolmach.sandbox.smsc import Smsc
from tolmach.services.access import Access, confirm
from tolmach.services.backlogs import Backlogs
from tolmach.services.callbacktrials import CallbackTrials
from tolmach.services.catalogue import Catalogue
from tolmach.services.configuration import described
from tolmach.services.delivery import LEASE, Delivery
from tolmach.services.dispatch import Dispatcher
from tolmach.services.entrance import Entrance
from tolmach.services.files import Files
from tolmach.services.imports import Imports
from tolmach.services.inbox import Inbox
from tolmach.services.installation import Installation
from tolmach.services.notices import MARGIN, Notices
from tolmach.services.paces import Paces
from tolmach.services.reception import Reception
from tolmach.settings import Settings
from tolmach.store import migrate, queue
from tolmach.store.archive import FormMissingError, open_archive
from tolmach.store.database import Database
from tolmach.store.folder import Folder
from tolmach.store.queue import Kind
from tolmach.web.assets import NotBuiltError
from tolmach.wire import WireRequest, WireResponse
from tolmach.workers.backlogs import BacklogsWorker
from tolmach.workers.callbacks import CallbacksWorker
from tolmach.workers.clock import SystemClock, WitnessClock
from tolmach.workers.duties import Duties
from tolmach.workers.fleet import Fleet
from tolmach.workers.health import HealthWorker
from tolmach.workers.intake import IntakeWorker
from tolmach.workers.leases import Leases
from tolmach.workers.readiness import Readiness
from tolmach.workers.receipts import ReceiptsWorker
from tolmach.workers.retention import RetentionWorker
from tolmach.workers.submit import SubmitWorker

log = structlog.get_logger()

# one claims and settles while the other's batch is with the carrier; the last two channels are seldom used
SUBMIT_LOOPS = {Channel.SMS: 2, Channel.VIBER: 2, Channel.WHATSAPP: 1, Channel.VK: 1}


def build(
    settings: Settings,
    *,
    clock: Clock | None = None,
    connectors: Sequence[Connector] | None = None,
    membership: Membership | None = None,
) -> "Gateway":
    """Return a gateway that is ready to `Gateway.run`.

    ``connectors`` replace the links that the settings name, ``membership`` is that of a process of several. Raises
    `NotReadyError`.
    """
    check_composition(settings)
    if not migrate.is_current(settings.database):
        raise NotReadyError(f"{settings.database} lacks migrations: run `tolmach migrate`")
    try:
        return Gateway(settings, WitnessClock(clock or SystemClock()), connectors, membership or Membership())
    except (NotBuiltError, FormMissingError, TracesMissingError) as error:
        raise NotReadyError(str(error)) from None


class Gateway:
    """One process over one database: everything, or what its roles name."""

    def __init__(
        self, settings: Settings, clock: WitnessClock, connectors: Sequence[Connector] | None, membership: Membership
    ) -> None:
        self.settings = settings
        self.clock = clock
        self.process = _process(settings.every_role, membership, clock)
        self._membership = membership
        self.database = Database(settings.database)
        self.catalogue = Catalogue(settings.moderation.policy)
        self.delivery = Delivery(self.catalogue, settings.grace_period)
        self.ringing = Ringing(self.database, self.process.name)
        self.accepted, self.told = self.ringing.accepted, self.ringing.told
        self.carriers = Carriers(settings, self.database, self.delivery, clock, self.ringing.ring)
        self.links = self.carriers.board
        self.intake = IntakeWorker(self.database, self.catalogue, clock, self.accepted, self.links.tally)
        self.backlogs = self.intake.backlogs = Backlogs(settings.limits.backlogs, self.carriers.bounds)
        self.inbox = Inbox(self.catalogue, self.delivery, settings.inbox.policy)
        self.receipts = self._receipts()
        self.phones = self._phones() if connectors is None else None
        self.replies = Replies(self.phones) if self.phones else None
        self.links.current = tuple(self._links() if connectors is None else connectors)
        self.carriers.arrange()
        self.readiness = Readiness(self.database, self.links, clock)
        self.metrics = self._metrics()
        self.metrics_address: tuple[str, int] | None = None
        self.fleet = self._fleet()
        self.files = Files(Folder(settings.files_folder), settings.files.limit, settings.files.account_limit)
        self.imports = Imports(Folder(settings.imports_folder))
        self.access = Access(self.database, clock, wrong_passwords=settings.access.wrong_passwords)
        dispatcher = self._dispatcher()
        self.executor = Executor(
            self.access, dispatcher, Paces(self.database), settings.request_limits, self.links.tally
        )
        self.northbound = Northbound(self._endpoints(), self.executor, settings.request_limits)
        self.traces = self._traces()
        self.reception = self._reception(dispatcher)
        self.retention = self._retention()
        self.smsc = self._smsc()
        self.duties = Duties(self._housekeeping().works(self.roles))
        self.leases = Leases(self.database, self.process, self.duties, self.fleet, clock)
        self.ringing.connect(self.leases, self.fleet)
        self.pages = self._pages()
        self._workers: dict[str, parts.Part] = {}
        self._stopping = asyncio.Event()
        self._listening: Listening | None = None

    @property
    def name(self) -> str:
        """What this process is called among those of the gateway."""
        return self.process.name

    @property
    def roles(self) -> frozenset[ProcessRole]:
        """What this process does."""
        return self.settings.every_role

    def _dispatcher(self) -> Dispatcher:
        dispatcher = Dispatcher(self.database, self.catalogue, self.delivery, self.intake, self.clock)
        dispatcher.keep(self.files, self.imports)
        dispatcher.changed = self.ringing.changed
        return dispatcher

    def _endpoints(self) -> Sequence[Endpoint[Any]]:
        return every_endpoint() if ProcessRole.API in self.roles else ()

    def _reception(self, dispatcher: Dispatcher) -> Reception:
        reception = Reception(self.database, dispatcher, self.catalogue, self.delivery, self.clock)
        reception.installation = Installation(
            self.carriers.known,
            described(self.settings),
            self.files.folder,
            configured=frozenset(link.name for link in self.settings.links),
            check_link=self.carriers.check,
            admit_host=self.carriers.admit,
            private_links=self.settings.web.private_links,
            backlogs=self.backlogs,
        )
        reception.changed = self.ringing.changed
        reception.trials = CallbackTrials(StatusPush(), self._post, UnreachableError, self.clock)
        return reception

    def _receipts(self) -> ReceiptsWorker:
        worker = ReceiptsWorker(self.database, self.delivery, self.inbox, self.clock, self.accepted, self.told)
        worker.tally = self.links.tally
        return worker

    def _traces(self) -> OtelTraces | None:
        """Begin to record traces, where the settings ask for it; TracesMissingError."""
        asked = self.settings.traces
        if not asked.enabled:
            return None
        traces = open_traces(__version__, self.process.name, join=asked.join)
        self.northbound.traces = self.intake.traces = self.receipts.traces = traces
        self.delivery.traced = True
        return traces

    def _retention(self) -> RetentionWorker:
        archive = open_archive(self.settings.archive_folder, self.settings.retention.archive)
        return RetentionWorker(self.database, self.settings.retention.rules, archive, self.clock)

    def _fleet(self) -> Fleet:
        shared = self.database.place.shared
        return Fleet(self.database, self.links, self.carriers.added, self.carriers.arrange, shared=shared)

    def _links(self) -> Sequence[Connector]:
        links = self.carriers.configured()
        if self.phones:
            links.append(SandboxCarrier(self.phones, self.clock, self.settings.sandbox.delay, replies=self.replies))
        return links

    def _housekeeping(self) -> Housekeeping:
        return Housekeeping(
            self.process.name,
            self.database,
            self.catalogue,
            self.delivery,
            self.inbox,
            self.files,
            self.imports,
            self.retention,
            self.clock,
            self.accepted,
            self.told,
            self.settings.finance.close_days,
        )

    async def _post(self, request: WireRequest) -> WireResponse:
        """Try a customer's address; UnreachableError."""
        told = self.settings.callbacks
        async with CallbackClient(timeout=told.timeout, allow_private=told.allow_private) as client:
            return await client.send(request)

    def _phones(self) -> Phones | None:
        settings = self.settings
        return Phones(settings.sandbox_database, self.clock) if settings.sandbox.enabled else None

    def _smsc(self) -> Smsc | None:
        if self.phones is None or self.settings.sandbox.smpp_port is None:
            return None
        smsc = Smsc(self.phones, self.clock, self._may_bind, delay=self.settings.sandbox.delay)
        if self.replies:
            self.replies.smsc = smsc
        return smsc

    async def _may_bind(self, system_id: str, password: str, remote: str) -> bool:
        """Tell whether an account's login and password open the sandbox's SMSC from this address."""
        try:
            principal = await self.access.enter(Login(system_id, password), remote, open_to_blocked=False)
            await self.database.read(lambda tx: confirm(tx, self.catalogue.at(tx), principal))
        except RequestError:
            return False
        return True

    def _pages(self) -> Any:
        handset = Handset(self.phones, self.replies, self.smsc) if self.phones and self.replies else None
        rooms = Rooms(
            Entrance(self.database, self.clock),
            self.reception,
            self.carriers,
            self.clock,
            self.settings.web,
            handset,
        )
        return pages(self.roles, self._health(), rooms)

    def _metrics(self) -> Metrics:
        metrics = Metrics(self.database, self.links, self.links.tally, self.clock, self.process)
        metrics.health, metrics.checks = self._health(), self.problems
        metrics.backlogs = self.backlogs if self.roles & SENDING else None
        return metrics

    def _health(self) -> list[BaseRoute]:
        return health.routes(self.problems, lambda: self.readiness.warnings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer an ASGI request as the first listener does: every dialect by its paths, everything else by pages."""
        await Door(self.settings.every_listener[0], self.northbound, self.pages)(scope, receive, send)

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
            "database": self.readiness.database,
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
            if self.traces is not None:
                stack.push_async_callback(asyncio.to_thread, self.traces.close)
            if self.phones:
                stack.callback(self.phones.close)
            if self.roles & LISTENING and self._membership.line is None:
                self._listening = Listening(self.settings.every_listener, self._membership.sockets)
                stack.callback(self._listening.close)
            metrics = self._bind_metrics(stack)  # what cannot be listened on is told before any work is begun
            await self._start_workers(stack)
            await self._start_smsc(stack)
            servers = self._listening.servers(self.northbound, self.pages) if self._listening else ()
            serving = [await self._start_server(stack, server) for server in servers]
            if metrics is not None:
                serving.append(await self._start_server(stack, HttpServer(self.metrics, metrics)))
            self._start_back(stack)
            if self._listening:
                log.debug("listening", addresses=self.urls)
            if ready is not None:
                ready(self)
            await parts.watch([*self._workers.values(), *serving], self._stopping)
            log.debug("stopping")

    async def _start_server(self, stack: AsyncExitStack, server: HttpServer) -> parts.Part:
        serving = await parts.serve(stack, server)
        if self.phones:
            stack.callback(self.phones.hang_up)  # else the pages that watch them would not end
        return serving

    def _start_back(self, stack: AsyncExitStack) -> None:
        """Answer fronts, if there are any."""
        known = self._membership.line
        if known is not None:
            back = Back(known.hears, self.executor, self.pages)
            stack.push_async_callback(back.stop)
            if self.phones:
                stack.callback(self.phones.hang_up)
            back.start()

    def _bind_metrics(self, stack: AsyncExitStack) -> socket.socket | None:
        where = self.settings.metrics_address
        if where is None:
            return None
        host, port = where
        bound = listen(host, port + self._membership.number if port else 0, "the setting metrics")
        stack.callback(bound.close)
        self.metrics_address = bound.getsockname()[:2]
        return bound

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
        """Start what works; in the order in which it must not end, because that is reversed."""
        if not self.database.place.shared:
            stack.enter_context(sole_gateway(self.settings.data))
            await self.database.write(self._take_over)
        if ProcessRole.CALLBACKS in self.roles:
            await self._start_callbacks(stack)
        self._start(stack, "receipts", self.receipts.run())
        await self._start_carriers(stack)
        self._start(stack, "readiness", self.readiness.run())
        if self._listening and self._listening.certificates:
            self._start(stack, "certificates", tls.watch(self._listening.certificates, self.clock))
        if self.roles & SENDING:
            counting = BacklogsWorker(self.database, self.backlogs, self.clock, self.catalogue)
            counting.pause = lambda: self.ringing.wakeups.pause
            self._start(stack, "backlogs", counting.run())
            self._start(stack, "intake", self.intake.run())

    async def _start_callbacks(self, stack: AsyncExitStack) -> None:
        told = self.settings.callbacks
        delays = [timedelta(seconds=delay) for delay in told.delays]
        client = await stack.enter_async_context(CallbackClient(timeout=told.timeout, allow_private=told.allow_private))
        lease = timedelta(seconds=told.timeout) + MARGIN
        recent = self.delivery.recent
        notices = Notices(self.catalogue, delays, unconfirmed=told.unconfirmed, lease=lease, recent=recent)
        worker = CallbacksWorker(self.database, notices, StatusPush(), client, self.clock, self.links.tally)
        worker.pause = lambda: self.ringing.wakeups.pause
        worker.traces = self.traces
        self._start(stack, "callbacks", worker.run(self.told))

    async def _start_carriers(self, stack: AsyncExitStack) -> None:
        """Start the links and what hands messages to them, and what is done once."""
        shared, carries = self.database.place.shared, ProcessRole.SUBMIT in self.roles
        if carries:
            await self.database.write(self.carriers.adopt_rules)
        health_of_links = HealthWorker(self.database, self.links, self.clock, self.process.name if shared else "")
        self.ringing.heed(health_of_links)
        self.fleet.stays = health_of_links.hold_soon
        await health_of_links.hold()  # before anything is sent
        self._start(stack, "links", self.fleet.run(self.receipts.take))
        if shared:
            self._start(stack, "wake-ups", self.ringing.wakeups.run())
            await self.leases.bury(self._membership.dead)
            self._start(stack, "leases", self.leases.run())
        else:
            for name, work in self.duties.works.items():
                self._start(stack, name, work())
        if carries:
            self._start(stack, "health", health_of_links.run())
            submits = {worker: self._start(stack, title, work) for title, worker, work in self._submits()}
            stack.push_async_callback(self._finish, submits)

    def _submits(self) -> Sequence[tuple[str, SubmitWorker, Coroutine[Any, Any, None]]]:
        found: list[tuple[str, SubmitWorker, Coroutine[Any, Any, None]]] = []
        for channel, loops in SUBMIT_LOOPS.items():
            for number in range(loops):
                who = f"{self.process.name}-{channel}-{number}"
                worker = SubmitWorker(who, self.database, self.delivery, self.links, self.clock, channel)
                worker.planned = self.accepted.ring
                worker.traces = self.traces
                worker.pause = lambda: self.ringing.wakeups.pause
                found.append((f"submit {channel} {number}", worker, worker.run(self.accepted.of(channel), self.told)))
        return found

    def _take_over(self, tx: Any) -> None:
        """What an earlier process had claimed is due again: nobody else works on this database."""
        now = int(self.clock.now().timestamp() * 1000)
        for kind in Kind:
            queue.release_leases(tx, kind, now)

    async def _finish(self, submits: Mapping[SubmitWorker, parts.Part]) -> None:
        """Let the submit loops store the answers that are still out, so that nothing is sent again after a restart."""
        for submit in submits:
            submit.stop()
        for _ in submits:
            self.accepted.ring_here()
        await asyncio.wait(submits.values(), timeout=LEASE.total_seconds())

    def _start(self, stack: AsyncExitStack, name: str, work: Coroutine[Any, Any, None]) -> parts.Part:
        task = self._workers[name] = parts.start(stack, name, work)
        return task


def _process(roles: frozenset[ProcessRole], membership: Membership, clock: Clock) -> Process:
    return Process(own_name(), roles, to_ms(clock.now()), __version__, membership.of)
