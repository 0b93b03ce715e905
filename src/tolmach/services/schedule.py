"""What waits for its time: listed page by page, and cancelled."""

from tolmach.core.commands import CancelScheduled, ListScheduled
from tolmach.core.ids import parse_id, split_id
from tolmach.core.moments import from_ms, to_ms
from tolmach.core.results import CancelledResult, Scheduled, SchedulePage
from tolmach.core.timezones import to_wall
from tolmach.services.context import Context, Handlers
from tolmach.store import messages, schedule
from tolmach.store.messages import Message
from tolmach.store.schedule import Mark

PAGE = 1_000


def list_scheduled(asked: Context, command: ListScheduled) -> SchedulePage:
    """Return a page of the account's messages that wait for their time, soonest first."""
    now, after, page = to_ms(asked.now), *_beginning(asked, command.page)
    left = schedule.count(asked.tx, asked.account.id, now, after)
    rows = schedule.page(asked.tx, asked.account.id, now, PAGE, after) if page == command.page else ()
    if len(rows) == PAGE:
        asked.bookmarks.put(asked.account.id, page + 1, rows[-1].mark, asked.now)
    known = messages.by_ids(asked.tx, [row.message for row in rows])
    items = [_scheduled(known[row.message], row.expires_at, asked.account.time_zone) for row in rows]
    return SchedulePage(command.page, max(1, page - 1 + -(-left // PAGE)), items)


def _beginning(asked: Context, page: int) -> tuple[Mark | None, int]:
    """Return the row before a page, and the page: the last one there is, when the list ends earlier.

    A page begins where the one before it ended when it was read, though the list may have lost rows since then.
    """
    now = to_ms(asked.now)
    known, after = asked.bookmarks.nearest(asked.account.id, page, asked.now)
    while known < page:
        rows = schedule.page(asked.tx, asked.account.id, now, PAGE, after)
        if len(rows) < PAGE:
            break
        known, after = known + 1, rows[-1].mark
        asked.bookmarks.put(asked.account.id, known, after, asked.now)
    return after, known


def cancel_scheduled(asked: Context, command: CancelScheduled) -> CancelledResult:
    """Cancel what no carrier has seen of these messages, and nothing of what is due already."""
    numbers = [parse_id(text) for text in command.ids]
    wanted = {split_id(number)[0] for number in numbers if number is not None}
    now = to_ms(asked.now)
    known = messages.by_ids(asked.tx, wanted)
    own = [id_ for id_, one in known.items() if one.account == asked.account.id and one.due_at > now]
    left = set(asked.delivery.cancellable(asked.tx, own))
    asked.delivery.cancel(asked.tx, sorted(left), asked.now)
    items: list[bool] = []
    for number in numbers:
        message = None if number is None else split_id(number)[0]
        items.append(message in left)
        if message is not None:
            left.discard(message)
    return CancelledResult(items)


def _scheduled(message: Message, expires_at: int, zone: str) -> Scheduled:
    first = message.plan[0]
    return Scheduled(
        id=message.id,
        recipient=message.recipient,
        sender=first.sender,
        content=first.content,
        parts=first.parts,
        label=message.label,
        accepted_at=to_wall(from_ms(message.accepted_at), zone),
        sends_at=to_wall(from_ms(message.due_at), zone),
        expires_at=to_wall(from_ms(expires_at), zone),
    )


READERS: Handlers = {ListScheduled: list_scheduled}
WRITERS: Handlers = {CancelScheduled: cancel_scheduled}
