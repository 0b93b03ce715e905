"""How an account fares: its money, its last days in numbers, and what somebody should look at."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from tolmach.core.commands.dashboards import GetDashboard
from tolmach.core.moments import to_ms
from tolmach.core.results import SenderState
from tolmach.core.results.dashboards import Attention, DashboardResult, Day
from tolmach.core.status import FINAL, SUCCESS, Status
from tolmach.core.timezones import to_utc, to_wall
from tolmach.services.context import Context, Handlers
from tolmach.store import dashboards, ledger, statistics
from tolmach.store.dashboards import Totals
from tolmach.store.ledger import Balance

MOST_DAYS = 31
WAITING = (Status.QUEUED, Status.ON_MODERATION)
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


def _days(asked: Context, number: int) -> Iterator[Day]:
    zone = asked.account.time_zone
    today = to_wall(asked.now, zone).date()
    for back in range(number - 1, -1, -1):
        day = today - timedelta(days=back)
        start, end = _midnight(day, zone), _midnight(day + timedelta(days=1), zone)
        within = statistics.period(asked.tx, start, end)
        yield _day(day, dashboards.totals(asked.tx, asked.account.id, within.first_id, within.end_id))


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
    yesterday = statistics.period(asked.tx, to_ms(asked.now - timedelta(days=1)), to_ms(asked.now))
    spent = sum(day.spent for day in days[-8:-1])
    return Attention(
        blocked=asked.account.blocked,
        no_tariff=asked.account.tariff is None,
        no_money=balance.available <= 0,
        low_money=0 < balance.available * 7 < spent * LOW_DAYS,
        failed_callbacks=dashboards.failed_callbacks(asked.tx, asked.account.id, yesterday.first_id),
        on_moderation=dashboards.on_moderation(asked.tx, asked.account.id),
        rejected_senders=[name for name, state in terms.senders.items() if state == SenderState.REJECTED],
    )


READERS: Handlers = {GetDashboard: show}
