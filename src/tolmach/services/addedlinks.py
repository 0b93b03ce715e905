"""Links that an operator adds and removes while the gateway runs. What a link may be is checked before it gets here."""

from collections.abc import Collection, Sequence
from datetime import datetime

from tolmach.core.moments import to_ms
from tolmach.core.sentences import say
from tolmach.services.administration import ConflictError, NotFoundError
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
