"""Address bases of accounts, as clients and as operators keep them; their subscribers are in `subscribers`."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from tolmach.core.bases import Base, read_days, read_name, read_time
from tolmach.core.commands import DropBase, EditBases, ListBases, PutBase
from tolmach.core.ids import AccountId, parse_id
from tolmach.core.moments import to_ms
from tolmach.core.results import BaseEdited, BaseEditsResult, BasesResult, Edit
from tolmach.core.sentences import say
from tolmach.services import accounts, fields
from tolmach.services.administration import BadValueError, ConflictError, NotFoundError
from tolmach.services.context import Context, Handlers
from tolmach.store import bases
from tolmach.store.database import Tx


def changed_at(tx: Tx, account: AccountId, base: int) -> int | None:
    """Return when a base or one of its subscribers changed last (milliseconds); None when there is no such base."""
    found = bases.by_id(tx, account, base)
    return None if found is None else found.changed_at


def find(tx: Tx, account: AccountId, reference: str, *, to_change: bool = False) -> Base | None:
    """Return the account's base with a number as a client wrote it."""
    number = parse_id(reference)
    return None if number is None else bases.by_id(tx, account, number, to_change=to_change)


def list_bases(asked: Context, _command: ListBases) -> BasesResult:
    """Return the account's bases."""
    return BasesResult(bases.of_account(asked.tx, asked.account.id))


def edit_bases(asked: Context, command: EditBases) -> BaseEditsResult:
    """Carry out edits in order."""
    return BaseEditsResult(
        [_put(asked, edit) if isinstance(edit, PutBase) else _drop(asked, edit) for edit in command.edits]
    )


def _put(asked: Context, edit: PutBase) -> BaseEdited:
    if edit.reference is None:
        name = edit.changes.get("name", "")
        known = bases.by_name(asked.tx, asked.account.id, name) if name else None
        return _add(asked, edit.changes) if known is None else _change(asked, known, edit.changes)
    found = find(asked.tx, asked.account.id, edit.reference)
    return BaseEdited(Edit.NOT_FOUND) if found is None else _change(asked, found, edit.changes)


def _add(asked: Context, changes: Mapping[str, Any]) -> BaseEdited:
    new = Base(0, asked.account.id, "", changed_at=to_ms(asked.now)).changed(changes)
    return BaseEdited(Edit.INSERTED, bases.add(asked.tx, new).id)


def _change(asked: Context, found: Base, changes: Mapping[str, Any]) -> BaseEdited:
    wanted = found.changed(changes)
    if wanted != found:
        bases.change(asked.tx, replace(wanted, changed_at=max(to_ms(asked.now), found.changed_at)))
    return BaseEdited(Edit.CHANGED, found.id)


def _drop(asked: Context, edit: DropBase) -> BaseEdited:
    number = parse_id(edit.reference)
    if number is None or not bases.remove(asked.tx, asked.account.id, number, to_ms(asked.now)):
        return BaseEdited(Edit.NOT_FOUND)
    return BaseEdited(Edit.DELETED, number)


def add(tx: Tx, login: str, name: str, changes: Mapping[str, Any], now: datetime) -> Base:
    """Add a base as an operator; BadValueError, NotFoundError or ConflictError."""
    account = accounts.find(tx, login)
    checked = _checked({**changes, "name": name})
    if bases.by_name(tx, account.id, checked["name"]) is not None:
        raise ConflictError(say("account %(login)r has a base %(name)r already", login=login, name=name))
    return bases.add(tx, Base(0, account.id, "", changed_at=to_ms(now)).changed(checked))


def of_login(tx: Tx, login: str) -> Sequence[Base]:
    """Return an account's bases; NotFoundError."""
    return bases.of_account(tx, accounts.find(tx, login).id)


def named(tx: Tx, login: str, reference: str) -> Base:
    """Return an account's base by its number or its name; NotFoundError."""
    account = accounts.find(tx, login)
    found = find(tx, account.id, reference) or bases.by_name(tx, account.id, reference)
    if found is None:
        known = [text for base in bases.of_account(tx, account.id) for text in (str(base.id), base.name)]
        raise NotFoundError("base", reference, known)
    return found


def change(tx: Tx, login: str, reference: str, changes: Mapping[str, Any], now: datetime) -> Base:
    """Change a base as an operator; BadValueError, NotFoundError or ConflictError."""
    base = named(tx, login, reference)
    if not changes:
        raise BadValueError(say("nothing to change: name at least one thing"))
    checked = _checked(changes)
    namesake = bases.by_name(tx, base.account, checked["name"]) if "name" in checked else None
    if namesake is not None and namesake.id != base.id:
        raise ConflictError(say("account %(login)r has a base %(name)r already", login=login, name=namesake.name))
    changed = replace(base.changed(checked), changed_at=max(to_ms(now), base.changed_at))
    bases.change(tx, changed)
    return changed


def remove(tx: Tx, login: str, reference: str, now: datetime) -> Base:
    """Delete a base with its subscribers; NotFoundError."""
    base = named(tx, login, reference)
    bases.remove(tx, base.account, base.id, to_ms(now))
    return base


def _checked(changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return changes as they are stored; times, days and names are still text."""
    checked = dict(changes)
    try:
        for name, read in (("at", read_time), ("days_before", read_days), ("name", read_name)):
            if name in checked:
                checked[name] = read(checked[name])
    except ValueError as error:
        raise BadValueError(str(error)) from None
    if not checked.get("name", "-"):
        raise BadValueError(say("the name of a base is not empty"))
    if checked.get("sender"):
        fields.sender(checked["sender"])
    return checked


READERS: Handlers = {ListBases: list_bases}
WRITERS: Handlers = {EditBases: edit_bases}
