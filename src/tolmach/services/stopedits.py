"""The stop list as its account keeps it, and when it or a base changed."""

from tolmach.core.commands import CheckChange, EditStops, ListStops
from tolmach.core.errors import Failure, RequestError
from tolmach.core.ids import parse_id
from tolmach.core.moments import from_ms, to_ms
from tolmach.core.phone import beginning, normalise
from tolmach.core.rejections import Rejection
from tolmach.core.results import ChangeResult, StopEditsResult, Stopped, StopsResult
from tolmach.core.timezones import to_wall
from tolmach.services import bases
from tolmach.services.context import Context, Handlers
from tolmach.store import accounts, stops

LARGEST_PAGE = 1_000


def list_stops(asked: Context, command: ListStops) -> StopsResult:
    """Return the account's own list, or a page of it; the global one is the operator's."""
    owner = asked.account.id
    if not command.limit:
        found = stops.of_account(asked.tx, owner)
        return StopsResult(found, len(found))
    limit = min(max(command.limit, 1), LARGEST_PAGE)
    page = [phone for phone, _ in stops.page(asked.tx, owner, beginning(command.prefix), command.after, limit + 1)]
    more = len(page) > limit
    return StopsResult(page[:limit], stops.count(asked.tx, owner), page[limit - 1] if more else "")


def edit_stops(asked: Context, command: EditStops) -> StopEditsResult:
    """Carry out edits in order, with a fixed number of statements."""
    owner = asked.account.id
    numbers = [normalise(edit.number) for edit in command.edits]
    known = {str(number) for number in numbers if not isinstance(number, Rejection)}
    before = {phone for account, phone in stops.among(asked.tx, [owner], known) if account == owner}
    listed = set(before)
    items: list[Stopped] = []
    for edit, number in zip(command.edits, numbers, strict=True):
        if isinstance(number, Rejection) or (edit.delete and number not in listed):
            items.append(Stopped.NOT_FOUND)
        elif edit.delete:
            listed.discard(number)
            items.append(Stopped.DELETED)
        else:
            listed.add(number)
            items.append(Stopped.ADDED)
    _store(asked, before, listed)
    return StopEditsResult(items)


def _store(asked: Context, before: set[str], listed: set[str]) -> None:
    moment = to_ms(asked.now)
    if listed - before:
        stops.add(asked.tx, asked.account.id, sorted(listed - before), moment)
    if before - listed:
        stops.remove(asked.tx, asked.account.id, sorted(before - listed), moment)


def check_change(asked: Context, command: CheckChange) -> ChangeResult:
    """Return when a base or the stop list changed; a list that never did changed when its account was made."""
    if command.base is None:
        at = stops.changed_at(asked.tx, asked.account.id)
        if at is None:
            at = accounts.created_at(asked.tx, asked.account.id)
    else:
        number = parse_id(command.base)
        found = None if number is None else bases.changed_at(asked.tx, asked.account.id, number)
        if found is None:
            raise RequestError(Failure.UNKNOWN_BASE)
        at = found
    return ChangeResult(to_wall(from_ms(at), asked.account.time_zone))


READERS: Handlers = {ListStops: list_stops, CheckChange: check_change}
WRITERS: Handlers = {EditStops: edit_stops}
