"""Wake-ups over processes: what rings here is heard in the others.

PostgreSQL carries them (LISTEN, NOTIFY); whatever rings within a moment is told together, so intake does not pay for
a notification per batch. While the connection that listens is lost, and with SQLite, workers look more often instead.
"""

import asyncio
from collections.abc import Callable, Mapping
from typing import Final

import structlog

from tolmach.core.content import Channel
from tolmach.core.errors import StoreUnavailableError
from tolmach.store.database import Database
from tolmach.store.place import CHANGED, Hearing
from tolmach.workers.rounds import complain

GATHER_SECONDS: Final = 0.05
AGAIN_SECONDS: Final = 1.0
OFTEN_SECONDS: Final = 1.0
SELDOM_SECONDS: Final = 10.0  # while others ring, nothing waits for this but what nobody has told

LEASES: Final = "leases"
LINKS: Final = "links"
TOLD: Final = "told"

log = structlog.get_logger()


def due(channel: Channel) -> str:
    """Return the topic of steps of a channel."""
    return f"due {channel}"


class Wakeups:
    """Tells topics to other processes, and calls ``bells`` for those that others tell."""

    def __init__(self, database: Database, name: str) -> None:
        self._database = database
        self._name = name
        self._bells: Mapping[str, Callable[[], None]] = {}
        self._topics: set[str] = set()
        self._rung = asyncio.Event()
        self.hears = False
        """Whether others can be heard now."""
        self.alone: Callable[[], bool] = lambda: False
        """Whether there is nobody to be told."""

    def connect(self, bells: Mapping[str, Callable[[], None]]) -> None:
        """Call these when others tell their topics."""
        self._bells = bells

    @property
    def pause(self) -> float:
        """Seconds after which somebody who waits for a bell should look by himself."""
        return SELDOM_SECONDS if self.hears else OFTEN_SECONDS

    def tell(self, topic: str) -> None:
        """Let other processes know, soon."""
        self._topics.add(topic)
        self._rung.set()

    async def run(self) -> None:
        """Tell and listen until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._speak())
            group.create_task(self._listen())

    async def _speak(self) -> None:
        while True:
            await self._rung.wait()
            self._rung.clear()
            topics, self._topics = self._topics, set()
            if not self.alone():
                await self._send(topics)
                await asyncio.sleep(GATHER_SECONDS)

    async def _send(self, topics: set[str]) -> None:
        notice = f"{self._name} {','.join(sorted(topics))}"
        try:
            await self._database.write(lambda tx: self._database.place.notify(tx, notice))
        except StoreUnavailableError:
            return  # others look by themselves
        except Exception:
            log.exception("other processes cannot be told")

    async def _listen(self) -> None:
        while True:
            try:
                async with self._database.place.hear() as hearing:
                    self.hears = True
                    self._ring({CHANGED})  # what was told meanwhile is lost
                    await self._hear(hearing)
            except StoreUnavailableError as error:
                complain("the database tells nothing; it is asked instead", error)
            finally:
                self.hears = False
            await asyncio.sleep(AGAIN_SECONDS)

    async def _hear(self, hearing: Hearing) -> None:
        async for notice in hearing:
            name, _, topics = notice.partition(" ")
            if name != self._name:
                self._ring(set(topics.split(",")))

    def _ring(self, topics: set[str]) -> None:
        for topic, ring in self._bells.items():
            if topic in topics or (CHANGED in topics and topic != LEASES):
                ring()
