"""Statuses that could not be told to accounts, and telling them again."""

from datetime import datetime

from tolmach.core.commands.pulse import ListFailedCallbacks, ReplayCallbacks
from tolmach.core.moments import from_ms, to_ms
from tolmach.core.results.pulse import FailedCallback, FailedCallbacksPage
from tolmach.core.sentences import say
from tolmach.services import accounts
from tolmach.services.administration import BadValueError
from tolmach.store import callbacks
from tolmach.store.database import Tx

PAGE = 50


def listing(tx: Tx, command: ListFailedCallbacks, _now: datetime) -> FailedCallbacksPage:
    """Return a page, newest first; NotFoundError."""
    account = accounts.find(tx, command.login).id if command.login else None
    found = callbacks.failed(tx, account, command.before, PAGE + 1)
    logins = accounts.logins(tx)
    rows = [
        FailedCallback(
            id=one.id,
            login=logins.get(one.account, ""),
            message=one.message,
            status=one.status,
            changed_at=from_ms(one.changed_at),
            failed_at=None if one.done_at is None else from_ms(one.done_at),
            attempts=one.attempts,
            error=one.error,
        )
        for one in found[:PAGE]
    ]
    return FailedCallbacksPage(rows, rows[-1].id if len(found) > PAGE else 0)


def replay(tx: Tx, command: ReplayCallbacks, now: datetime) -> int:
    """Have statuses told again within a second or two; return how many. BadValueError, NotFoundError.

    They get as many attempts as new ones. What has been told meanwhile is not told twice.
    """
    if not command.ids and not command.login:
        raise BadValueError(say("name callbacks, or an account"))
    account = accounts.find(tx, command.login).id if command.login and not command.ids else None
    return callbacks.replay(tx, command.ids, account, to_ms(now))
