"""How an account fares: its money, its last days in numbers, and what somebody should look at."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from tolmach.core.commands.dashboards import GetDashboard
from tolmach.core.moments import to_ms
from tolmach.core.results import SenderState
from tolmach.core.results.dashboards import Attention, DashboardResult, Day
from tolmach.core.status import FINAL, SUCCESS, Status
from tolmach.core.timezones import to_utc, to_wall
from tolmach.services.context import Context, Handlers
from tolmach.store import dashboards, hours, ledger, statistics
from tolmach.store.dashboards import Totals
from tolmach.store.ledger import Balance

MOST_DAYS = 31
WAITING = (Status.QUEUED, Status.ON_MODERATION)
HOUR_MS = hours.LASTS
IN_HAND_MS = 60_000  # what was accepted so long ago is committed
LOW_DAYS = 3  # money for less than so many days like the last ones is low


def show(asked: Context, command: GetDashboard) -> DashboardResult:
    """Compose the dashboard."""
    account = asked.account
    balance = ledger.balances_of(asked.tx, [account.id])[account.id]
    days = list(_days(asked, min(max(command.days, 1), MOST_DAYS)))
    return DashboardResult(
        login=account.login,
        currency=account.currency,
        available=balance.available,
        held=balance.held,
        days=days,
        attention=_attention(asked, balance, days),
    )


@dataclass(frozen=True, slots=True)
class _Counted:
    """Hours that the worker has counted: the totals by their beginnings, and where the ids of each end."""

    totals: Mapping[int, Totals]
    ends: Mapping[int, int]


def _days(asked: Context, number: int) -> Iterator[Day]:
    zone = asked.account.time_zone
    today = to_wall(asked.now, zone).date()
    days = [today - timedelta(days=back) for back in range(number - 1, -1, -1)]
    spans = [(_midnight(day, zone), _midnight(day + timedelta(days=1), zone)) for day in days]
    counted = _counted_hours(asked, spans[0][0], spans[-1][1])
    for day, (start, end) in zip(days, spans, strict=True):
        yield _day(day, _totals(asked, start, end, counted))


def _counted_hours(asked: Context, start: int, end: int) -> _Counted:
    """Return what is counted of a span; nothing where the account's hours begin at other minutes than UTC's."""
    if start % HOUR_MS or end % HOUR_MS:
        return _Counted({}, {})
    sums = hours.of_account(asked.tx, asked.account.id, start, end)
    found = hours.between(asked.tx, start, end)
    return _Counted(
        {hour.start: sums.get(hour.start, Totals()) for hour in found},
        {hour.start + HOUR_MS: hour.end_id for hour in found},
    )


def _totals(asked: Context, start: int, end: int, counted: _Counted) -> Totals:
    """Return the sums of a day: of hours that are counted as they are kept, of others by a look at their messages."""
    begun = range(start, min(end, to_ms(asked.now) + 1), HOUR_MS)
    if end <= to_ms(asked.now) and not any(hour in counted.totals for hour in begun):
        return asked.tallies.known((asked.account.id, start, end), lambda: _count(asked, start, end, counted))
    return dashboards.together(_hour(asked, hour, min(hour + HOUR_MS, end), counted) for hour in begun)


def _hour(asked: Context, start: int, end: int, counted: _Counted) -> Totals:
    kept = counted.totals.get(start)
    if kept is not None:
        return kept
    return asked.tallies.known((asked.account.id, start, end), lambda: _count(asked, start, end, counted))


def _count(asked: Context, start: int, end: int, counted: _Counted) -> tuple[Totals, bool]:
    """Count a span; it lasts when it is over, and no message of it is on its way any more."""
    first, stop = (counted.ends.get(moment) or _first_id(asked, moment) for moment in (start, end))
    account = asked.account.id
    if first == stop:
        return Totals(), _is_over(asked, end)
    over = _is_over(asked, end) and not dashboards.live(asked.tx, account, first, stop)
    return dashboards.totals(asked.tx, account, first, stop), over


def _first_id(asked: Context, moment: int) -> int:
    """Return the least id of a message that was accepted at a moment or later: for one in the past it stands."""
    return asked.tallies.known(
        ("first", moment), lambda: (statistics.first_id(asked.tx, moment), _is_over(asked, moment))
    )


def _is_over(asked: Context, moment: int) -> bool:
    return moment < to_ms(asked.now) - IN_HAND_MS


def _midnight(day: date, zone: str) -> int:
    return to_ms(to_utc(datetime.combine(day, time()), zone))


def _day(day: date, found: Totals) -> Day:
    counts = found.counts
    waiting = sum(counts.get(status, 0) for status in WAITING)
    delivered = sum(counts.get(status, 0) for status in SUCCESS)
    failed = sum(number for status, number in counts.items() if status in FINAL - SUCCESS)
    return Day(day, waiting, counts.get(Status.SENT, 0), delivered, failed, found.charged)


def _attention(asked: Context, balance: Balance, days: list[Day]) -> Attention:
    terms = asked.snapshot.terms(asked.tx, asked.account)
    hour = to_ms(asked.now) // HOUR_MS * HOUR_MS
    yesterday = _first_id(asked, hour - 24 * HOUR_MS)
    spent = sum(day.spent for day in days[-8:-1])
    return Attention(
        blocked=asked.account.blocked,
        no_tariff=asked.account.tariff is None,
        no_money=balance.available <= 0,
        low_money=0 < balance.available * 7 < spent * LOW_DAYS,
        failed_callbacks=dashboards.failed_callbacks(asked.tx, asked.account.id, yesterday),
        on_moderation=dashboards.on_moderation(asked.tx, asked.account.id),
        rejected_senders=[name for name, state in terms.senders.items() if state == SenderState.REJECTED],
    )


READERS: Handlers = {GetDashboard: show}
