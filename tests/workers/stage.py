"""A stage for workers: an installation, messages on their way, and links that misbehave."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeVar

from tests.clock import FakeClock
from tests.gateway import until
from tolmach.core.commands import SendMessages
from tolmach.core.content import Channel, SmsText
from tolmach.core.delivery import Outcome, Sent, Submission
from tolmach.core.drafts import Draft, For, Step
from tolmach.core.ids import LegId
from tolmach.core.inbox import InboxPolicy
from tolmach.core.ports import EventSink
from tolmach.core.results import Accepted
from tolmach.services import messages
from tolmach.services.catalogue import Catalogue
from tolmach.services.delivery import Delivery
from tolmach.services.inbox import Inbox
from tolmach.store import legs, queue
from tolmach.store.database import Database, Tx
from tolmach.store.legs import Leg
from tolmach.store.queue import Entry

T = TypeVar("T")

PHONE = "79161234500"
DAY = For(timedelta(days=1))


def sms(*phones: str, text: str = "Привет", label: str = "") -> SendMessages:
    """A command that sends a text to some phones."""
    step = Step(Channel.SMS, SmsText(text), None, DAY)
    return SendMessages([Draft(phone, (step,), label=label) for phone in phones], "prontosms")


@dataclass
class Stage:
    """An open installation at a moment."""

    database: Database
    clock: FakeClock
    catalogue: Catalogue = field(default_factory=Catalogue)

    @property
    def delivery(self) -> Delivery:
        """The decisions, with five minutes of grace."""
        return Delivery(self.catalogue, timedelta(minutes=5))

    @property
    def inbox(self) -> Inbox:
        """What takes incoming messages."""
        return Inbox(self.catalogue, self.delivery, InboxPolicy())

    def accept(self, *phones: str, login: str = "demo") -> list[int]:
        """Accept a message for each phone and return their ids."""
        now = self.clock.now()
        _, result = self.database.write_now(lambda tx: messages.post(tx, login, sms(*phones), now))
        return [item.id for item in result.items if isinstance(item, Accepted)]

    def duty(self, message: int) -> Entry | None:
        """Return what is to be done for a message."""
        return self.database.read_now(lambda tx: queue.by_ids(tx, [message])).get(message)

    def legs(self, message: int) -> Sequence[Leg]:
        """Return what happened to the steps of a message."""
        return self.database.read_now(lambda tx: legs.of_messages(tx, [message])).get(message, [])

    async def until(self, probe: Callable[[Tx], T]) -> T:
        """Wait until something is true of the database."""
        return await until(lambda: self.database.read(probe))

    def fill_the_disk(self) -> None:
        """Let every write fail that needs more room."""
        self._allow_pages(1)  # not below what is in use

    def empty_the_disk(self) -> None:
        """Let writes succeed again."""
        self._allow_pages(2**30)

    def _allow_pages(self, most: int) -> None:
        self.database.write_now(lambda tx: tx.exec_driver_sql(f"PRAGMA max_page_count = {most}").fetchall())


@dataclass
class Link:
    """A link whose answers a test writes; takes everything at first."""

    name: str = "test"
    channels: frozenset[Channel] = frozenset({Channel.SMS})
    room: int = 500
    grain: int = 500
    up: bool = True
    held: bool = False
    batches: list[Sequence[Submission]] = field(default_factory=list)
    told: list[LegId] = field(default_factory=list)
    answer: Callable[[Sequence[Submission]], Coroutine[Any, Any, Sequence[Outcome]]] = field(
        default_factory=lambda: take_all
    )

    async def run(self, sink: EventSink) -> None:
        """Report nothing."""
        await asyncio.Event().wait()

    async def submit(self, batch: Sequence[Submission]) -> Sequence[Outcome]:
        """Keep the batch and answer it."""
        self.batches.append(batch)
        return await self.answer(batch)

    def stored(self, legs: Iterable[LegId]) -> None:
        """Keep what is told."""
        self.told += legs

    @property
    def submissions(self) -> list[Submission]:
        """Everything that was submitted, in order."""
        return [submission for batch in self.batches for submission in batch]


async def take_all(batch: Sequence[Submission]) -> Sequence[Outcome]:
    """Take every leg under its own number."""
    return [Sent((f"p{submission.leg}",)) for submission in batch]


@asynccontextmanager
async def working(*work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Let workers run until the block ends; one that fails fails the test."""
    tasks = [asyncio.create_task(each) for each in work]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task
