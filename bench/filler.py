"""A database as it is after a month of work: messages and all that stands beside them, by generated SQL.

Nothing here goes through the gateway: what a month of requests would store is written by ``INSERT ... SELECT`` over
numbers, in pieces, on SQLite and PostgreSQL alike. Four of five messages belong to the demonstration's account, the
others to forty more; one of twenty was accepted in the last hour, one of fifty is still to be sent.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, text

from tolmach.core.moments import to_ms
from tolmach.services import accounts, demo, senders
from tolmach.services.accounts import Changes
from tolmach.store import counters, schema
from tolmach.store.database import Database, Tx

DAYS = 30
OTHERS = 40
PIECE = 50_000
PRICE = 10_000

TABLES = ("messages", "legs", "parts", "ledger", "callbacks", "queue", "client_keys", "campaigns", "inbox", "audit")

# a number that looks drawn by chance, from 0 to 999, and the same on every run
_CHANCE = "(i * 2654435761 % 4294967296 / 4294968)"
_OTHER = "(i * 40503 % 65536 / 66)"
_STATUS = f"""case when {_CHANCE} < 900 then 'delivered' when {_CHANCE} < 940 then 'undelivered'
  when {_CHANCE} < 970 then 'expired' when {_CHANCE} < 985 then 'refused' when {_CHANCE} < 995 then 'unknown'
  else 'read' end"""
_REASON = r'["this is no phone number"]'
_PLAN = (
    r'[{"channel"\:"sms","sender"\:"Tolmach","parts"\:1,"price"\:10000,"lasts"\:172800000,"text"\:"Your order no. '
    "'||cast(i as text)||' is ready, come and get it\"}]"
)


@dataclass(frozen=True, slots=True)
class Span:
    """Numbers that are filled in: ``first`` to ``last``, of ``total``; moments in milliseconds."""

    first: int
    last: int
    total: int
    start: int
    now: int

    @property
    def accepted(self) -> str:
        """When a message was accepted: most over the month, a twentieth in the last hour."""
        old, hour = max(1, self.total * 19 // 20), 3_600_000
        month = self.now - hour - self.start
        late = f"{self.now - hour} + (i - {old}) * {hour - 1000} / {max(1, self.total - old)}"
        return f"(case when i <= {old} then {self.start} + i * {month} / {old} else {late} end)"

    def series(self, tx: Tx) -> str:
        """Return a table ``n`` of the numbers."""
        if tx.dialect.name == "postgresql":
            return f"(select generate_series({self.first}::bigint, {self.last}::bigint) as i) n"
        return (
            f"(with recursive r(i) as (select {self.first} union all select i + 1 from r where i < {self.last})"
            " select i from r) n"
        )


def fill(database: Database, count: int, now: datetime, days: int = DAYS) -> None:
    """Fill a database that has the demonstration's account and no message."""
    mine = database.write_now(lambda tx: _accounts(tx, now))
    start = to_ms(now - timedelta(days=days))
    for first in range(1, count + 1, PIECE):
        span = Span(first, min(count, first + PIECE - 1), count, start, to_ms(now))
        database.write_now(lambda tx, span=span: _piece(tx, span, mine))  # type: ignore[misc]
    database.write_now(lambda tx: _rest(tx, Span(1, max(1, count // 50), count, start, to_ms(now)), mine))
    database.write_now(lambda tx: _days(tx, now, days))
    database.write_now(lambda tx: _settle(tx, count))
    with database.writer.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


def _accounts(tx: Tx, now: datetime) -> int:
    """Add the other accounts; return the id of the demonstration's."""
    accounts_table = schema.accounts.c
    mine = tx.execute(select(accounts_table.id).where(accounts_table.login == demo.LOGIN)).scalar_one()
    for number in range(OTHERS):
        login = f"client{number:02}"
        accounts.add(tx, login, "!", Changes(client_number=100 + number, tariff=demo.TARIFF), now)
        senders.add(tx, login, demo.SENDER, now, approved=True)
    return int(mine)


def _piece(tx: Tx, span: Span, mine: int) -> None:
    """Store messages with what belongs to each."""
    account = f"case when {_OTHER} < 800 then {mine} else {mine} + 1 + {_OTHER} % {OTHERS} end"
    sent, at, n = "i % 50 <> 0", span.accepted, span.series(tx)
    link = "case when i % 5 = 0 then 'second' else 'first' end"
    due = f"case when {sent} then {at} else {span.now} + 3600000 + i * 100 end"
    campaign = "case when i % 20000 between 1 and 1000 then i / 20000 + 1 end"
    refused = f"({_STATUS} = 'refused')"
    for statement in (
        f"""insert into messages (id, account_id, campaign_id, dialect, client_key, recipient, label, plan, charge_on,
          accepted_at, due_at) select i * 10, {account}, {campaign}, 'prontosms', 'key-' || cast(i as text),
          cast(79000000000 + i * 7919 % 999999999 as text), '', '{_PLAN}', 'sent', {at}, {due} from {n}""",
        f"""insert into client_keys (account_id, dialect, key, message_id)
          select {account}, 'prontosms', 'key-' || cast(i as text), i * 10 from {n} where i % 4 = 0""",
        f"""insert into legs (message_id, step, account_id, status, reason, link, charged, claimed_at, submitted_at,
          delivered_at, changed_at, uncertain) select i * 10, 1, {account}, {_STATUS},
          case when {refused} then 'rejected' else '' end, {link},
          case when {refused} then 0 else {PRICE} end, {at}, {at} + 20,
          case when {_STATUS} in ('delivered', 'read') then {at} + 2000 end, {at} + 2000, false
          from {n} where {sent}""",
        f"""insert into parts (link, provider_id, message_id, step, number, status, changed_at, account_id)
          select {link}, 'p-' || cast(i as text), i * 10, 1, 1, {_STATUS}, {at} + 2000, {account}
          from {n} where {sent} and not {refused}""",
        _entries(f"{account}, i * 10, 0, 'hold', -{PRICE}, {PRICE}, {at}, '' from {n}"),
        _entries(
            f"{account}, i * 10, 1, 'capture', 0, -{PRICE}, {at} + 20, '' from {n} where {sent} and not {refused}"
        ),
        _entries(f"{account}, i * 10, 1, 'release', {PRICE}, -{PRICE}, {at}, '' from {n} where {sent} and {refused}"),
        f"""insert into queue (message_id, kind, due_at, step, expires_at, attempts, claimed_by, uncertain, account_id)
          select i * 10, 0, {due}, 1, {due} + 172800000, 0, '', false, {account} from {n} where not ({sent})""",
        f"""insert into callbacks (account_id, message_id, status, changed_at, due_at, attempts, state, done_at, error)
          select {account}, i * 10, {_STATUS}, {at} + 2000, {at} + 2000, 1,
          case when i % 500 = 0 then 'failed' else 'acknowledged' end, {at} + 2100,
          case when i % 500 = 0 then 'status 500' else '' end from {n} where {sent} and i % 5 = 0""",
    ):
        tx.execute(text(statement))


def _entries(values: str) -> str:
    return f"insert into ledger (account_id, message_id, step, kind, available, held, at, note) select {values}"


def _rest(tx: Tx, span: Span, mine: int) -> None:
    """Store what comes once for many messages: a fiftieth as many of each."""
    at, n = f"({span.start} + i * {span.now - span.start} / {span.last})", span.series(tx)
    phone = "cast(79000000000 + i % 700 * 7919 as text)"
    for statement in (
        f"""insert into campaigns (id, account_id, dialect, key, sender, text, sends_at, paused_at)
          select i, {mine}, 'prontosms', 'campaign-' || cast(i as text), 'Tolmach',
          'Your order is ready', {span.start} + i * 50000000, null from {n} where i <= {span.total // 20_000 + 1}""",
        f"""insert into inbox (account_id, received_at, sender, recipient, prefix, link, text)
          select {mine}, {at}, {phone}, '{demo.NUMBER}', '', 'first', 'Answer ' || cast(i as text) from {n}""",
        f"""insert into audit (at, user_id, login, account_id, action, detail, remote)
          select {at}, null, 'operator', case when i % 3 = 0 then {mine} end, 'account.change', '{{}}', '192.0.2.7'
          from {n}""",
        f"""insert into orphans (link, provider_id, status, at, received_at)
          select 'first', 'stray-' || cast(i as text), 'delivered', {at}, {at} from {n} where i % 10 = 0""",
        f"insert into stops (account_id, phone, created_at) select 0, {phone}, {at} from {n} where i <= 700",
        f"""insert into stops (account_id, phone, created_at)
          select {mine}, cast(79500000000 + i as text), {at} from {n}""",
        f"""insert into link_events (link, happened_at, kind, detail)
          select case when i % 2 = 0 then 'first' else 'second' end, {at},
          case when i % 4 < 2 then 'down' else 'up' end, '' from {n} where i % 20 < 2""",
        f"""insert into bases (id, account_id, name, size, greets, greets_at, local_time, days_before, sender, text,
          changed_at, deleted) select 1, {mine}, 'Customers', {span.last}, false, 600, false, 0, 'Tolmach', 'Hi',
          {span.now}, false""",
        f"""insert into subscribers (base_id, place, phone, region, operator, name, surname, patronymic, born, birthday,
          gender, addition_1, addition_2, addition_3, addition_4, addition_5, changed_at, account_id)
          select 1, i - 1, cast(79000000000 + i * 7919 as text), '', '', 'Anna', 'Petrova', '',
          '1990-01-02', 102, 'f', '', '', '', '', '', {at}, {mine} from {n}""",
        f"""insert into imports (account_id, id, base_id, stored, label, encoding, delimiter, preview, fields, state,
          total, position, read, added, known, bad, error, created_at, changed_at)
          select {mine}, i, 1, 'gone-' || cast(i as text), 'people.csv', 'utf-8-sig', ',', '[["phone"]]', '["phone"]',
          'done', 10000, 10000, 10000, 9000, 0, 1000, '',
          {at}, {at} from {n} where i <= 50""",
        f"""insert into import_errors (account_id, import_id, position, line, reason, cells) select {mine}, 1, i, i + 1,
          '{_REASON}', '["12"]' from {n} where i <= 1000""",
        f"""insert into invoices (account_id, id, amount, note, state, created_at, created_by, settled_at, settled_by)
          select {mine}, i, 1000000, '', 'open', {at}, 'demo', null, '' from {n} where i <= 1000""",
    ):
        tx.execute(text(statement))


def _days(tx: Tx, now: datetime, days: int) -> None:
    """Store closed days, with as much on each of them for every account."""
    moved = "100000000, 0, 33000, 33000, 0, 100000000000, 0"
    for back in range(days, 1, -1):
        day = now - timedelta(days=back)
        closed = f"'{day:%Y-%m-%d}', 0, {to_ms(day)}, 'tolmach'"
        tx.execute(text(f"insert into closed_days (day, last_entry, closed_at, closed_by) values ({closed})"))
        tx.execute(
            text(
                f"""insert into day_sums (day, account_id, topped_up, transferred, set_aside, charged, given_back,
                  available, held) select '{day:%Y-%m-%d}', id, {moved} from accounts"""
            )
        )


def _settle(tx: Tx, count: int) -> None:
    """Set the counters behind what is stored, and make of every balance the sum of its ledger."""
    for name, number in ((counters.MESSAGES, count), (counters.CAMPAIGNS, count // 20_000 + 1), (counters.BASES, 1)):
        counters.reserve(tx, name, number)
    one = schema.ledger.c
    tx.execute(_TOP_UP)
    sums = select(one.account_id, func.sum(one.available), func.sum(one.held)).group_by(one.account_id)
    balances = schema.balances
    for account, available, held in tx.execute(sums).fetchall():
        change = balances.update().where(balances.c.account_id == account)
        tx.execute(change.values(available=int(available), held=int(held)))


_TOP_UP = text(
    "insert into ledger (account_id, message_id, step, kind, available, held, at, note)"
    " select id, null, 0, 'top-up', 100000000000, 0, created_at, 'first' from accounts"
)


def sizes(tx: Tx) -> Iterator[tuple[str, int]]:
    """Yield how many rows the tables have."""
    for name in TABLES:
        yield name, tx.execute(select(func.count()).select_from(schema.metadata.tables[name])).scalar_one()
