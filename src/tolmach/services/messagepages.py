"""Messages as their account looks through them: page by page, and one with everything that happened to it.

A page is bounded whatever is asked: the search looks at so many messages and then says where to go on.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from tolmach.core import states
from tolmach.core.commands.messages import ListMessages, ShowMessage
from tolmach.core.ids import LARGEST
from tolmach.core.moments import from_ms, to_ms
from tolmach.core.money import Money
from tolmach.core.phone import beginning
from tolmach.core.results.messages import MessageRow, MessagesPage
from tolmach.core.results.timelines import Timeline
from tolmach.core.timezones import to_utc, to_wall
from tolmach.services import timelines
from tolmach.services.administration import NotFoundError
from tolmach.services.context import Context, Handlers
from tolmach.store import legs, messagepages, queue, statistics
from tolmach.store.legs import Leg
from tolmach.store.messagepages import Span
from tolmach.store.messages import Message

LARGEST_PAGE = 1_000
LOOKED_AT = 20_000


def listing(asked: Context, command: ListMessages) -> MessagesPage:
    """Return a page."""
    limit = min(max(command.limit, 1), LARGEST_PAGE)
    span = _span(asked, command)
    picks = bool(command.sender or command.statuses or span.recipient)
    piece = limit + 1
    edge = messagepages.edge(asked.tx, span, LOOKED_AT) if picks and not command.campaign else 0
    within = span._replace(first=max(span.first, edge))
    rows: list[MessageRow] = []
    while len(rows) <= limit:
        found = messagepages.newest(asked.tx, within, piece)
        rows += [row for row in _rows(asked, found) if _takes(command, row)]
        if len(found) < piece:
            break
        within = within._replace(end=found[-1].id)
    if len(rows) > limit:
        return MessagesPage(rows[:limit], rows[limit - 1].id)
    return MessagesPage(rows, edge, whole=not edge)


def show(asked: Context, command: ShowMessage) -> Timeline | None:
    """Return the timeline of one of the account's messages."""
    try:
        return timelines.timeline(
            asked.tx, command.id, asked.now, of=asked.account.id, numbering=asked.snapshot.numbering(asked.tx)
        )
    except NotFoundError:
        return None


def _span(asked: Context, command: ListMessages) -> Span:
    zone = asked.account.time_zone
    first, end, since, until = 0, command.before or LARGEST, 0, LARGEST
    if command.first_day is not None:
        since = max(0, to_ms(to_utc(datetime.combine(command.first_day, datetime.min.time()), zone)))
        first = statistics.first_id(asked.tx, since - statistics.SKEW_MS)
    if command.last_day is not None and command.last_day < date.max:
        until = to_ms(to_utc(datetime.combine(command.last_day + timedelta(days=1), datetime.min.time()), zone))
        end = min(end, statistics.first_id(asked.tx, until + statistics.SKEW_MS))
    recipient = beginning(command.recipient)
    filters = (recipient, command.campaign, command.statuses, command.sender)
    return Span(asked.account.id, first, end, *filters, since, until)


def _rows(asked: Context, found: Sequence[Message]) -> list[MessageRow]:
    ids = [message.id for message in found]
    tried: Mapping[int, list[Leg]] = legs.of_messages(asked.tx, ids)
    held = queue.on_moderation(asked.tx, set(ids) - tried.keys())
    return [_row(asked, message, tried.get(message.id, []), on_moderation=message.id in held) for message in found]


def _row(asked: Context, message: Message, tried: Sequence[Leg], *, on_moderation: bool) -> MessageRow:
    zone, plan = asked.account.time_zone, message.plan
    shown = plan[(tried[-1].step if tried else 1) - 1]
    changed = max((leg.changed_at for leg in tried), default=None)
    return MessageRow(
        id=message.id,
        accepted_at=to_wall(from_ms(message.accepted_at), zone),
        sends_at=to_wall(from_ms(message.due_at), zone),
        changed_at=None if changed is None else to_wall(from_ms(changed), zone),
        recipient=message.recipient,
        sender=shown.sender,
        channels=tuple(dict.fromkeys(step.channel for step in plan)),
        text=shown.content.text,
        parts=shown.parts,
        status=states.message_status(plan, [(leg.step, leg.status) for leg in tried], on_moderation=on_moderation),
        charged=Money(sum(leg.charged for leg in tried)),
        dialect=message.dialect,
        campaign=message.campaign,
    )


def _takes(command: ListMessages, row: MessageRow) -> bool:
    return (not command.statuses or row.status in command.statuses) and command.sender in ("", row.sender)


READERS: Handlers = {ListMessages: listing, ShowMessage: show}
