"""What people do with virtual phones: switch them off and on, choose what becomes of messages, read, press buttons.

Works on the open storage, in its thread; raises StorageError, `NotThere` and `NotPossible`.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from tolmach.core.content import Channel, WapPush
from tolmach.core.status import Status
from tolmach.sandbox import outcomes
from tolmach.sandbox.handset import Change, Handset, pack, unpack
from tolmach.sandbox.message import WAITING, PhoneMessage
from tolmach.sandbox.storage import Storage, stamp

_PUT = "INSERT OR REPLACE INTO phone VALUES (?, ?, ?)"
_LAST_DUE = "SELECT coalesce(max(due_at), 0) FROM receipt WHERE provider_id = ?"
_INSERT_RECEIPT = "INSERT INTO receipt (due_at, provider_id, status) VALUES (?, ?, ?)"

Reach = Callable[[str, int], None]


class NotThere(LookupError):  # noqa: N818
    """There is no such message."""


class NotPossible(ValueError):  # noqa: N818
    """Nobody can do that with this message; the text says why."""


class Handsets:
    """The phones that are not as they were at first.

    ``reach`` is a list of what else has to be done, in the same transaction, when a phone can be reached again.
    """

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self.reach: list[Reach] = []

    def load(self) -> list[Handset]:
        """Return them all."""
        rows = self._storage.rows("SELECT number, off, chosen FROM phone")
        return [Handset(number, not off, unpack(chosen)) for number, off, chosen in rows]

    def change(self, before: Handset, change: Change, now: datetime) -> tuple[Handset, Sequence[int]]:
        """Set a phone; also return the ids of the messages that reach it now, or that have waited too long."""
        after, changed = change.of(before), self._storage.lapse(now)
        with self._storage.transaction():
            if after.plain:
                self._storage.connection.execute("DELETE FROM phone WHERE number = ?", (after.number,))
            else:
                self._storage.connection.execute(_PUT, (after.number, not after.on, pack(after.chosen)))
            if after.on and not before.on:
                changed += self._reach(after.number, now)
        (self._storage.off.discard if after.on else self._storage.off.add)(after.number)
        return after, changed

    def read(self, number: int, now: datetime) -> PhoneMessage:
        """Read a card that is on the phone: its sender gets a receipt. Again changes nothing."""
        message = self._on_phone(number)
        if message.channel is Channel.SMS:
            raise NotPossible("nobody is told that an SMS was read")
        if message.outcome == Status.DELIVERED:
            with self._storage.transaction():
                self._mark_read(message, now)
        return self._find(number)

    def press(self, number: int, now: datetime) -> PhoneMessage:
        """Press the button of a card, or open the link of a WAP push. Who presses has read."""
        message = self._on_phone(number)
        if not (message.card.button_url or isinstance(message.what(), WapPush)):
            raise NotPossible(f"message {number} has neither a button nor a link")
        with self._storage.transaction():
            self._storage.connection.execute("UPDATE message SET pressed = ? WHERE id = ?", (stamp(now), number))
            if message.channel is not Channel.SMS and message.outcome == Status.DELIVERED:
                self._mark_read(message, now)
        return self._find(number)

    def _find(self, number: int) -> PhoneMessage:
        message = self._storage.message(number)
        if message is None:
            raise NotThere(f"there is no message {number}; it may have been cleared")
        return message

    def _on_phone(self, number: int) -> PhoneMessage:
        message = self._find(number)
        if message.outcome == WAITING:
            raise NotPossible(f"message {number} waits for its phone to be switched on")
        if message.outcome in (Status.UNDELIVERED, Status.EXPIRED):
            raise NotPossible(f"message {number} never came to its phone: {message.outcome}")
        return message

    def _mark_read(self, message: PhoneMessage, now: datetime) -> None:
        execute = self._storage.connection.execute
        for provider_id in message.provider_ids:
            # not before the receipt that says delivered
            due = max(stamp(now), execute(_LAST_DUE, (provider_id,)).fetchone()[0])
            execute(_INSERT_RECEIPT, (due, provider_id, Status.READ.value))
        execute("UPDATE message SET outcome = ? WHERE id = ?", (Status.READ.value, message.id))

    def _reach(self, number: str, now: datetime) -> list[int]:
        """Let what waits come to the phone: instead of the receipt of its expiry it gets those of its outcome."""
        at, execute = stamp(now), self._storage.connection.execute
        waiting = self._storage.waiting(number)
        for message, until, outcome in waiting:
            for provider_id in message.provider_ids:
                execute("DELETE FROM receipt WHERE due_at = ? AND provider_id = ?", (until, provider_id))
                for status in outcomes.receipts_of(outcome) if message.leg else ():
                    execute(_INSERT_RECEIPT, (at, provider_id, status.value))
        execute("UPDATE message SET waits = 0 WHERE phone = ? AND waits > 0", (number,))
        for hook in self.reach:
            hook(number, at)
        return [message.id for message, *_ in waiting]
