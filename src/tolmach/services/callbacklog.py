"""The log of an account's callbacks, and having those told again that were given up."""

from collections.abc import Sequence

from tolmach.core.commands.callbacklog import ListCallbacks, RepeatCallbacks, SetNetworks
from tolmach.core.moments import from_ms, to_ms
from tolmach.core.results.callbacklog import CallbackLogPage, LoggedCallback, Told
from tolmach.core.timezones import to_wall
from tolmach.services import accounts, fields
from tolmach.services.accounts import Changes
from tolmach.services.administration import BadValueError
from tolmach.services.context import Context, Handlers
from tolmach.store import callbacks, messagepages, messages
from tolmach.store.callbacks import Callback

PAGE = 50
LOOKED_AT = 200
"""Messages that one page of the newest is made of, at most: most have one or two statuses to be told."""


def listing(asked: Context, command: ListCallbacks) -> CallbackLogPage:
    """Return a page."""
    account, before = asked.account.id, command.before
    if command.told is Told.FAILED:
        found = callbacks.failed(asked.tx, account, before, PAGE + 1)
        return _page(asked, found[:PAGE], found[PAGE - 1].id if len(found) > PAGE else 0)
    if command.told is Told.PENDING:
        found = callbacks.pending(asked.tx, account, before, PAGE + 1)  # a batch is due at one moment: by place
        return _page(asked, found[:PAGE], before + PAGE if len(found) > PAGE else 0)
    return _newest(asked, before)


def _newest(asked: Context, before: int) -> CallbackLogPage:
    """Go back message by message, so that an account with millions of statuses needs no index of its own for this."""
    ids = messagepages.newest_ids(asked.tx, asked.account.id, before, LOOKED_AT)
    found = callbacks.of_messages(asked.tx, ids)
    rows: list[Callback] = []
    for message in ids:
        rows += reversed(found.get(message, []))
        if len(rows) >= PAGE:
            return _page(asked, rows, message)
    return _page(asked, rows, ids[-1] if len(ids) == LOOKED_AT else 0)


def _page(asked: Context, found: Sequence[Callback], before: int) -> CallbackLogPage:
    known = messages.by_ids(asked.tx, {one.message for one in found})
    zone = asked.account.time_zone
    rows = [
        LoggedCallback(
            id=one.id,
            message=one.message,
            recipient=known[one.message].recipient if one.message in known else "",
            status=one.status,
            changed_at=to_wall(from_ms(one.changed_at), zone),
            told=Told(one.state),
            attempts=one.attempts,
            due_at=to_wall(from_ms(one.due_at), zone),
            done_at=None if one.done_at is None else to_wall(from_ms(one.done_at), zone),
            error=one.error,
        )
        for one in found
    ]
    return CallbackLogPage(rows, before)


def repeat(asked: Context, command: RepeatCallbacks) -> int:
    """Have statuses told again within a second or two; they get as many attempts as new ones."""
    return callbacks.replay(asked.tx, command.ids, asked.account.id, to_ms(asked.now))


def set_networks(asked: Context, command: SetNetworks) -> str:
    """Store from where programs may use the account."""
    wrong = next((one for one in command.networks if not _is_network(one)), "")
    if not wrong:
        accounts.change(asked.tx, asked.account.login, Changes(networks=command.networks))
    return wrong


def _is_network(text: str) -> bool:
    try:
        fields.network(text)
    except BadValueError:
        return False
    return True


READERS: Handlers = {ListCallbacks: listing}
WRITERS: Handlers = {RepeatCallbacks: repeat, SetNetworks: set_networks}
