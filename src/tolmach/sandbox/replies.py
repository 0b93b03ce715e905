"""What the owners of virtual phones write back: kept until the gateway has stored it."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple

from tolmach.core.delivery import Inbound
from tolmach.sandbox.handsets import NotPossible, NotThere
from tolmach.sandbox.message import LINK, MessageQuery, PhoneMessage
from tolmach.sandbox.phones import Phones
from tolmach.sandbox.smsc import Smsc
from tolmach.sandbox.storage import Storage, moment, stamp

_SCHEMA: Final = """CREATE TABLE IF NOT EXISTS reply (
    id INTEGER PRIMARY KEY, phone TEXT NOT NULL, recipient TEXT NOT NULL, text TEXT NOT NULL, at INTEGER NOT NULL
    ) STRICT"""


class OwedReply(NamedTuple):
    """A reply that the gateway has not stored yet."""

    id: int
    message: Inbound


class Said(NamedTuple):
    """What was written on a phone: to whom, what, and when."""

    id: int
    recipient: str
    text: str
    at: datetime


class Replies:
    """The replies in the phones' file. ``home``: there is a gateway that takes them."""

    def __init__(self, phones: Phones, *, home: bool = True) -> None:
        self._phones = phones
        self._home = home
        self._ready = False
        self.smsc: Smsc | None = None
        """Takes replies to messages that came over SMPP."""
        self.news = asyncio.Event()
        """Set when there is a reply that nobody has looked for yet."""

    async def add(self, phone: str, recipient: str, text: str, now: datetime) -> str:
        """Store a reply from ``phone``; "" answers the sender of its newest message. Return to whom it goes.

        A reply goes the way that the newest message came. Raises StorageError, NotThere or NotPossible.
        """
        found = await self._phones.messages(MessageQuery(phone=phone, limit=1, newest=True))
        newest = found[0] if found else None
        if newest is None and not recipient:
            raise NotThere(f"{phone} has no message to answer: name the number that it writes to")
        over_smpp = newest is not None and await self._write_back(newest, recipient, text, now)
        if not over_smpp and not self._home:
            raise NotPossible("nobody takes it: the phone's newest message did not come over SMPP")
        recipient = recipient or (newest.sender if newest else "")
        await self._keep(("said",) if over_smpp else ("reply", "said"), (phone, recipient, text, stamp(now)))
        return recipient

    async def _write_back(self, newest: PhoneMessage, recipient: str, text: str, now: datetime) -> bool:
        if self.smsc is None or not newest.smpp:
            return False
        return await self.smsc.write_back(newest.id, recipient, text, now)

    async def _keep(self, tables: Sequence[str], row: tuple[str, str, str, int]) -> None:
        def store(storage: Storage) -> None:
            self._prepare(storage)
            with storage.transaction():
                for table in tables:
                    sql = f"INSERT INTO {table} (phone, recipient, text, at) VALUES (?, ?, ?, ?)"  # noqa: S608
                    storage.connection.execute(sql, row)

        await self._phones.work(store)
        self.news.set()
        self._phones.changes.tell(phones=[row[0]])

    async def said(self, phone: str, limit: int) -> list[Said]:
        """Return what was written on a phone, the newest of it, oldest first. Raises StorageError."""
        sql = "SELECT id, recipient, text, at FROM said WHERE phone = ? ORDER BY id DESC LIMIT ?"
        rows = await self._phones.work(lambda storage: storage.rows(sql, (phone, limit)))
        return [Said(number, recipient, text, moment(at)) for number, recipient, text, at in reversed(rows)]

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
