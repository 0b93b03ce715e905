"""A provider's server for tests of HTTP links, and a link's books that are a piece of paper."""

import asyncio
import re
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from tests.clock import NOON, FakeClock
from tests.gateway import until
from tolmach.connectors.http import HttpConnector
from tolmach.core.content import Channel, SmsText
from tolmach.core.delivery import Outcome, ProviderEvent, Submission
from tolmach.core.http_links import HttpLink, Polling, ProntosmsLink
from tolmach.core.ids import LegId
from tolmach.core.money import Money
from tolmach.core.ports import Awaited, Doubt

SERIES = 12_345
_ABONENT = re.compile(r'number_sms="([0-9]+)" client_id_sms="([0-9]+)"')
_ASKED = re.compile(r"<id_sms>([^<]+)</id_sms>")
Handler = Callable[[str, str], Awaitable[web.StreamResponse]]


@dataclass
class Carrier:
    """Speaks enough ProntoSMS: remembers client ids, gives ids from 100, tells ``words`` as statuses."""

    url: str = ""
    requests: list[tuple[str, str]] = field(default_factory=list)
    taken: dict[str, str] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    money: str = "150"
    trouble: list[Handler] = field(default_factory=list)

    async def answer(self, path: str, body: str) -> web.StreamResponse:
        """Have the next trouble, or answer as the protocol says."""
        self.requests.append((path, body))
        if self.trouble:
            return await self.trouble.pop(0)(path, body)
        return self.say(path, body)

    def say(self, path: str, body: str) -> web.Response:
        """Answer as the protocol says."""
        if path.endswith("state.php"):
            return document(
                "".join(
                    f'<state id_sms="{id_}" time="" num_parts="1" price="1.5">{self.words.get(id_, "send")}</state>'
                    for id_ in _ASKED.findall(body)
                )
            )
        if path.endswith("balance.php"):
            return document(f'<money currency="RUR">{self.money}</money>')
        lines = []
        for number, key in _ABONENT.findall(body):
            id_ = self.taken.setdefault(key, str(100 + len(self.taken)))
            lines.append(f'<information number_sms="{number}" id_sms="{id_}" parts="1">send</information>')
        return document("".join(lines))

    def sends(self) -> int:
        """Return how many requests were to send."""
        return sum(path == "/xml/" for path, _ in self.requests)


def document(content: str) -> web.Response:
    return web.Response(text=f'<?xml version="1.0" encoding="utf-8"?><response>{content}</response>')


@asynccontextmanager
async def carrier() -> AsyncIterator[Carrier]:
    """A provider's server on a free port of this machine."""
    one = Carrier()

    async def handle(request: web.BaseRequest) -> web.StreamResponse:
        return await one.answer(request.path, (await request.read()).decode())

    runner = web.ServerRunner(web.Server(handle), shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    one.url = f"http://127.0.0.1:{runner.addresses[0][1]}/xml/"
    try:
        yield one
    finally:
        await runner.cleanup()


@contextmanager
def silent_host() -> Iterator[int]:
    """A port where nobody says a word to who connects, as on a host that is away: its queue of connections is full."""
    with socket.socket() as listener, ExitStack() as waiting:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(4):
            one = waiting.enter_context(socket.socket())
            one.setblocking(False)
            with suppress(BlockingIOError):
                one.connect(listener.getsockname())
        yield listener.getsockname()[1]


@dataclass
class Paper:
    """Books on paper."""

    waiting: list[Awaited] = field(default_factory=list)
    doubtful: list[Doubt] = field(default_factory=list)
    resolved: list[tuple[int, Outcome]] = field(default_factory=list)
    prices: dict[str, Money] = field(default_factory=dict)
    events: list[ProviderEvent] = field(default_factory=list)
    unstorable: bool = False

    async def series(self) -> int:
        return SERIES

    async def awaited(self, link: str) -> Sequence[Awaited]:
        return self.waiting

    async def doubts(self, link: str) -> Sequence[Doubt]:
        return self.doubtful

    async def resolve(self, link: str, submission: Submission, outcome: Outcome) -> bool:
        self.resolved.append((submission.leg, outcome))
        return True

    async def price(self, link: str, prices: Mapping[str, Money]) -> None:
        self.prices.update(prices)

    async def take(self, events: Sequence[ProviderEvent]) -> None:
        if self.unstorable:
            raise OSError("the disk is full")
        self.events.extend(events)


def link(url: str, **changes: Any) -> ProntosmsLink:
    """An impatient link."""
    given: dict[str, Any] = {
        "name": "carrier",
        "url": url,
        "login": "me",
        "password": "secret",
        "timeout": 0.5,
        "poll": Polling(first=0.02, most=0.1),
        "balance_every": 0,
        "allow_private": True,
    }
    return ProntosmsLink(**(given | changes))


@asynccontextmanager
async def connected(link: HttpLink, paper: Paper, now: datetime = NOON) -> AsyncIterator[HttpConnector]:
    """A connector that runs until the block ends."""
    connector = HttpConnector(link, FakeClock(now), paper, timedelta(minutes=5))
    running = asyncio.create_task(connector.run(paper.take))

    async def up() -> bool:
        assert not running.done(), running.exception()
        return connector.health().up

    await until(up)
    try:
        yield connector
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


def leg(number: int = 1, text: str = "Привет", **changes: Any) -> Submission:
    """A leg that is valid for a day."""
    expires = NOON + timedelta(days=1)
    one = Submission(LegId(number * 10 + 1), f"7916123{number:04d}", "Tolmach", Channel.SMS, SmsText(text), 1, expires)
    return one._replace(**changes)
