"""Alerts: what somebody of the staff should look at now, from what is stored. `tolmach doctor` examines more."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from tolmach.core.condition import THROTTLED, LinkState
from tolmach.core.moments import duration_ms, from_ms, to_ms
from tolmach.core.results.pulse import Alarm, Alert, AlertsResult
from tolmach.services import links
from tolmach.services.links import View
from tolmach.store import callbacks, moderations, orphans, pulse, registrations
from tolmach.store.database import Tx
from tolmach.store.queue import Kind

LATE = timedelta(minutes=1)
UNDECIDED = timedelta(hours=2)
LATELY = timedelta(hours=24)
MOST = 1_000  # rows that are counted; more than that is bad enough
_STATES = {
    LinkState.DOWN: Alert.LINK_DOWN,
    LinkState.STALE: Alert.LINK_SILENT,
    LinkState.PAUSED: Alert.LINK_PAUSED,
}


def listing(tx: Tx, names: Sequence[str], now: datetime) -> AlertsResult:
    """Return what is wrong with the links of these names, and with what waits."""
    found = [alarm for view in links.overview(tx, names, now) for alarm in _of_link(view)]
    return AlertsResult([*found, *_of_queue(tx, now), *_of_moderation(tx, now), *_of_callbacks(tx, now)])


def _of_link(view: View) -> Iterator[Alarm]:
    condition = view.condition
    alert = _STATES.get(view.state)
    if alert is not None:
        yield Alarm(alert, view.name, since=view.at, detail=condition.last_error if condition else "")
    if condition is None or view.state is LinkState.STALE:
        return
    if condition.throttled >= THROTTLED:
        yield Alarm(Alert.LINK_THROTTLED, view.name, detail=f"{condition.throttled:.1%}")
    if condition.low:
        yield Alarm(Alert.LINK_LOW, view.name, detail=condition.balance)


def _of_queue(tx: Tx, now: datetime) -> Iterator[Alarm]:
    bound = to_ms(now) - duration_ms(LATE)
    late = [one for one in pulse.waiting(tx, bound) if one.due and one.kind not in (Kind.MODERATE, Kind.PAUSED)]
    if late:
        oldest = min(one.oldest for one in late if one.oldest is not None)
        yield Alarm(Alert.QUEUE_LATE, count=sum(one.due for one in late), since=from_ms(oldest))


def _of_moderation(tx: Tx, now: datetime) -> Iterator[Alarm]:
    waiting = [one.created_at for one in moderations.awaited(tx, MOST)]
    waiting += [one.created_at for one in registrations.waiting(tx)]
    bound = to_ms(now) - duration_ms(UNDECIDED)
    late = [moment for moment in waiting if moment < bound]
    if late:
        yield Alarm(Alert.MODERATION_LATE, count=len(late), since=from_ms(min(late)))


def _of_callbacks(tx: Tx, now: datetime) -> Iterator[Alarm]:
    since = to_ms(now) - duration_ms(LATELY)
    failed = [one for one in callbacks.failed(tx, None, 0, MOST) if (one.done_at or 0) >= since]
    if failed:
        yield Alarm(Alert.CALLBACKS_FAILED, count=len(failed), since=from_ms(min(one.done_at or 0 for one in failed)))
    due = callbacks.next_due(tx)
    if due is not None and due < to_ms(now) - duration_ms(LATE):
        yield Alarm(Alert.CALLBACKS_LATE, since=from_ms(due))
    strays = orphans.count_since(tx, since, MOST)
    if strays:
        yield Alarm(Alert.ORPHANS, count=strays)
