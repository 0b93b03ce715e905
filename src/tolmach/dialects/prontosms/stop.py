"""The stop list: ``/xml/list_stop.php`` and ``/xml/stop.php``.

    <add_stop><phone phone="79612242243"/></add_stop><delete_stop><phone phone="79612242244"/></delete_stop>

    <phone phone="79612242243">add</phone><phone phone="79612242244">not_found</phone>

The list and the answers stand on one line. Clients send both blocks, with an empty number in the one that they do not
use: it is passed over.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from tolmach.codecs import xmltree
from tolmach.core.commands import EditStops, ListStops, StopEdit
from tolmach.core.results import StopEditsResult, Stopped, StopsResult
from tolmach.dialects.contract import Call
from tolmach.dialects.document import read_root
from tolmach.dialects.engine.envelope import Refusing, credentials, on_one_line
from tolmach.dialects.prontosms.vocabulary import NAME
from tolmach.wire import WireRequest, WireResponse

_WORDS: Final[Mapping[Stopped, str]] = MappingProxyType(
    {Stopped.ADDED: "add", Stopped.DELETED: "delete", Stopped.NOT_FOUND: "not_found"}
)


class ListOfStops(Refusing):
    """List the account's stop list."""

    dialect: str = NAME
    paths: Sequence[str] = ("/xml/list_stop.php",)
    open_to_blocked: bool = True

    def parse(self, request: WireRequest) -> Call[StopsResult]:
        """Read who asks."""
        return Call(credentials(read_root(request), request), ListStops())

    def render(self, call: Call[StopsResult], result: StopsResult) -> WireResponse:
        """Write one ``<phone>`` per number."""
        return on_one_line(f"<phone>{number}</phone>" for number in result.numbers)


class Stop(Refusing):
    """Edit the stop list; the edits come back as they were written."""

    dialect: str = NAME
    paths: Sequence[str] = ("/xml/stop.php",)
    open_to_blocked: bool = True

    def parse(self, request: WireRequest) -> Call[StopEditsResult]:
        """Read the edits in the order of the document."""
        root = read_root(request)
        login = credentials(root, request)
        edits = tuple(
            StopEdit(number.strip(), block.tag == "delete_stop")
            for block in root.iterchildren("add_stop", "delete_stop")
            for phone in block.iterchildren("phone")
            if (number := phone.get("phone") or "").strip()
        )
        return Call(login, EditStops(edits), echo=edits)

    def render(self, call: Call[StopEditsResult], result: StopEditsResult) -> WireResponse:
        """Write one ``<phone>`` per edit."""
        return on_one_line(
            f'<phone phone="{xmltree.attribute(edit.number)}">{_WORDS[item]}</phone>'
            for edit, item in zip(call.echo, result.items, strict=True)
        )
