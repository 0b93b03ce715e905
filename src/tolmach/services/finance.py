"""Money as the operator's staff sees it: the ledger, payments, and days that are closed.

Closing a day counts its entries for good. Entries are cut by their numbers, not by their moments: a day ends before
the first entry of the next one, and whatever is written later has a higher number. So every entry belongs to exactly
one day, sums of a closed day never change, and they add up to the balances.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta

from tolmach.core.commands.finance import GetDay, ListDays, ListLedger, TopUp
from tolmach.core.ids import AccountId
from tolmach.core.moments import from_ms, to_ms
from tolmach.core.money import Money
from tolmach.core.results.finance import BalanceNow, ClosedDay, DaysResult, DaySums, LedgerPage, LedgerRow
from tolmach.core.sentences import say
from tolmach.core.timezones import to_utc, to_wall
from tolmach.services import accounts
from tolmach.services import ledger as payments
from tolmach.services.accounts import DEFAULT_ZONE
from tolmach.services.administration import BadValueError, NotFoundError
from tolmach.store import accounts as stored_accounts
from tolmach.store import days, ledger
from tolmach.store.database import Tx
from tolmach.store.days import Closed, Sums
from tolmach.store.ledger import Movement, Wanted

MOST_ROWS = 5_000
DAYS = 31  # on a page
MOST_DAYS = 400  # closed at once
ONE_DAY = timedelta(days=1)


def movements(tx: Tx, command: ListLedger, _now: datetime) -> LedgerPage:
    """Return a page of the ledger; BadValueError, NotFoundError."""
    if not 1 <= command.limit <= MOST_ROWS:
        raise BadValueError(say("1 to %(most_rows)s movements are shown at once", most_rows=MOST_ROWS))
    found = ledger.page(tx, _wanted(tx, command), command.limit + 1)
    known = {one.id: one for one in stored_accounts.everyone(tx)}
    rows = [
        LedgerRow(
            id=number,
            at=from_ms(entry.at),
            login=known[entry.account].login,
            kind=entry.kind.value,
            available=Money(entry.available),
            held=Money(entry.held),
            currency=known[entry.account].currency,
            message=entry.message,
            note=entry.note,
        )
        for number, entry in found[: command.limit]
    ]
    return LedgerPage(rows, rows[-1].id if len(found) > command.limit else 0)


def _wanted(tx: Tx, command: ListLedger) -> Wanted:
    first = 0 if command.first_day is None else ledger.first_id(tx, _begins(command.first_day))
    end = ledger.first_id(tx, _begins(command.last_day + ONE_DAY) if command.last_day else to_ms(_NEVER))
    return Wanted(
        accounts.find(tx, command.login).id if command.login else None,
        _kind(command.kind) if command.kind else None,
        first,
        min(end, command.before or end),
    )


def top_up(tx: Tx, command: TopUp, now: datetime) -> BalanceNow:
    """Change what an account can spend; BadValueError, NotFoundError."""
    balance = payments.top_up(tx, command.login, command.amount, command.note, now, adjust=command.correction)
    return BalanceNow(balance.available, balance.held, accounts.find(tx, command.login).currency)


def close(tx: Tx, now: datetime, by: str, most: int = MOST_DAYS) -> int:
    """Close every day that is over, oldest first, so many at most; return how many.

    Who writes entries waits while it is seen where the days end, and not while they are added up.
    """
    before, today = days.last(tx), _day(now)
    closed, first = before.last_entry if before else 0, _open_from(tx, before)
    if first is None or first >= today:
        return 0
    over = [first + number * ONE_DAY for number in range(min(most, (today - first).days))]
    ends = ledger.standing_still(tx, lambda still: _ends(still, over, closed))
    for day, after, last in zip(over, [closed, *ends[:-1]], ends, strict=True):
        days.close(tx, Closed(day.isoformat(), last, to_ms(now), by[:64]), after)
    return len(over)


def _ends(tx: Tx, over: Sequence[date], after: int) -> Sequence[int]:
    """Return the last entries of days behind one; a clock that was set back cannot give an entry to a day twice."""
    found: list[int] = []
    for day in over:
        found.append(max(ledger.first_id(tx, _begins(day + ONE_DAY)) - 1, *found[-1:], after))
    return found


def is_due(tx: Tx, now: datetime) -> bool:
    """Tell whether a day that is over has not been closed."""
    first = _open_from(tx, days.last(tx))
    return first is not None and first < _day(now)


def listing(tx: Tx, command: ListDays, now: datetime) -> DaysResult:
    """Return a page of closed days."""
    found = days.page(tx, command.before.isoformat() if command.before else "", DAYS)
    sums = days.by_currency(tx, [one.day for one in found])
    first = _open_from(tx, days.last(tx))
    return DaysResult(
        [_closed(one, _sums(sums.get(one.day, ()), {})) for one in found],
        first if first is not None and first < _day(now) else None,
    )


def show(tx: Tx, command: GetDay, _now: datetime) -> ClosedDay:
    """Return a closed day account by account; NotFoundError."""
    found = days.find(tx, command.day.isoformat())
    if found is None:
        raise NotFoundError("closed day", command.day.isoformat())
    return _closed(found, _sums(days.by_account(tx, found.day), accounts.logins(tx)))


def _open_from(tx: Tx, before: Closed | None) -> date | None:
    if before is not None:
        return date.fromisoformat(before.day) + ONE_DAY
    oldest = ledger.oldest(tx)
    return None if oldest is None else _day(from_ms(oldest))


def _closed(one: Closed, sums: Sequence[DaySums]) -> ClosedDay:
    return ClosedDay(date.fromisoformat(one.day), from_ms(one.closed_at), one.closed_by, sums)


def _sums(rows: Sequence[Sums], logins: Mapping[AccountId, str]) -> Sequence[DaySums]:
    return [DaySums("" if one.account is None else logins.get(one.account, ""), *one[1:]) for one in rows]


def _kind(word: str) -> Movement:
    try:
        return Movement(word)
    except ValueError:
        raise BadValueError(say("%(word)r is none of %(known)s", word=word, known=", ".join(Movement))) from None


_NEVER = datetime.max.replace(tzinfo=from_ms(0).tzinfo)


def _begins(day: date) -> int:
    return to_ms(to_utc(datetime.combine(day, time()), DEFAULT_ZONE))


def _day(moment: datetime) -> date:
    return to_wall(moment, DEFAULT_ZONE).date()
