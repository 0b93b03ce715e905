"""``/metrics`` for Prometheus, on an address of its own. docs/operations/monitoring.md describes every metric.

What the process has done comes from its tally and its links; what there is comes from the database, which is asked at
most every five seconds, and takes at most a twentieth of a reading thread's time, however many scrape.
"""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import product
from typing import Final

import structlog
from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Router
from starlette.types import Receive, Scope, Send

from tolmach import __version__
from tolmach.api.health import Checks
from tolmach.core.accounts import DIALECTS
from tolmach.core.clock import Clock
from tolmach.core.condition import Condition
from tolmach.core.errors import Failure
from tolmach.core.moments import from_ms, to_ms
from tolmach.core.processes import Process
from tolmach.core.roles import written
from tolmach.core.traffic import channel_of, traffic_of
from tolmach.services.backlogs import Backlogs
from tolmach.store import stock
from tolmach.store.database import Database
from tolmach.store.stock import Stock
from tolmach.workers.health import condition
from tolmach.workers.links import Links
from tolmach.workers.tally import LAG_BOUNDS, OUTCOMES, Tally

FRESH: Final = timedelta(seconds=5)
SHARE: Final = 20  # counting may take a twentieth of the time
PATIENCE: Final = 5.0  # seconds that a scrape waits for the database; who scrapes waits ten
MONEY: Final = 10_000

log = structlog.get_logger(__name__)

_GAUGES: Final = (  # field of a condition, name, text; what is not known is left out
    ("up", "up", "Whether the link can carry messages now."),
    ("paused", "paused", "Whether an operator has paused it."),
    ("binds", "binds", "Connections that the link should have (SMPP)."),
    ("bound", "bound", "Connections that are bound (SMPP)."),
    ("window", "window", "Parts without an answer that all bound connections allow (SMPP)."),
    ("in_flight", "in_flight", "Parts (HTTP: messages) without an answer."),
    ("waiting", "waiting", "Parts that wait for their turn (HTTP: for a final status)."),
    ("doubtful", "doubtful", "Messages whose answer was lost and is being looked for (HTTP)."),
    ("throttled", "throttled", "Smoothed share of answers that asked to slow down, 0 to 1."),
    ("round_trip", "round_trip_seconds", "Smoothed time from a part to its answer."),
    ("possible", "possible_rate", "Window / round trip: parts per second that the window allows."),
    ("rate", "rate_limit", "Parts per second that the link allows itself now."),
    ("balance", "balance", "What the account at a provider has left."),
)


