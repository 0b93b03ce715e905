"""Senders in the registries of operators: ``/xml/list_registry_originator.php``, ``/xml/registry_originator.php``.

    <registry_originator><originator originator="A" legal_entity="ООО" operator="mts" inn="77"/></registry_originator>
    <delete_registry_originator><originator originator="Old" operator="mega"/></delete_registry_originator>

The answer has both blocks again, with ``status`` (``add``, ``delete``, ``not_found`` or ``error``) and ``error``. The
list has an ``<operator>`` per operator with its senders. All on one line.
"""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Final

from tolmach.codecs import xmltree
from tolmach.core.commands import DropRegistration, EditRegistry, ListRegistry, PutRegistration
from tolmach.core.errors import Failure, RequestError
from tolmach.core.papers import LONGEST_FIELD, LONGEST_TEXT
from tolmach.core.registry import OPERATORS
from tolmach.core.results import RegistryEdit, RegistryEditsResult, RegistryEntry, RegistryResult
from tolmach.dialects.contract import Call
from tolmach.dialects.document import read_root
from tolmach.dialects.engine.envelope import Refusing, credentials, on_one_line
from tolmach.dialects.prontosms.vocabulary import NAME, REGISTRY_EDITS, REGISTRY_STATES
from tolmach.wire import WireRequest, WireResponse

if TYPE_CHECKING:
    from lxml import etree

_ADD: Final = "registry_originator"
_DELETE: Final = "delete_registry_originator"


class ListOfRegistry(Refusing):
    """List the account's senders at operators."""

    dialect: str = NAME
    paths: Sequence[str] = ("/xml/list_registry_originator.php",)
    open_to_blocked: bool = True

    def parse(self, request: WireRequest) -> Call[RegistryResult]:
        """Read what narrows the list."""
        root = read_root(request)
        login = credentials(root, request)
        filters = xmltree.child(root, _ADD)
        operator, sender, inn = ("", "", "") if filters is None else map(filters.get, ("operator", "originator", "inn"))
        command = ListRegistry((operator or "").strip(), (sender or "").strip(), (inn or "").strip())
        return Call(login, command)

    def render(self, call: Call[RegistryResult], result: RegistryResult) -> WireResponse:
        """Write one ``<operator>`` per operator that has an entry."""
        groups = groupby(result.entries, key=lambda entry: entry.operator)
        operators = "".join(_operator(word, entries) for word, entries in groups)
        return on_one_line((f"<{_ADD}>{operators}</{_ADD}>",))


class RegistryOriginator(Refusing):
    """Ask operators to register senders, or to forget them; the echo of a call is its wishes."""

    dialect: str = NAME
    paths: Sequence[str] = ("/xml/registry_originator.php",)
    open_to_blocked: bool = True

    def parse(self, request: WireRequest) -> Call[RegistryEditsResult]:
        """Read the wishes; whatever is wrong inside them is told only to an authenticated caller."""
        root = read_root(request)
        login = credentials(root, request)
        found = [one for block in root.iterchildren(_ADD, _DELETE) for one in block.iterchildren("originator")]
        try:
            edits = tuple(map(_edit, found))
        except RequestError as fault:
            return Call(login, EditRegistry(()), fault=fault)
        return Call(login, EditRegistry(edits), echo=edits)

    def render(self, call: Call[RegistryEditsResult], result: RegistryEditsResult) -> WireResponse:
        """Write the block of additions and that of deletions, where the request had them."""
        pairs = list(zip(call.echo, result.items, strict=True))
        added = "".join(_added(wish, item) for wish, item in pairs if isinstance(wish, PutRegistration))
        deleted = "".join(_deleted(wish, item) for wish, item in pairs if isinstance(wish, DropRegistration))
        blocks = ((_ADD, added), (_DELETE, deleted))
        return on_one_line(f"<{name}>{lines}</{name}>" for name, lines in blocks if lines)


def _edit(element: "etree._Element") -> PutRegistration | DropRegistration:
    parent = element.getparent()
    assert parent is not None
    sender, operator = _field(element, "originator"), _field(element, "operator").lower()
    if parent.tag == _DELETE:
        return DropRegistration(sender, operator)
    legal_entity, inn = _field(element, "legal_entity"), _field(element, "inn")
    return PutRegistration(sender, operator, legal_entity, inn, _field(element, "comment", LONGEST_TEXT))


def _field(element: "etree._Element", name: str, limit: int = LONGEST_FIELD) -> str:
    value = (element.get(name) or "").strip()
    if len(value) > limit:
        raise RequestError(Failure.BAD_FIELD, f"{name} is too long")
    return value


def _operator(word: str, entries: Iterable[RegistryEntry]) -> str:
    title = xmltree.attribute(OPERATORS[word].name)
    return f'<operator name="{word}" title="{title}">{"".join(map(_entry, entries))}</operator>'


def _entry(entry: RegistryEntry) -> str:
    values = {
        "originator": entry.sender,
        "date_from": f"{entry.since:%Y-%m-%d}",
        "legal_entity": entry.legal_entity,
        "inn": entry.inn,
        "comment": entry.comment,
        "status": entry.state.value,
        "status_text": REGISTRY_STATES[entry.state],
    }
    return _element(values)


def _added(wish: PutRegistration, item: RegistryEdit) -> str:
    status, error = ("add", "") if item is RegistryEdit.ADDED else ("error", REGISTRY_EDITS[item])
    values = {"originator": wish.sender, "operator": wish.operator, "inn": wish.inn}
    return _element(values | {"status": status, "error": error})


def _deleted(wish: DropRegistration, item: RegistryEdit) -> str:
    status, error = ("delete", "") if item is RegistryEdit.DELETED else ("not_found", REGISTRY_EDITS[item])
    return _element({"originator": wish.sender, "operator": wish.operator, "status": status, "error": error})


def _element(values: dict[str, str]) -> str:
    attributes = "".join(f' {name}="{xmltree.attribute(value)}"' for name, value in values.items())
    return f"<originator{attributes}></originator>"
