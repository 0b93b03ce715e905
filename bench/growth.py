"""Stored messages in any number: each piece is one message that the store writes, and copies of it by SQL.

`scripts/bench report --growth ...` measures what an installation does with them.
"""

from collections.abc import Mapping

from sqlalchemy import Table, text, update

from bench import ceiling
from bench.stage import Stage
from tolmach.core.drafts import ChargeOn
from tolmach.core.ids import STRIDE, AccountId, MessageId
from tolmach.core.moments import to_ms
from tolmach.core.money import Money
from tolmach.core.status import Status
from tolmach.services import demo
from tolmach.store import accounts, ledger, legs, messages, partitions, parts, queue, schema
from tolmach.store.database import Database, Tx
from tolmach.store.legs import Leg
from tolmach.store.messages import Message
from tolmach.store.parts import Part
from tolmach.store.queue import Entry, Kind
from tolmach.workers.clock import SystemClock

PRICE = Money(10_000)
PIECE = 50_000
DAY = 86_400_000
ID = f":first + i * {STRIDE}"
SPREAD = "due_at + CAST(i % 40320 AS BIGINT) * 60000"  # a minute each, over four weeks
NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :more)"


def fill(stage: Stage, *, stored: int = 0, scheduled: int = 0, due: int = 0) -> None:
    """Store so many delivered messages, messages for the days to come, and messages that are due now."""
    database = Database(stage.place)
    try:
        for kind, count in {"stored": stored, "scheduled": scheduled, "due": due}.items():
            for start in range(0, count, PIECE):
                database.write_now(_Piece(kind, min(PIECE, count - start)).write)
        _settle(database)
    finally:
        database.close()


def _settle(database: Database) -> None:
    """Leave the database as one that has lived with its rows: statistics made, nothing left to be written behind."""
    with database.writer.connect() as connection:
        raw = connection.connection.dbapi_connection
        assert raw is not None
        if connection.dialect.name == "postgresql":
            raw.autocommit = True
            statements = ["VACUUM ANALYZE", "CHECKPOINT"]
        else:
            statements = ["PRAGMA wal_checkpoint(TRUNCATE)"]
        for statement in statements:
            raw.cursor().execute(statement)
        connection.invalidate()


class _Piece:
    """What one transaction stores."""

    def __init__(self, kind: str, size: int) -> None:
        self.kind, self.size = kind, size
        self.delivered = kind == "stored"
        self.now = to_ms(SystemClock().now())
        self.due = self.now + 2 * DAY if kind == "scheduled" else self.now

    def write(self, tx: Tx) -> None:
        """Store all messages and move the balance by what they hold or took."""
        account = accounts.by_login(tx, demo.LOGIN)
        assert account is not None
        first = MessageId(partitions.reserve(tx, self.size) * STRIDE)
        self._write_first(tx, first, account.id)
        later = {"due_at": SPREAD, "expires_at": SPREAD.replace("due_at", "expires_at")}
        shifts = later if self.kind == "scheduled" else {}
        names = {"id": ID, "recipient": "'79' || (100000000 + i)", **shifts}
        self._copy(tx, schema.messages, first, names, key="id")
        self._copy(tx, schema.ledger, first, {"message_id": ID}, without="id")
        self._copy(tx, schema.legs, first, {"message_id": ID})
        self._copy(tx, schema.parts, first, {"message_id": ID, "provider_id": f"'bench ' || ({ID})"})
        self._copy(tx, schema.queue, first, {"message_id": ID, **shifts})
        held, balances = PRICE * (self.size - 1), schema.balances
        change = {"available": balances.c.available - held, "held": balances.c.held + held * (not self.delivered)}
        tx.execute(update(balances).where(balances.c.account_id == account.id).values(change))

    def _write_first(self, tx: Tx, id_: MessageId, account: AccountId) -> None:
        now, number, plan = self.now, "79000000000", ceiling.PLAN
        message = Message(id_, account, None, "prontosms", "", number, "bench", plan, ChargeOn.SENT, now, self.due)
        messages.add(tx, [message])
        ledger.append(tx, [ledger.hold(account, id_, PRICE, now)])
        if not self.delivered:
            queue.add(tx, [Entry(id_, Kind.SUBMIT, self.due, 1, self.due + 2 * DAY, account=account)])
            return
        ledger.append(tx, [ledger.capture(account, id_, 1, PRICE, now)])
        leg = Leg(id_, 1, account, Status.DELIVERED, now, now, link="bench", charged=PRICE, submitted_at=now)
        legs.add(tx, [leg])
        parts.add(tx, [Part("bench", f"bench {id_}", id_, 1, 1, Status.DELIVERED, now, account)])

    def _copy(
        self, tx: Tx, table: Table, first: int, changes: Mapping[str, str], key: str = "message_id", without: str = ""
    ) -> None:
        """Repeat the rows of the first message with other values; the columns of a table are its own affair."""
        columns = [column.name for column in table.columns if column.name != without]
        if self.size > 1:
            chosen = ", ".join(changes.get(name, name) for name in columns)
            copying = f"{NUMBERS} SELECT {chosen} FROM {table.name}, n WHERE {key} = :first"
            tx.execute(
                text(f"INSERT INTO {table.name} ({', '.join(columns)}) {copying}"),
                {"first": first, "more": self.size - 1},
            )
