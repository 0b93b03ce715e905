"""What the owners of virtual phones write back: kept until the gateway has stored it."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple

from tolmach.core.delivery import Inbound
from tolmach.sandbox.handsets import NotThere
from tolmach.sandbox.message import LINK, MessageQuery
from tolmach.sandbox.phones import Phones
from tolmach.sandbox.storage import Storage, moment, stamp

_SCHEMA: Final = """CREATE TABLE IF NOT EXISTS reply (
    id INTEGER PRIMARY KEY, phone TEXT NOT NULL, recipient TEXT NOT NULL, text TEXT NOT NULL, at INTEGER NOT NULL
    ) STRICT"""


class OwedReply(NamedTuple):
    """A reply that the gateway has not stored yet."""

    id: int
    message: Inbound


class Replies:
    """The replies in the phones' file."""

    def __init__(self, phones: Phones) -> None:
        self._phones = phones
        self._ready = False
        self.news = asyncio.Event()
        """Set when there is a reply that nobody has looked for yet."""

    async def add(self, phone: str, recipient: str, text: str, now: datetime) -> str:
        """Store a reply from ``phone``; "" answers the sender of its newest message. Return to whom it goes.

        Raises StorageError or `NotThere`.
        """
        if not recipient:
            newest = await self._phones.messages(MessageQuery(phone=phone, limit=1, newest=True))
            if not newest:
                raise NotThere(f"{phone} has no message to answer: name the number that it writes to")
            recipient = newest[0].sender
        row = (phone, recipient, text, stamp(now))

        def store(storage: Storage) -> None:
            self._prepare(storage)
            with storage.transaction():
                storage.connection.execute("INSERT INTO reply (phone, recipient, text, at) VALUES (?, ?, ?, ?)", row)

        await self._phones.work(store)
        self.news.set()
        return recipient

    async def exchange(self, done: Sequence[int], limit: int) -> list[OwedReply]:
        """Forget replies that the gateway has stored and return the next, oldest first. Raises StorageError."""

        def work(storage: Storage) -> list[OwedReply]:
            self._prepare(storage)
            if done:
                with storage.transaction():
                    storage.connection.executemany("DELETE FROM reply WHERE id = ?", [(one,) for one in done])
            rows = storage.rows("SELECT id, phone, recipient, text, at FROM reply ORDER BY id LIMIT ?", (limit,))
            return [OwedReply(row[0], Inbound(LINK, row[1], row[2], row[3], moment(row[4]))) for row in rows]

        return await self._phones.work(work)

    def _prepare(self, storage: Storage) -> None:
        if not self._ready:
            with storage.transaction():
                storage.connection.execute(_SCHEMA)
            self._ready = True
