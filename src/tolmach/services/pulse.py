"""The pulse: what goes through right now, by link, account and status, and what waits.

Counted from what is stored, so that it is true for every process and after a restart. Bounded: of more than
`MOST` messages only the newest are counted, and the answer says so.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from tolmach.core.commands.pulse import GetPulse
from tolmach.core.ids import AccountId
from tolmach.core.moments import from_ms, to_ms
from tolmach.core.results.pulse import AccountPulse, Depth, LinkPulse, PulseResult
from tolmach.core.sentences import say
from tolmach.core.status import Status
from tolmach.core.traffic import Traffic, traffic_of
from tolmach.services import accounts
from tolmach.services.administration import BadValueError
from tolmach.store import pulse, statistics
from tolmach.store.database import Tx
from tolmach.store.pulse import Standing, Waiting
from tolmach.store.queue import Kind

MOST = 30_000  # messages that one answer counts
MOST_BUCKETS = 120
LONGEST_BUCKET = 60
ACCOUNTS_SHOWN = 20
# milliseconds: what is submitted or delivered later than that after its acceptance is not drawn
BEHIND = 120_000
DUTIES = {Kind.SUBMIT: "submit", Kind.GIVE_UP: "give-up", Kind.MODERATE: "moderate", Kind.PAUSED: "paused"}


def show(tx: Tx, command: GetPulse, now: datetime) -> PulseResult:
    """Return the counts; BadValueError for buckets that are out of bounds."""
    if not (1 <= command.bucket <= LONGEST_BUCKET and 1 <= command.buckets <= MOST_BUCKETS):
        raise BadValueError(
            say(
                "1 to %(most_buckets)s buckets of 1 to %(longest_bucket)s seconds can be shown",
                most_buckets=MOST_BUCKETS,
                longest_bucket=LONGEST_BUCKET,
            )
        )
    size = command.bucket * 1000
    asked_for = (to_ms(now) // size - command.buckets + 1) * size
    bound = pulse.nth_newest(tx, MOST)
    first = max(statistics.first_id(tx, asked_for), bound)
    start = _start(tx, asked_for, bound, size)
    buckets = command.buckets - (start - asked_for) // size
    behind = max(statistics.first_id(tx, start - BEHIND), bound)
    arrived = pulse.accepted(tx, first, start, size)
    standings = pulse.standings(tx, first)
    delivered = dict(pulse.delivered(tx, behind, start, size))
    return PulseResult(
        since=from_ms(start),
        bucket=command.bucket,
        accepted=_spread(_totals(arrived), buckets),
        delivered=_spread(delivered, buckets),
        links=_links(pulse.submitted(tx, behind, start, size), standings, buckets),
        accounts=_accounts(tx, arrived, standings),
        queue=_depths(pulse.waiting(tx, to_ms(now))),
        shortened=start > asked_for,
    )


def _start(tx: Tx, asked_for: int, bound: int, size: int) -> int:
    """Return where counting begins: the first whole bucket whose messages are all counted."""
    moment = pulse.accepted_at(tx, bound) if bound else None
    return asked_for if moment is None or moment < asked_for else (moment // size + 1) * size


def _totals(arrived: Sequence[tuple[int, AccountId, int]]) -> Mapping[int, int]:
    sums: Counter[int] = Counter()
    for place, _, count in arrived:
        sums[place] += count
    return sums


def _spread(counts: Mapping[int, int], buckets: int) -> list[int]:
    return [counts.get(place, 0) for place in range(buckets)]


def _links(
    submitted: Sequence[tuple[int, str, int]], standings: Sequence[Standing], buckets: int
) -> Sequence[LinkPulse]:
    by_link: dict[str, Counter[int]] = {}
    for place, link, count in submitted:
        by_link.setdefault(link, Counter())[place] += count
    statuses: dict[str, Counter[Status]] = {}
    for one in standings:
        statuses.setdefault(one.link, Counter())[one.status] += one.number
    return [
        LinkPulse(link, _spread(by_link.get(link, {}), buckets), statuses.get(link, {}))
        for link in sorted(by_link.keys() | statuses.keys())
    ]


def _accounts(
    tx: Tx, arrived: Sequence[tuple[int, AccountId, int]], standings: Sequence[Standing]
) -> Sequence[AccountPulse]:
    """Return the accounts with most messages."""
    totals: Counter[AccountId] = Counter()
    for _, account, count in arrived:
        totals[account] += count
    statuses: dict[AccountId, Counter[Status]] = {}
    for one in standings:
        statuses.setdefault(one.account, Counter())[one.status] += one.number
    shown = totals.most_common(ACCOUNTS_SHOWN)
    logins = accounts.logins(tx) if shown else {}
    return [AccountPulse(logins.get(account, ""), count, statuses.get(account, {})) for account, count in shown]


def _depths(waiting: Sequence[Waiting]) -> Sequence[Depth]:
    """Return what waits by duty and class, channels put together."""
    found: dict[tuple[Kind, Traffic], list[Waiting]] = {}
    for one in waiting:
        found.setdefault((one.kind, traffic_of(one.lane)), []).append(one)
    order = list(Traffic)
    return [
        Depth(
            DUTIES[kind],
            traffic,
            sum(one.number for one in rows),
            sum(one.due for one in rows),
            min((from_ms(one.oldest) for one in rows if one.oldest is not None), default=None),
        )
        for (kind, traffic), rows in sorted(found.items(), key=lambda item: (item[0][0], order.index(item[0][1])))
    ]
