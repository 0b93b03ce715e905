"""Links that an operator adds and removes while the gateway runs. What a link may be is checked before it gets here."""

from collections.abc import Collection, Sequence
from datetime import datetime

import orjson

from tolmach.core.commands.addedlinks import AddLink, ChangeLink, GetAddedLink, ListAddedLinks, RemoveLink
from tolmach.core.moments import from_ms, to_ms
from tolmach.core.results.addedlinks import AddedLink, AddedLinksResult
from tolmach.core.sentences import say
from tolmach.services import linkdrafts
from tolmach.services.administration import BadValueError, ConflictError, NotFoundError
from tolmach.services.context import PersonContext
from tolmach.store import addedlinks
from tolmach.store.addedlinks import Added
from tolmach.store.database import Tx


def add_all(tx: Tx, links: Sequence[tuple[str, str]], configured: Collection[str], now: datetime) -> None:
    """Store links, (name, definition) each, all or none; see `add`."""
    for name, definition in links:
        add(tx, name, definition, configured, now)


def add(tx: Tx, name: str, definition: str, configured: Collection[str], now: datetime) -> None:
    """Store a link. ConflictError when the settings (``configured``) or an added link has its name."""
    if name in configured:
        raise ConflictError(say("the settings have a link %(name)r already", name=name))
    for one in addedlinks.everything(tx):
        if one.name == name:
            state = say("is still being removed") if one.removed_at else say("was added already")
            raise ConflictError(say("link %(name)r %(state)s", name=name, state=state))
    addedlinks.add(tx, Added(name, definition, to_ms(now)))


def remove(tx: Tx, name: str, configured: Collection[str], now: datetime) -> int:
    """Let a link go when it has answered what it has in hand; return how many of its parts wait for a receipt.

    NotFoundError; ConflictError for a link of the settings.
    """
    if name in configured:
        raise ConflictError(
            say("%(name)s stands in the settings: take it out there and start the gateway again", name=name)
        )
    if not addedlinks.remove(tx, name, to_ms(now)):
        known = [one.name for one in addedlinks.everything(tx) if one.removed_at is None]
        raise NotFoundError("added link", name, known)
    return addedlinks.awaited(tx, name)


# --- on the desk


def listing(asked: PersonContext, _command: ListAddedLinks) -> AddedLinksResult:
    """Return the links that were added."""
    return AddedLinksResult([_shown(one) for one in addedlinks.everything(asked.tx)])


def show(asked: PersonContext, command: GetAddedLink) -> AddedLink:
    """Return one with its definition, secrets masked; NotFoundError."""
    return _shown(_find(asked.tx, command.name), whole=True)


def put(asked: PersonContext, command: AddLink) -> None:
    """Add a link; BadValueError, ConflictError."""
    definition = _checked(asked, linkdrafts.restored(linkdrafts.read(command.definition, command.name), {}))
    add(asked.tx, command.name, definition, asked.installation.configured, asked.now)


def change(asked: PersonContext, command: ChangeLink) -> None:
    """Give a link another definition; BadValueError, NotFoundError."""
    stored = orjson.loads(_find(asked.tx, command.name).definition)
    given = linkdrafts.read(command.definition, command.name)
    definition = _checked(asked, linkdrafts.restored(given, stored))
    if not addedlinks.change(asked.tx, command.name, definition):
        raise ConflictError(say("link %(name)r %(state)s", name=command.name, state=say("is still being removed")))


def take_away(asked: PersonContext, command: RemoveLink) -> int:
    """Let a link go; return how many of its parts wait for a receipt. NotFoundError, ConflictError."""
    return remove(asked.tx, command.name, asked.installation.configured, asked.now)


def _checked(asked: PersonContext, table: dict[str, object]) -> str:
    """Return a definition as it is stored; BadValueError."""
    if table.get("allow_private") and not asked.installation.private_links:
        raise BadValueError(say("allow_private can be said in the settings and on the command line only"))
    try:
        asked.installation.check_link(table)
    except ValueError as error:
        raise BadValueError(str(error)) from None
    return orjson.dumps(table).decode()


def _find(tx: Tx, name: str) -> Added:
    found = addedlinks.everything(tx)
    for one in found:
        if one.name == name:
            return one
    raise NotFoundError("added link", name, [one.name for one in found])


def _shown(one: Added, *, whole: bool = False) -> AddedLink:
    table = orjson.loads(one.definition)
    return AddedLink(
        one.name,
        table.get("type", "smpp"),
        linkdrafts.to(table),
        from_ms(one.added_at),
        one.removed_at is not None,
        linkdrafts.write(table) if whole else "",
    )