class Metrics(Collector):
    """The ASGI application, and the collector behind it."""

    def __init__(
        self, database: Database, board: Links, tally: Tally, clock: Clock, process: Process | None = None
    ) -> None:
        self._database = database
        self._board = board
        self._tally = tally
        self._clock = clock
        self._process = process or Process("")
        self.health: Sequence[BaseRoute] = ()
        """What is answered besides, so that a process that listens nowhere else can be asked how it fares."""
        self.checks: Checks = dict
        """What makes ``/health/ready`` red."""
        self.backlogs: Backlogs | None = None
        """What waits for the links, where this process counts it."""
        self._asking: asyncio.Task[None] | None = None
        self._cost = timedelta()
        self._taken: tuple[datetime, Stock] | None = None
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self._registry.register(self)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer ``GET /metrics``."""
        if scope["type"] != "http":
            return
        if scope["path"] == "/metrics":
            answer = await self._answer(Request(scope).headers.get("accept", ""))
            await answer(scope, receive, send)
        else:
            await Router(self.health)(scope, receive, send)

    async def _answer(self, accept: str) -> Response:
        try:
            await self._take_stock()
        except Exception:
            log.exception("metrics cannot read the database")  # what the process has done is told all the same
            self._taken = None
        encode, content_type = choose_encoder(accept)
        return Response(encode(self._registry), media_type=content_type)

    async def _take_stock(self) -> None:
        """Ask the database, if that is due, once for all who wait; what it does not answer in time comes later."""
        now = self._clock.now()
        if self._taken is not None and timedelta() <= now - self._taken[0] < max(FRESH, SHARE * self._cost):
            return
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._ask(now))
            self._asking.add_done_callback(_noticed)
        done, _ = await asyncio.wait([self._asking], timeout=PATIENCE)
        if not done:
            raise TimeoutError
        self._asking.result()

    async def _ask(self, now: datetime) -> None:
        loop = asyncio.get_running_loop()
        start = loop.time()
        self._taken = now, await self._database.read(lambda tx: stock.take(tx, to_ms(now)))
        self._cost = timedelta(seconds=loop.time() - start)

    def describe(self) -> Iterator[Metric]:
        """Return nothing: there are no others in the registry whose names could clash."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """Return every metric."""
        info = GaugeMetricFamily(
            "tolmach_info", "The version that runs, and what the process does.", labels=["version", "process", "roles"]
        )
        info.add_metric([__version__, self._process.name, written(self._process.roles)], 1)
        yield info
        failed = GaugeMetricFamily("tolmach_check_failed", "Whether a check of /health/ready fails.", labels=["check"])
        for name, problem in self.checks().items():
            failed.add_metric([name], problem is not None)
        yield failed
        here = {link.name: condition(link) for link in self._board.current if self._board.here(link.name)}
        yield from _links(here)
        if self.backlogs is not None:
            yield from _backlogs(self.backlogs)
        yield from _work(self._tally, here)
        if self._taken is not None:
            yield from _stock(self._taken[1], self._taken[0])


def _noticed(asking: "asyncio.Task[None]") -> None:
    """Look at what became of it, also where everybody has stopped to wait."""
    if not asking.cancelled():
        asking.exception()


def _links(found: dict[str, Condition]) -> Iterator[Metric]:
    for attribute, name, text in _GAUGES:
        family = GaugeMetricFamily(f"tolmach_link_{name}", text, labels=["link"])
        for link, one in found.items():
            value = getattr(one, attribute)
            if value not in (None, ""):
                family.add_metric([link], float(value))
        yield family
    connects = CounterMetricFamily("tolmach_link_connects", "Binds that were accepted (SMPP).", labels=["link"])
    parts = CounterMetricFamily("tolmach_link_parts", "What a link has counted, by kind.", labels=["link", "kind"])
    for link, one in found.items():
        for kind, count in one.counters.items():
            if kind == "connects":
                connects.add_metric([link], count)
            else:
                parts.add_metric([link, kind], count)
    yield from (connects, parts)


def _backlogs(found: Backlogs) -> Iterator[Metric]:
    waits = GaugeMetricFamily(
        "tolmach_link_backlog", "Messages that wait and may be carried by a link.", labels=["link"]
    )
    most = GaugeMetricFamily("tolmach_link_backlog_limit", "How many may, before more is refused.", labels=["link"])
    for link in found.links():
        if link.name in found.of_links:
            waits.add_metric([link.name], found.of_links[link.name])
        if link.most:
            most.add_metric([link.name], link.most)
    yield from (waits, most)


def _work(tally: Tally, links: Iterable[str]) -> Iterator[Metric]:
    intake = CounterMetricFamily("tolmach_intake_messages", "Messages asked for, by what became.", labels=["outcome"])
    for outcome, count in tally.intake.items():
        intake.add_metric([outcome], count)
    yield intake
    yield CounterMetricFamily("tolmach_intake_batches", "Transactions of the intake.", value=tally.intake_batches)
    refused = CounterMetricFamily(
        "tolmach_requests_refused", "Requests that were answered with an error.", labels=["dialect", "failure"]
    )
    usual = dict.fromkeys(product(DIALECTS, (Failure.BUSY.value, Failure.UNAUTHORISED.value)), 0)
    for (dialect, failure), count in {**usual, **tally.refused}.items():
        refused.add_metric([dialect, failure], count)
    yield refused
    submits = CounterMetricFamily("tolmach_submits", "Answers of links to messages.", labels=["link", "outcome"])
    none = dict.fromkeys(product(links, OUTCOMES), 0)  # a series that begins at 5 hides that there were 5
    for (link, outcome), count in {**none, **tally.submits}.items():
        submits.add_metric([link, outcome], count)
    yield submits
    receipts = CounterMetricFamily("tolmach_receipts", "Receipts that were stored.", labels=["link", "status"])
    for (link, status), count in tally.receipts.items():
        receipts.add_metric([link, status], count)
    yield receipts
    yield CounterMetricFamily("tolmach_receipts_unmatched", "Receipts that matched nothing.", value=tally.unmatched)
    lag = HistogramMetricFamily(
        "tolmach_receipt_lag_seconds", "From a receipt's own moment until it was stored.", labels=["link"]
    )
    for link, lags in tally.lags.items():
        counts = [sum(lags.counts[: place + 1]) for place in range(len(lags.counts))]
        names = [*(f"{bound:g}" for bound in LAG_BOUNDS), "+Inf"]
        lag.add_metric([link], list(zip(names, map(float, counts), strict=True)), lags.total)
    yield lag
    heard = CounterMetricFamily("tolmach_inbound_parts", "Parts of subscribers' messages, stored.", labels=["link"])
    for link, count in tally.inbound.items():
        heard.add_metric([link], count)
    yield heard
    told = CounterMetricFamily("tolmach_callbacks", "Statuses posted to clients, by what became.", labels=["outcome"])
    for outcome, count in tally.callbacks.items():
        told.add_metric(["repeated" if outcome == "pending" else outcome], count)
    yield told


def _stock(found: Stock, now: datetime) -> Iterator[Metric]:
    labels = ["duty", "channel", "traffic"]
    queue = GaugeMetricFamily("tolmach_queue_messages", "Messages that are not final, by what is next.", labels=labels)
    due = GaugeMetricFamily("tolmach_queue_due", "Those of them whose moment has come.", labels=labels)
    age = GaugeMetricFamily("tolmach_queue_oldest_due_seconds", "For how long the oldest is due.", labels=labels)
    for one in found.waiting:
        names = [one.kind.name.lower(), channel_of(one.lane).value, traffic_of(one.lane).value]
        queue.add_metric(names, one.number)
        due.add_metric(names, one.due)
        age.add_metric(names, _age(one.oldest, now))
    yield from (queue, due, age)
    yield GaugeMetricFamily("tolmach_callbacks_pending", "Statuses that wait to be told.", found.callbacks)
    late = _age(found.callback_due_at, now)
    yield GaugeMetricFamily("tolmach_callbacks_oldest_due_seconds", "For how long the oldest is due.", late)
    yield GaugeMetricFamily("tolmach_receipts_kept", "Receipts kept that match nothing.", found.receipts)
    money = GaugeMetricFamily("tolmach_money", "What all accounts have, in their currencies.", labels=["state"])
    money.add_metric(["available"], found.available / MONEY)
    money.add_metric(["held"], found.held / MONEY)
    yield money
    yield CounterMetricFamily("tolmach_money_charged", "What messages have cost all accounts.", found.charged / MONEY)


def _age(since: int | None, now: datetime) -> float:
    return 0.0 if since is None else max(0.0, (now - from_ms(since)).total_seconds())
