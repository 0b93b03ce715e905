"""Subscribers are added, changed and deleted: ``/xml/phones.php``.

    <base id_base="1234"><phone phone="79612242243" name="Иван" number_phone="1"/>
      <phone phone="79612242244" action="delete" number_phone="2"/></base>

    <base id_base="1234"><phone phone="79612242243" number_phone="1">insert</phone>
      <phone phone="79612242244" number_phone="2">not_found</phone></base>

All on one line. What is not given of a subscriber keeps its value; an empty attribute empties it. The manual prints the
answer with self-closed tags that have a text; this is what clients read.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from tolmach.codecs import xmltree
from tolmach.core.bases import read_field
from tolmach.core.commands import DropSubscriber, EditSubscribers, PutSubscriber, SubscriberEdits
from tolmach.core.errors import Failure, RequestError
from tolmach.core.results import Edit, SubscriberEditsResult
from tolmach.dialects.contract import Call
from tolmach.dialects.document import read_root
from tolmach.dialects.engine.envelope import Refusing, credentials, on_one_line
from tolmach.dialects.prontosms.vocabulary import EDITS, NAME, SUBSCRIBER
from tolmach.wire import WireRequest, WireResponse

if TYPE_CHECKING:
    from lxml import etree

_PUT: Final = frozenset({"", "insert", "edit"})
Heads = tuple[str, tuple[str, ...]]


class Phones(Refusing):
    """Edit subscribers; the echo of a call is the beginning of each element of the answer."""

    dialect: str = NAME
    paths: Sequence[str] = ("/xml/phones.php",)
    open_to_blocked: bool = True

    def parse(self, request: WireRequest) -> Call[SubscriberEditsResult]:
        """Read the edits of each base; whatever is wrong inside them is told only to an authenticated caller."""
        root = read_root(request)
        login = credentials(root, request)
        bases = list(root.iterchildren("base"))
        try:
            if not bases:
                raise RequestError(Failure.MISSING_FIELD, "base")
            command = EditSubscribers(tuple(map(_edits, bases)))
        except RequestError as fault:
            return Call(login, EditSubscribers(()), fault=fault)
        return Call(login, command, echo=tuple(map(_heads, bases)))

    def render(self, call: Call[SubscriberEditsResult], result: SubscriberEditsResult) -> WireResponse:
        """Write one ``<base>`` per base with one ``<phone>`` per edit, in the order of the document."""
        return on_one_line(map(_answer, call.echo, result.bases))


def _edits(base: "etree._Element") -> SubscriberEdits:
    return SubscriberEdits((base.get("id_base") or "").strip(), tuple(map(_edit, base.iterchildren("phone"))))


def _edit(phone: "etree._Element") -> PutSubscriber | DropSubscriber:
    number, action = phone.get("phone") or "", (phone.get("action") or "").strip().lower()
    if action == "delete":
        return DropSubscriber(number)
    if action not in _PUT:
        raise RequestError(Failure.BAD_FIELD, "action")
    fields: dict[str, str] = {}
    for attribute, name in SUBSCRIBER.items():
        written = phone.get(attribute)
        if written is not None:
            try:
                fields[name] = read_field(name, written)
            except ValueError as error:
                raise RequestError(Failure.BAD_FIELD, str(error)) from None
    return PutSubscriber(number, fields)


def _heads(base: "etree._Element") -> Heads:
    """Return how the elements of the answer begin: with the numbers as they were written."""
    start = f'<base id_base="{xmltree.attribute(base.get("id_base") or "")}">'
    return start, tuple(map(_head, base.iterchildren("phone")))


def _head(phone: "etree._Element") -> str:
    number = phone.get("number_phone")
    echo = "" if number is None else f' number_phone="{xmltree.attribute(number)}"'
    return f'<phone phone="{xmltree.attribute(phone.get("phone") or "")}"{echo}>'


def _answer(heads: Heads, edits: Sequence[Edit]) -> str:
    start, phones = heads
    return f"{start}{''.join(f'{head}{EDITS[edit]}</phone>' for head, edit in zip(phones, edits, strict=True))}</base>"
