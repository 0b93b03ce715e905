"""Address bases of accounts: listed, added, changed and deleted by clients; their subscribers are in `subscribers`."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tolmach.core.bases import Base
from tolmach.core.commands import DropBase, EditBases, ListBases, PutBase
from tolmach.core.ids import AccountId, parse_id
from tolmach.core.moments import to_ms
from tolmach.core.results import BaseEdited, BaseEditsResult, BasesResult, Edit
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


READERS: Handlers = {ListBases: list_bases}
WRITERS: Handlers = {EditBases: edit_bases}
