"""Bases are added, changed and deleted: ``/xml/bases.php``.

    <bases><base id_base="1234" on_birth="no"/><base number_base="1" name_base="Office">Поздравляем!</base></bases>
    <delete_bases><base id_base="1235"/></delete_bases>

    <base id_base="1234">edit</base><base number_base="1" id_base="1236">insert</base><base id_base="1235">delete</base>

What is not given keeps its value. A base without ``id_base`` whose name the account has already is that base.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

from tolmach.codecs import xmltree
from tolmach.core.admission import well_formed
from tolmach.core.bases import read_days, read_name, read_time
from tolmach.core.commands import DropBase, EditBases, PutBase
from tolmach.core.errors import Failure, RequestError
from tolmach.core.results import BaseEdited, BaseEditsResult
from tolmach.dialects.contract import Call
from tolmach.dialects.document import read_root
from tolmach.dialects.engine.envelope import Refusing, credentials, on_one_line
from tolmach.dialects.prontosms.vocabulary import EDITS, NAME
from tolmach.wire import WireRequest, WireResponse

if TYPE_CHECKING:
    from lxml import etree

_YES_OR_NO: Final = {"yes": True, "no": False}


class Bases(Refusing):
    """Edit bases; the echo of a call is the head of each answer: the numbers as they were written."""

    dialect: str = NAME
    paths: Sequence[str] = ("/xml/bases.php",)
    open_to_blocked: bool = True

    def parse(self, request: WireRequest) -> Call[BaseEditsResult]:
        """Read the edits; whatever is wrong inside them is told only to an authenticated caller."""
        root = read_root(request)
        login = credentials(root, request)
        elements = [base for block in root.iterchildren("bases", "delete_bases") for base in block.iterchildren("base")]
        try:
            edits = tuple(map(_edit, elements))
        except RequestError as fault:
            return Call(login, EditBases(()), fault=fault)
        echo = tuple((base.get("number_base"), base.get("id_base")) for base in elements)
        return Call(login, EditBases(edits), echo=echo)

    def render(self, call: Call[BaseEditsResult], result: BaseEditsResult) -> WireResponse:
        """Write one ``<base>`` per edit, in the order of the document."""
        return on_one_line(map(_answer, call.echo, result.items))


def _edit(base: "etree._Element") -> PutBase | DropBase:
    parent = base.getparent()
    assert parent is not None
    reference = (base.get("id_base") or "").strip()
    if parent.tag == "delete_bases":
        return DropBase(reference)
    return PutBase(reference or None, _changes(base))


def _changes(base: "etree._Element") -> dict[str, Any]:
    """Return what is given; an empty attribute gives nothing, but takes the sender away."""
    changes: dict[str, Any] = {}
    for attribute, (name, read) in _READERS.items():
        written = (base.get(attribute) or "").strip()
        if written or (attribute == "originator_birth" and base.get(attribute) is not None):
            try:
                changes[name] = read(written)
            except ValueError as error:
                raise RequestError(Failure.BAD_FIELD, f"{attribute}: {error}") from None
    text = xmltree.text_of(base).strip()
    if text:
        changes["text"] = text.replace("\\n", "\n").replace("\r\n", "\n")
    return changes


def _switch(text: str) -> bool:
    if text.lower() not in _YES_OR_NO:
        raise ValueError("neither yes nor no")
    return _YES_OR_NO[text.lower()]


def _sender(text: str) -> str:
    if not well_formed(text):
        raise ValueError("neither at most 15 digits nor at most 11 characters")
    return text


_READERS: Final[dict[str, tuple[str, Callable[[str], Any]]]] = {
    "name_base": ("name", read_name),
    "time_birth": ("at", read_time),
    "local_time_birth": ("local_time", _switch),
    "day_before": ("days_before", read_days),
    "originator_birth": ("sender", _sender),
    "on_birth": ("on", _switch),
}


def _answer(written: tuple[str | None, str | None], item: BaseEdited) -> str:
    number, id_ = written
    shown = {"number_base": number, "id_base": str(item.id) if item.id is not None else id_}
    head = "".join(f' {name}="{xmltree.attribute(value)}"' for name, value in shown.items() if value is not None)
    return f"<base{head}>{EDITS[item.edit]}</base>"
