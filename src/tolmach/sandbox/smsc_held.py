"""Parts for phones that are switched off: final at the end of their validity, unless the phone is on before.

Runs in the storage's thread, inside a transaction of somebody else.
"""

from datetime import datetime, timedelta
from typing import Final

from tolmach.codecs.smpp import time as smpp_time
from tolmach.sandbox.smsc_message import Draft
from tolmach.sandbox.storage import Storage

PATIENCE: Final = timedelta(days=1)
"""How long a message waits that has no validity period."""

_SCHEMA: Final = """CREATE TABLE IF NOT EXISTS smsc_held (
  part INTEGER PRIMARY KEY, number TEXT NOT NULL, until INTEGER NOT NULL, state INTEGER NOT NULL,
  wanted INTEGER NOT NULL, receipt INTEGER NOT NULL, system TEXT NOT NULL, id INTEGER NOT NULL,
  submitted INTEGER NOT NULL, source TEXT NOT NULL, recipient TEXT NOT NULL, excerpt TEXT NOT NULL) STRICT"""
_INSERT: Final = "INSERT INTO smsc_held VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_PARTS: Final = """
UPDATE smsc_part SET final = ?1, state = (SELECT state FROM smsc_held WHERE part = row)
WHERE row IN (SELECT part FROM smsc_held WHERE number = ?2 AND until > ?1)
"""
_OLD_RECEIPTS: Final = """
DELETE FROM smsc_receipt WHERE row IN (SELECT receipt FROM smsc_held WHERE number = ?2 AND until > ?1)
"""
_NEW_RECEIPTS: Final = """
INSERT INTO smsc_receipt (row, system, due, id, state, submitted, done, source, recipient, excerpt)
SELECT receipt, system, ?1, id, state, submitted, ?1, source, recipient, excerpt
FROM smsc_held WHERE number = ?2 AND until > ?1 AND wanted
"""

Row = tuple[int, str, int, int, bool, int, str, int, int, str, str, str]


class Held:
    """The table of these parts."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        storage.connection.execute(_SCHEMA)

    def last_receipt(self) -> int:
        """Return the highest row that is reserved for a receipt."""
        return int(self._storage.rows("SELECT coalesce(max(receipt), 0) FROM smsc_held")[0][0])

    def holds(self, number: str) -> bool:
        """Tell whether messages to this number wait."""
        return number in self._storage.off

    def keep(self, row: Row) -> None:
        """Keep a part: ``state`` is what it gets should its phone be switched on, ``receipt`` the row reserved."""
        self._storage.connection.execute(_INSERT, row)

    def forget(self, part: int) -> None:
        """Drop a part that was cancelled."""
        self._storage.connection.execute("DELETE FROM smsc_held WHERE part = ?", (part,))

    def release(self, number: str, at: int) -> None:
        """The phone is on: its parts are final now, and so are their receipts."""
        for statement in (_PARTS, _OLD_RECEIPTS, _NEW_RECEIPTS):
            self._storage.connection.execute(statement, (at, number))
        self._storage.connection.execute("DELETE FROM smsc_held WHERE number = ?", (number,))


def until(draft: Draft, now: datetime) -> datetime:
    """Return the end of a message's validity; the desk has seen that it can be read."""
    period = smpp_time.decode(draft.validity)
    if isinstance(period, datetime):
        return period
    return now + (PATIENCE if period is None else period)
