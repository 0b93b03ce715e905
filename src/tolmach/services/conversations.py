"""The inbox as people read it: page by page from the newest on, and what was written back."""

from collections.abc import Sequence

from tolmach.core.commands.inbox import BrowseIncoming, ShowConversation
from tolmach.core.commands.messages import ListMessages
from tolmach.core.phone import beginning, normalise
from tolmach.core.rejections import Rejection
from tolmach.core.results.inbox import Conversation, IncomingPage, Line
from tolmach.services import messagepages
from tolmach.services.context import Context, Handlers
from tolmach.services.inbox import LONGEST_NUMBER, incoming
from tolmach.store import inbox
from tolmach.store.inbox import Letter, Span

LARGEST_PAGE = 500
LOOKED_AT = 20_000  # messages, for those of one sender: there is no index by senders
LINES = 50  # of each side


def browse(asked: Context, command: BrowseIncoming) -> IncomingPage:
    """Return a page."""
    limit = min(max(command.limit, 1), LARGEST_PAGE)
    before = _own(asked, command.before)
    found, edge = _found(asked, sought(command.sender), before, limit + 1)
    items = [incoming(one, asked.account.time_zone) for one in found[:limit]]
    if len(found) > limit:
        return IncomingPage(items, items[-1].id)
    return IncomingPage(items, 0 if edge is None else edge.id, whole=edge is None)


def _found(asked: Context, sender: str, before: Letter | None, limit: int) -> tuple[Sequence[Letter], Letter | None]:
    """Return what was found, and where the search has stopped though there is more."""
    if not sender:
        return inbox.page(asked.tx, asked.account.id, limit, before), None
    edge = inbox.edge(asked.tx, asked.account.id, LOOKED_AT, before)
    return inbox.from_sender(asked.tx, asked.account.id, sender, Span(edge, before), limit), edge


def sought(written: str) -> str:
    """Return how the senders begin that somebody looks for: a number without its signs, a name as it is."""
    sender = written.strip()
    digits = beginning(sender)
    if not digits or any(char.isalpha() for char in sender):
        return sender[:LONGEST_NUMBER]
    return digits[:LONGEST_NUMBER]


def show(asked: Context, command: ShowConversation) -> Conversation | None:
    """Return the conversation that a message belongs to."""
    letter = _own(asked, command.id)
    if letter is None:
        return None
    answerable = not isinstance(normalise(letter.sender), Rejection)
    lines = [*_theirs(asked, letter), *(_ours(asked, letter.sender) if answerable else ())]
    return Conversation(
        about=incoming(letter, asked.account.time_zone),
        lines=sorted(lines, key=lambda line: line.at),
        answerable=answerable,
    )


def _theirs(asked: Context, letter: Letter) -> Sequence[Line]:
    """Return the sender's latest messages, and this one, which may be older."""
    found, _ = _found(asked, letter.sender, None, LINES)
    several = {one.id: one for one in (letter, *found) if one.sender == letter.sender}
    zone = asked.account.time_zone
    return [Line(incoming(one, zone).at, one.text, one.recipient) for one in several.values()]


def _ours(asked: Context, number: str) -> Sequence[Line]:
    rows = messagepages.listing(asked, ListMessages(recipient=number, limit=LINES)).rows
    return [Line(row.accepted_at, row.text, row.sender, row.id, row.status) for row in rows if row.recipient == number]


def _own(asked: Context, number: int) -> Letter | None:
    letter = inbox.by_id(asked.tx, number) if number else None
    return letter if letter is not None and letter.account == asked.account.id else None


READERS: Handlers = {BrowseIncoming: browse, ShowConversation: show}
