"""The sandbox's own SQLite file: messages on the phones, and the receipts still owed. Synchronous, one thread.

A batch is one transaction, committed before the carrier says Sent; a receipt goes only after its receiver
has stored it. With WAL and ``synchronous=NORMAL`` that holds through ``kill -9`` (a power cut may lose the
last batches: a sandbox is not where that is proven).
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson

from tolmach.core.content import Channel, SmsText, ViberCard, WhatsAppCard, to_fields
from tolmach.core.delivery import Receipt, Submission
from tolmach.core.status import Status
from tolmach.sandbox.message import (
    LINK,
    WAITING,
    Arrival,
    DueReceipts,
    Encoding,
    MessageQuery,
    PhoneMessage,
    PhoneSummary,
)
from tolmach.sandbox.storage_schema import StorageError, prepare

__all__ = ["MEMORY", "Storage", "StorageError", "moment", "stamp"]

MEMORY = ":memory:"
LOOKED_AT = 200_000
"""Messages, the newest, among which those are found that no index finds: by text, sender, kind or outcome."""

_INSERT_MESSAGE = "INSERT INTO message VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_INSERT_RECEIPT = "INSERT INTO receipt (due_at, provider_id, status) VALUES (?, ?, ?)"
_COUNT_BUSY = """
INSERT INTO busy VALUES (?, 1) ON CONFLICT (leg) DO UPDATE SET times = times + 1 RETURNING times
"""
_LAPSE = """
UPDATE message SET waits = 0, outcome = CASE outcome WHEN 'silent' THEN outcome ELSE 'expired' END
WHERE waits > 0 AND waits <= ?
"""
_PHONES_BY_NEWS = """
SELECT newest.*, message.text, message.at FROM (
  SELECT phone, count(*), max(id) AS last FROM (SELECT phone, id FROM message ORDER BY id DESC LIMIT 10000)
  GROUP BY phone ORDER BY last DESC LIMIT ?
) AS newest JOIN message ON message.id = newest.last ORDER BY newest.last DESC
"""
_PHONES_BY_NUMBER = """
SELECT newest.*, message.text, message.at FROM (
  SELECT phone, count(*), max(id) AS last FROM message WHERE phone >= ? AND phone < ?
  GROUP BY phone ORDER BY phone LIMIT ?
) AS newest JOIN message ON message.id = newest.last ORDER BY newest.phone
"""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

_MessageRow = tuple[int, str, str, str, str, str, str, str, int, str, str, int, int, str, str, str, str, int, int]
_ReceiptRow = tuple[int, str, str]


class Storage:
    """The open file; ``:memory:`` keeps nothing. All methods belong to one thread and raise StorageError."""

    def __init__(self, path: str | Path) -> None:
        with _typed_errors():
            if str(path) != MEMORY:
                Path(path).parent.mkdir(parents=True, exist_ok=True)
            # autocommit: every transaction below is spelled out
            self.connection = sqlite3.connect(path, isolation_level=None)
            try:
                self._prefix = prepare(self.connection)
                self.off = {number for (number,) in self.rows("SELECT number FROM phone WHERE off")}
            except BaseException:
                self.connection.close()
                raise

    def close(self) -> None:
        """Close the file."""
        self.connection.close()

    def take(self, arrivals: Sequence[Arrival], now: datetime) -> list[tuple[str, ...] | None]:
        """Store messages and the receipts they will get; return provider ids by part, or None where busy."""
        with self.transaction():
            busy = [self._busy(arrival) for arrival in arrivals]
            taken = [arrival for arrival, is_busy in zip(arrivals, busy, strict=True) if not is_busy]
            stored = iter(self.put(taken, now))
            return [None if is_busy else next(stored)[1] for is_busy in busy]

    def put(self, arrivals: Sequence[Arrival], now: datetime) -> list[tuple[int, tuple[str, ...]]]:
        """Store messages in the transaction that is open; return for each its number and the ids of its parts."""
        at = stamp(now)
        stored: list[tuple[int, tuple[str, ...]]] = []
        messages: list[_MessageRow] = []
        receipts: list[_ReceiptRow] = []
        for number, arrival in enumerate(arrivals, self._reserve(len(arrivals))):
            ids = arrival.ids or _provider_ids(self._prefix, number, arrival.submission.parts)
            waits = self._waits(arrival, at)
            messages.append(_message_row(number, arrival, at, waits))
            receipts += _receipt_rows(arrival, ids, at) if not waits else _expiry_rows(arrival, ids, waits)
            stored.append((number, ids))
        self.connection.executemany(_INSERT_MESSAGE, messages)
        self.connection.executemany(_INSERT_RECEIPT, receipts)
        return stored

    def exchange(self, done: Sequence[int], now: datetime, limit: int) -> DueReceipts:
        """Forget receipts that were handed over, and return the next that are due, earliest first."""
        if done:
            with self.transaction():
                self.connection.executemany("DELETE FROM receipt WHERE id = ?", [(each,) for each in done])
        rows = self.rows(
            "SELECT id, due_at, provider_id, status FROM receipt WHERE due_at <= ? ORDER BY due_at, id LIMIT ?",
            (stamp(now), limit),
        )
        if not rows:
            earliest = self.rows("SELECT min(due_at) FROM receipt")[0][0]
            return DueReceipts((), (), None if earliest is None else moment(earliest))
        events = [Receipt(LINK, provider_id, Status(status), moment(at)) for _, at, provider_id, status in rows]
        return DueReceipts([row[0] for row in rows], events, None)

    def messages(self, query: MessageQuery) -> list[PhoneMessage]:
        """Return the messages that match, oldest first."""
        conditions, values = _conditions(query, self._floor(query))
        order = "DESC" if query.newest else "ASC"
        # only fixed words are put together here; what the caller said travels in `values`
        sql = f"SELECT * FROM message WHERE {' AND '.join(conditions)} ORDER BY id {order} LIMIT ?"  # noqa: S608
        found = [self._message(row) for row in self.rows(sql, (*values, query.limit))]
        return found[::-1] if query.newest else found

    def _floor(self, query: MessageQuery) -> int:
        """Return the id behind which a query looks."""
        sought = query.containing or query.sender or query.kind or query.outcome
        return max(query.after, self.last_id() - LOOKED_AT) if sought and not query.phone else query.after

    def message(self, number: int) -> PhoneMessage | None:
        """Return one message."""
        found = self.rows("SELECT * FROM message WHERE id = ?", (number,))
        return self._message(found[0]) if found else None

    def waiting(self, phone: str) -> list[tuple[PhoneMessage, int, str]]:
        """Return what waits for a phone, until when, and its outcome should the phone be switched on."""
        rows = self.rows("SELECT * FROM message WHERE phone = ? AND waits > 0 ORDER BY id", (phone,))
        return [(self._message(row), row[17], row[10]) for row in rows]

    def lapse(self, now: datetime) -> list[int]:
        """Let expire what has waited too long; return the ids. Its receipts stand there since it came."""
        overdue = [row[0] for row in self.rows("SELECT id FROM message WHERE waits > 0 AND waits <= ?", (stamp(now),))]
        if overdue:
            with self.transaction():
                self.connection.execute(_LAPSE, (stamp(now),))
        return overdue

    def phones(self, prefix: str, limit: int) -> list[PhoneSummary]:
        """Return phones whose number starts so, by number; without a prefix those of the last 10,000 messages."""
        if prefix:
            rows = self.rows(_PHONES_BY_NUMBER, (prefix, prefix + ":", limit))  # ":" follows "9"
        else:
            rows = self.rows(_PHONES_BY_NEWS, (limit,))
        return [PhoneSummary(phone, count, last, text, moment(at)) for phone, count, last, text, at in rows]

    def last_id(self) -> int:
        """Return the id given last, 0 at first; it counts on when messages are cleared."""
        return int(self.rows("SELECT next_id FROM numbering")[0][0]) - 1

    def clear(self, phone: str) -> int:
        """Remove the messages of one phone, or of all if empty, and count them; replies go, too. Receipts stay owed."""
        with self.transaction():
            self.connection.execute("DELETE FROM said WHERE ? IN ('', phone)", (phone,))
            if phone:
                return self.connection.execute("DELETE FROM message WHERE phone = ?", (phone,)).rowcount
            return self.connection.execute("DELETE FROM message").rowcount

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """One transaction, which an exception undoes."""
        with _typed_errors():
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self.connection.execute("COMMIT")
            except BaseException:
                if self.connection.in_transaction:
                    self.connection.execute("ROLLBACK")
                raise

    def rows(self, sql: str, values: Sequence[str | int] = ()) -> list[tuple]:  # type: ignore[type-arg]
        """Return what a query finds."""
        with _typed_errors():
            return self.connection.execute(sql, values).fetchall()

    def _reserve(self, count: int) -> int:
        sql = "UPDATE numbering SET next_id = next_id + ? RETURNING next_id"
        return int(self.connection.execute(sql, (count,)).fetchone()[0]) - count

    def _waits(self, arrival: Arrival, at: int) -> int:
        """Return until when a message waits for its phone; 0 when it need not."""
        if arrival.submission.recipient not in self.off:
            return 0
        return max(stamp(arrival.submission.expires_at), at + 1)

    def _busy(self, arrival: Arrival) -> bool:
        if not arrival.busy_times:
            return False
        times = int(self.connection.execute(_COUNT_BUSY, (arrival.submission.leg,)).fetchone()[0])
        return times <= arrival.busy_times

    def _message(self, row: _MessageRow) -> PhoneMessage:
        number, phone, sender, channel, text, button, link, image, parts, encoding, outcome, at, leg = row[:13]
        ids, smpp, content, raw, waits, pressed = row[13:]
        return PhoneMessage(
            id=number,
            phone=phone,
            sender=sender,
            channel=Channel(channel),
            card=ViberCard(text, button, link, image),
            parts=parts,
            encoding=Encoding(encoding),
            outcome=WAITING if waits else outcome,
            at=moment(at),
            leg=leg,
            provider_ids=tuple(ids.split()) if ids else _provider_ids(self._prefix, number, parts),
            smpp=smpp,
            content=content,
            pressed=moment(pressed) if pressed else None,
            raw=raw,
        )


@contextmanager
def _typed_errors() -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError, ValueError, OverflowError) as error:
        raise StorageError(f"{type(error).__name__}: {error}") from error


def _provider_ids(prefix: str, number: int, parts: int) -> tuple[str, ...]:
    if parts <= 1:
        return (f"{prefix}-{number}-1",)
    return tuple([f"{prefix}-{number}-{part}" for part in range(1, parts + 1)])


def _message_row(number: int, arrival: Arrival, at: int, waits: int) -> _MessageRow:
    leg: Submission = arrival.submission
    content = leg.content
    button, link, image = "", "", ""
    if isinstance(content, ViberCard | WhatsAppCard):
        button, link, image = _clean(content.button_text), _clean(content.button_url), _clean(content.image_url)
    return (
        number,
        _clean(leg.recipient),
        _clean(leg.sender),
        leg.channel.value,
        _clean(content.text),
        button,
        link,
        image,
        max(leg.parts, 1),
        arrival.encoding.value,
        arrival.outcome,
        at,
        leg.leg,
        " ".join(arrival.ids),
        arrival.smpp,
        "" if isinstance(content, SmsText) else orjson.dumps(to_fields(content)).decode(),
        arrival.raw,
        waits,
        0,
    )


def _receipt_rows(arrival: Arrival, ids: tuple[str, ...], at: int) -> list[_ReceiptRow]:
    return [
        (at + after // _MICROSECOND, provider_id, status.value)
        for status, after in arrival.receipts
        for provider_id in ids
    ]


def _expiry_rows(arrival: Arrival, ids: tuple[str, ...], until: int) -> list[_ReceiptRow]:
    """What a message gets unless its phone is switched on in time."""
    return [(until, provider_id, Status.EXPIRED.value) for provider_id in ids] if arrival.receipts else []


def _conditions(query: MessageQuery, after: int) -> tuple[list[str], list[str | int]]:
    conditions, values = ["id > ?"], list[str | int]([after])
    if query.since is not None:
        # a place to start reading at, from the index of moments (to which the plus keeps SQLite); moments
        # follow ids only as long as nobody sets the clock back, hence the second clause
        conditions = ["id > max(?, (SELECT min(+id) - 1 FROM message WHERE at >= ?))", "+at >= ?"]
        values += [stamp(query.since)] * 2
    if query.phone:
        conditions.append("phone = ?")
        values.append(query.phone)
    if query.containing:
        conditions.append("instr(text, ?) > 0")
        values.append(_clean(query.containing))
    if query.sender:
        conditions.append("sender = ?")
        values.append(_clean(query.sender))
    if query.kind:
        conditions.append("CASE content WHEN '' THEN 'sms' ELSE json_extract(content, '$.kind') END = ?")
        values.append(query.kind)
    if query.outcome:
        conditions.append("CASE WHEN waits > 0 THEN 'waiting' ELSE outcome END = ?")
        values.append(query.outcome)
    return conditions, values


def _clean(text: str) -> str:
    # a lone surrogate cannot be stored; one such text must not fail the whole batch
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def stamp(at: datetime) -> int:
    """Return a moment as microseconds since 1970 UTC."""
    return (at - _EPOCH) // _MICROSECOND


def moment(microseconds: int) -> datetime:
    """Return the moment so many microseconds after 1970 UTC."""
    return _EPOCH + timedelta(microseconds=microseconds)
