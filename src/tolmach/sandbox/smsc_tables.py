"""What the SMSC keeps in the phones' file: parts it took, parts of long messages that wait for others, receipts owed.

An order is one transaction with the messages that it completes on the phones, committed before its answer; a
receipt goes only after its acknowledgement. Runs in the storage's thread; raises StorageError.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from tolmach.codecs.smpp.constants import MessageState
from tolmach.core.content import Channel, Content
from tolmach.core.delivery import Submission
from tolmach.core.ids import LegId
from tolmach.sandbox import smsc_content, smsc_held, smsc_shown
from tolmach.sandbox.message import Arrival, Encoding
from tolmach.sandbox.smsc_held import Held
from tolmach.sandbox.smsc_message import Address, Draft, DueReceipts, Known, Order, Owed, Segment, Selection, Taken
from tolmach.sandbox.smsc_shown import Piece
from tolmach.sandbox.storage import Storage, moment, stamp

REMEMBERED: Final = 100_000
"""Parts that query_sm and cancel_sm still find."""
PATIENCE: Final = timedelta(hours=24)
"""How long a part of a long message waits for the others."""
EXCERPT: Final = 20

_SCHEMA = (
    "CREATE TABLE IF NOT EXISTS smsc_numbering (next_id INTEGER NOT NULL) STRICT",
    # `final` NULL: never; `message` 0: not on a phone yet
    """CREATE TABLE IF NOT EXISTS smsc_part (
         row INTEGER PRIMARY KEY, id INTEGER NOT NULL, system TEXT NOT NULL, source TEXT NOT NULL,
         recipient TEXT NOT NULL, service TEXT NOT NULL, state INTEGER NOT NULL, final INTEGER,
         message INTEGER NOT NULL) STRICT""",
    "CREATE INDEX IF NOT EXISTS smsc_part_id ON smsc_part (id)",
    """CREATE TABLE IF NOT EXISTS smsc_receipt (
         row INTEGER PRIMARY KEY, system TEXT NOT NULL, due INTEGER NOT NULL, id INTEGER NOT NULL,
         state INTEGER NOT NULL, submitted INTEGER NOT NULL, done INTEGER NOT NULL,
         source TEXT NOT NULL, recipient TEXT NOT NULL, excerpt TEXT NOT NULL) STRICT""",
    "CREATE INDEX IF NOT EXISTS smsc_receipt_due ON smsc_receipt (system, due, row)",
    """CREATE TABLE IF NOT EXISTS smsc_fragment (
         system TEXT NOT NULL, source TEXT NOT NULL, recipient TEXT NOT NULL, reference INTEGER NOT NULL,
         total INTEGER NOT NULL, number INTEGER NOT NULL, part INTEGER NOT NULL, id INTEGER NOT NULL,
         encoding TEXT NOT NULL, octets BLOB NOT NULL, at INTEGER NOT NULL, raw TEXT NOT NULL DEFAULT '',
         PRIMARY KEY (system, source, recipient, reference, total, number)) STRICT, WITHOUT ROWID""",
)
_INSERT_PART = "INSERT INTO smsc_part VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
_INSERT_RECEIPT = """INSERT INTO smsc_receipt
    (row, system, due, id, state, submitted, done, source, recipient, excerpt, written)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)"""
_INSERT_WRITTEN = _INSERT_RECEIPT.replace("0)", "1)")
_ADDED = {"smsc_fragment": "raw TEXT NOT NULL DEFAULT ''", "smsc_receipt": "written INTEGER NOT NULL DEFAULT 0"}
"""Columns that files of earlier versions lack."""
_INSERT_FRAGMENT = "INSERT OR REPLACE INTO smsc_fragment VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_SET = "system = ? AND source = ? AND recipient = ? AND reference = ? AND total = ?"
_WAITING = "system = ? AND (final IS NULL OR final > ?)"

_Part = tuple[int, int, str, str, str, str, int, int | None]


class _Whole(NamedTuple):
    """What is known of a message whose parts are all there: how many, their ids, how they came, when it expires."""

    parts: int
    ids: tuple[str, ...]
    raw: str
    expires: datetime


class _Ending(NamedTuple):
    """How a part ends, when, whether its client is told, and whether it may end better because its phone is off."""

    state: MessageState
    final: int | None
    receipt: bool
    held: bool = False


@dataclass(slots=True)
class _Batch:
    """What one transaction will write."""

    at: int
    now: datetime
    arrivals: list[Arrival] = field(default_factory=list)
    completes: list[tuple[int, ...]] = field(default_factory=list)  # rows of the parts of each arrival
    parts: list[_Part] = field(default_factory=list)
    receipts: list[tuple[int, str, int, int, int, int, int, str, str, str]] = field(default_factory=list)


class Tables:
    """The SMSC's tables in an open storage."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._swept = 0
        with storage.transaction():
            for statement in _SCHEMA:
                storage.connection.execute(statement)
            for table, column in _ADDED.items():
                if not storage.rows("SELECT 1 FROM pragma_table_info(?) WHERE name = ?", (table, column.split()[0])):
                    storage.connection.execute(f"ALTER TABLE {table} ADD COLUMN {column}")
            self.held = Held(storage)
            if not storage.rows("SELECT 1 FROM smsc_numbering"):
                # ids of a file that was removed do not come again
                first = 1_000_000_000 + secrets.randbelow(8_000_000_000)
                storage.connection.execute("INSERT INTO smsc_numbering VALUES (?)", (first,))
        self._last_part = int(storage.rows("SELECT coalesce(max(row), 0) FROM smsc_part")[0][0])
        last_receipt = int(storage.rows("SELECT coalesce(max(row), 0) FROM smsc_receipt")[0][0])
        self._last_receipt = max(last_receipt, self.held.last_receipt())

    def take(self, orders: Sequence[Order], now: datetime) -> list[Taken]:
        """Store orders, put what is complete on the phones, and return an id for each."""
        taken: list[Taken] = []
        with self._storage.transaction():
            batch = _Batch(stamp(now), now)
            for identifier, order in enumerate(orders, self._reserve(len(orders))):
                before = len(batch.receipts)
                for draft in order.drafts:
                    self._add(batch, identifier, order, draft)
                taken.append(Taken(identifier, [row[0] for row in batch.receipts[before:]]))
            self._write(batch)
            self._sweep(batch.at)
        return taken

    def exchange(
        self, system: str, done: Sequence[int], later: Sequence[tuple[int, datetime]], now: datetime, limit: int
    ) -> DueReceipts:
        """Forget receipts that are done with, put others off, and return the next that are due, earliest first."""
        connection = self._storage.connection
        if done or later:
            with self._storage.transaction():
                connection.executemany("DELETE FROM smsc_receipt WHERE row = ?", [(row,) for row in done])
                moves = [(stamp(due), row) for row, due in later]
                connection.executemany("UPDATE smsc_receipt SET due = ? WHERE row = ?", moves)
        rows = self._storage.rows(
            "SELECT row, id, state, submitted, done, source, recipient, excerpt, written"
            " FROM smsc_receipt"
            " WHERE system = ? AND due <= ? ORDER BY due, row LIMIT ?",
            (system, stamp(now), limit),
        )
        if len(rows) == limit:
            return DueReceipts([_owed(row) for row in rows], now if rows else None)
        sql = "SELECT min(due) FROM smsc_receipt WHERE system = ? AND due > ?"
        next_at = self._storage.rows(sql, (system, stamp(now)))[0][0]
        return DueReceipts([_owed(row) for row in rows], None if next_at is None else moment(next_at))

    def write_back(self, message: int, recipient: str, text: str, now: datetime) -> str | None:
        """Owe the system that sent a message on a phone what the phone's owner writes back; return the system.

        None when no system is known to have sent it. ``recipient`` "" is the message's sender.
        """
        sql = "SELECT system, source, recipient FROM smsc_part WHERE message = ? ORDER BY row LIMIT 1"
        for system, source, phone in self._storage.rows(sql, (message,)):
            with self._storage.transaction():
                self._last_receipt += 1
                at, asked = stamp(now), Address(1, 1, recipient)
                to = _packed(asked) if recipient else source
                row = (self._last_receipt, system, at, self._reserve(1), int(MessageState.ACCEPTED), at, at, to, phone)
                self._storage.connection.execute(_INSERT_WRITTEN, (*row, text))
            return str(system)
        return None

    def find(self, system: str, identifier: int, now: datetime) -> Known | None:
        """Return what is known of a message of this system."""
        sql = "SELECT source, recipient, state, final FROM smsc_part WHERE id = ? AND system = ? ORDER BY row LIMIT 1"
        for source, recipient, state, final in self._storage.rows(sql, (identifier, system)):
            if final is None or final > stamp(now):
                return Known(_address(source), _address(recipient), MessageState.ENROUTE, None)
            return Known(_address(source), _address(recipient), MessageState(state), moment(final))
        return None

    def cancel(self, system: str, wanted: Selection, now: datetime) -> int:
        """Withdraw what is not final yet: off the phone, receipts say DELETED. Returns how many parts."""
        at = stamp(now)
        with self._storage.transaction():
            rows = self._waiting(system, wanted, at)
            for row, identifier, message in rows:
                change = (int(MessageState.DELETED), at, row)
                execute = self._storage.connection.execute
                execute("UPDATE smsc_part SET state = ?, final = ?, message = 0 WHERE row = ?", change)
                receipt = (int(MessageState.DELETED), at, at, identifier, system)
                execute("UPDATE smsc_receipt SET state = ?, due = ?, done = ? WHERE id = ? AND system = ?", receipt)
                execute("DELETE FROM smsc_fragment WHERE part = ?", (row,))
                self.held.forget(row)
                execute("DELETE FROM message WHERE id = ?", (message,))
        return len(rows)

    def counts(self) -> tuple[dict[str, int], int]:
        """Return the receipts owed to each system, and the parts that wait for other parts."""
        owed = dict(self._storage.rows("SELECT system, count(*) FROM smsc_receipt GROUP BY system"))
        return owed, int(self._storage.rows("SELECT count(*) FROM smsc_fragment")[0][0])

    def _reserve(self, count: int) -> int:
        sql = "UPDATE smsc_numbering SET next_id = next_id + ? RETURNING next_id"
        return int(self._storage.connection.execute(sql, (count,)).fetchone()[0]) - count

    def _add(self, batch: _Batch, identifier: int, order: Order, draft: Draft) -> None:
        self._last_part = row = self._last_part + 1
        ending = self._ending(batch, order, draft)
        source, recipient = _packed(draft.source), _packed(draft.recipient)
        state, final = int(ending.state), ending.final
        batch.parts.append((row, identifier, order.system, source, recipient, draft.service, state, final))
        text = smsc_content.decode(draft.encoding, draft.octets)
        if draft.segment is not None:
            self._join(batch, identifier, order.system, draft, row)
        else:
            piece = Piece(draft.encoding, draft.octets)
            content = smsc_shown.content(draft.form, [piece])
            count = smsc_shown.parts(draft.form, piece, text)
            batch.arrivals.append(
                _arrival(
                    batch, draft, content, _Whole(count, (str(identifier),), draft.raw, self._expiry(batch, draft))
                )
            )
            batch.completes.append((row,))
        if final is None:
            return
        if ending.receipt or ending.held:
            self._last_receipt += 1
        about = source, recipient, text[:EXCERPT]
        if ending.receipt:
            due = final + order.lag // timedelta(microseconds=1)
            known = (self._last_receipt, order.system, due, identifier, state, batch.at, final)
            batch.receipts.append((*known, *about))
        if ending.held:
            reached = int(draft.state or MessageState.ENROUTE), draft.receipt, self._last_receipt
            self.held.keep((row, _phone(draft), final, *reached, order.system, identifier, batch.at, *about))

    def _ending(self, batch: _Batch, order: Order, draft: Draft) -> _Ending:
        if draft.state is None:
            return _Ending(MessageState.ENROUTE, None, False)
        if self.held.holds(_phone(draft)):
            until = max(stamp(smsc_held.until(draft, batch.now)), batch.at + 1)
            return _Ending(MessageState.EXPIRED, until, draft.late, held=True)
        return _Ending(draft.state, batch.at + order.delay // timedelta(microseconds=1), draft.receipt)

    def _expiry(self, batch: _Batch, draft: Draft) -> datetime:
        """Return when a message expires; only one that waits for its phone ever does."""
        return smsc_held.until(draft, batch.now) if self.held.holds(_phone(draft)) else batch.now

    def _join(self, batch: _Batch, identifier: int, system: str, draft: Draft, row: int) -> None:
        """Keep a part; when it is the last that was missing, put the whole message among the arrivals."""
        segment = draft.segment or Segment(0, 1, 1)
        key = (system, _packed(draft.source), _packed(draft.recipient), segment.reference, segment.total)
        part = (segment.number, row, identifier, draft.encoding.value, draft.octets, batch.at, draft.raw)
        self._storage.connection.execute(_INSERT_FRAGMENT, (*key, *part))
        sql = f"SELECT part, id, encoding, octets, raw FROM smsc_fragment WHERE {_SET} ORDER BY number"  # noqa: S608
        found = self._storage.rows(sql, key)
        if len(found) < segment.total:
            return
        self._storage.connection.execute(f"DELETE FROM smsc_fragment WHERE {_SET}", key)  # noqa: S608
        pieces = [Piece(Encoding(encoding), octets) for _, _, encoding, octets, _ in found]
        ids = tuple(str(one) for _, one, *_ in found)
        raw = " ".join([raw for *_, raw in found])
        whole = _Whole(len(ids), ids, raw, self._expiry(batch, draft))
        batch.arrivals.append(_arrival(batch, draft, smsc_shown.content(draft.form, pieces), whole))
        batch.completes.append(tuple(one for one, *_ in found))

    def _write(self, batch: _Batch) -> None:
        stored = self._storage.put(batch.arrivals, batch.now)
        messages = {row: number for (number, _), rows in zip(stored, batch.completes, strict=True) for row in rows}
        connection = self._storage.connection
        connection.executemany(_INSERT_PART, [(*part, messages.pop(part[0], 0)) for part in batch.parts])
        earlier = [(number, row) for row, number in messages.items()]
        connection.executemany("UPDATE smsc_part SET message = ? WHERE row = ?", earlier)
        connection.executemany(_INSERT_RECEIPT, batch.receipts)
        if batch.parts:
            connection.execute("DELETE FROM smsc_part WHERE row <= ?", (batch.parts[-1][0] - REMEMBERED,))

    def _sweep(self, at: int) -> None:
        """Once in a while give up parts whose companions never came."""
        patience = PATIENCE // timedelta(microseconds=1)
        if at - self._swept > patience // 100:
            self._swept = at
            self._storage.connection.execute("DELETE FROM smsc_fragment WHERE at < ?", (at - patience,))

    def _waiting(self, system: str, wanted: Selection, at: int) -> list[tuple[int, int, int]]:
        if wanted.id is not None:
            sql = f"SELECT row, id, message FROM smsc_part WHERE {_WAITING} AND id = ?"  # noqa: S608
            return self._storage.rows(sql, (system, at, wanted.id))
        sql = (
            f"SELECT row, id, message FROM smsc_part WHERE {_WAITING} AND source = ? AND recipient = ?"  # noqa: S608
            " AND (service = ? OR ? = '')"
        )
        ends = _packed(wanted.source), _packed(wanted.recipient)
        return self._storage.rows(sql, (system, at, *ends, wanted.service, wanted.service))


def _phone(draft: Draft) -> str:
    return draft.recipient.number.removeprefix("+")


def _packed(address: Address) -> str:
    return f"{address.ton} {address.npi} {address.number}"


def _address(packed: str) -> Address:
    ton, npi, number = packed.split(" ", 2)
    return Address(int(ton), int(npi), number)


def _owed(row: tuple[int, int, int, int, int, str, str, str, int]) -> Owed:
    number, identifier, state, submitted, done, source, recipient, excerpt, written = row
    return Owed(
        number,
        identifier,
        MessageState(state),
        moment(submitted),
        moment(done),
        _address(source),
        _address(recipient),
        excerpt,
        bool(written),
    )


def _arrival(batch: _Batch, draft: Draft, content: Content, whole: _Whole) -> Arrival:
    sms = Submission(LegId(0), _phone(draft), draft.source.number, Channel.SMS, content, whole.parts, whole.expires)
    return Arrival(sms, draft.encoding, draft.outcome, (), ids=whole.ids, smpp=draft.smpp, raw=whole.raw)
