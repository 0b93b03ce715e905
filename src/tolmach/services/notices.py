"""Notices: the status callbacks of accounts, claimed per account and settled after each POST.

A server that answers and does not confirm a status is told it five times (ProntoSMS manual). One that is down or
answers with an error is told it for as long as there are pauses, for more than 72 hours. Then it has visibly failed.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tolmach.core.accounts import Account
from tolmach.core.ids import AccountId
from tolmach.core.moments import duration_ms, from_ms, to_ms
from tolmach.core.timezones import to_wall
from tolmach.dialects.contract import PushedState
from tolmach.services.catalogue import Catalogue
from tolmach.services.recent import RecentMessages
from tolmach.store import callbacks, campaigns
from tolmach.store.callbacks import ACKNOWLEDGED, FAILED, PENDING, Callback
from tolmach.store.database import Tx
from tolmach.store.messages import Message

LEASE = timedelta(seconds=30)
MARGIN = timedelta(seconds=15)  # behind the time that a POST may take, to store what became of it
UNCONFIRMED = 5


@dataclass(frozen=True, slots=True)
class Notice:
    """The states that one POST carries to one account's URL."""

    account: AccountId
    url: str
    states: Sequence[PushedState]
    callbacks: Sequence[Callback]


class Notices:
    """The decisions of callbacks. ``delays`` are the pauses after each attempt but the last.

    ``unconfirmed`` attempts may be answered without confirming a status; their pauses are the first of the delays.
    ``lease`` is for how long a POST and storing what became of it may take: what a process had claimed that died is
    told when it is over, so it is no longer than it must be. ``recent``: those that delivery has read already.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        delays: Sequence[timedelta],
        batch: int = 200,
        unconfirmed: int = UNCONFIRMED,
        lease: timedelta = LEASE,
        recent: RecentMessages | None = None,
    ) -> None:
        self._catalogue = catalogue
        self._delays = [duration_ms(delay) for delay in delays]
        self._batch = batch
        self._unconfirmed = unconfirmed
        self._lease = duration_ms(lease)
        self._recent = recent or RecentMessages()
        self._served = 0  # the account whose turn was last: a hint, wrong after a restart

    def claim(self, tx: Tx, now: datetime, busy: Collection[AccountId], limit: int) -> list[Notice]:
        """Lease due callbacks: one POST for each account that is not busy with one, for ``limit`` accounts."""
        moment = to_ms(now)
        notices: list[Notice] = []
        snapshot = self._catalogue.at(tx)
        for account_id in self._turns(tx, moment):
            if len(notices) >= limit:
                break
            if account_id in busy:
                continue
            account = snapshot.account(tx, account_id)
            rows = callbacks.claim(tx, account_id, moment, moment + self._lease, self._batch)
            if not rows:
                continue  # all of them wait for something that is to be told before, or another process has them
            if account is None or not account.callback_url:
                _give_up(tx, rows, moment, "no callback URL")
                continue
            known = self._recent.find(tx, {row.message for row in rows})
            # messages leave before their callbacks, see `tolmach.store.leaving`
            _give_up(tx, [row for row in rows if row.message not in known], moment, "its message is gone")
            rows = [row for row in rows if row.message in known]
            if rows:
                states = self._states(tx, account, rows, known)
                notices.append(Notice(account_id, account.callback_url, states, rows))
                self._served = account_id
        return notices

    def _turns(self, tx: Tx, now: int) -> Sequence[AccountId]:
        """Return whose turn it is: from the account behind the one that was served last, and round again."""
        due, served = callbacks.accounts_due(tx, now), self._served
        return [*(each for each in due if each > served), *(each for each in due if each <= served)]

    def _states(
        self, tx: Tx, account: Account, rows: Sequence[Callback], known: Mapping[int, Message]
    ) -> list[PushedState]:
        keys = _campaign_keys(tx, account, known.values())
        states: dict[int, PushedState] = {}  # an acknowledgement names the message: only its newest status is told
        for row in rows:
            message = known[row.message]
            reference = message.client_key or (keys.get(message.campaign, "") if message.campaign else "")
            changed = to_wall(from_ms(row.changed_at), account.time_zone)
            states[row.message] = PushedState(
                row.id, row.message, row.status, changed, message.recipient, reference, message.dialect, message.request
            )
        return list(states.values())

    def settle(
        self, tx: Tx, notice: Notice, acknowledged: Collection[int], error: str, now: datetime
    ) -> Mapping[str, int]:
        """Store which ids the client confirmed; the rest is tried again or has failed. Returns counts by state."""
        moment = to_ms(now)
        rows = [self._after(row, row.message in acknowledged, error, moment) for row in notice.callbacks]
        callbacks.settle(tx, rows)
        return {state: sum(row.state == state for row in rows) for state in (ACKNOWLEDGED, PENDING, FAILED)}

    def _after(self, row: Callback, confirmed: bool, error: str, now: int) -> Callback:
        if confirmed:
            return row._replace(state=ACKNOWLEDGED, done_at=now, error="")
        if error:
            tried, most = row.attempts, len(self._delays)
        else:
            row = row._replace(answered=row.answered + 1)
            tried, most, error = row.answered, min(self._unconfirmed - 1, len(self._delays)), "not acknowledged"
        if tried > most:
            return row._replace(state=FAILED, done_at=now, error=error)
        return row._replace(due_at=now + self._delays[tried - 1], error=error)


def _give_up(tx: Tx, rows: Sequence[Callback], now: int, error: str) -> None:
    callbacks.settle(tx, [row._replace(state=FAILED, done_at=now, error=error) for row in rows])


def _campaign_keys(tx: Tx, account: Account, known: Collection[Message]) -> dict[int, str]:
    wanted = {(message.campaign, message.dialect) for message in known if message.campaign is not None}
    found = {}
    for campaign, dialect in wanted:
        stored = campaigns.by_id(tx, account.id, dialect, campaign)
        if stored is not None:
            found[int(campaign)] = stored.key
    return found
