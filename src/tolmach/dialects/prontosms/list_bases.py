"""The account's address bases: ``/xml/list_bases.php``.

    <base id_base="1234" name_base="Office" time_birth="12:48" local_time_birth="yes" day_before="1"
      originator_birth="fitnes" on_birth="yes">Поздравляем!</base>

There is no white space between the elements: clients that read by position would find the first one only.
"""

from collections.abc import Sequence

from tolmach.codecs import xmltree
from tolmach.core.bases import Base
from tolmach.core.commands import ListBases
from tolmach.core.results import BasesResult
from tolmach.dialects.contract import Call
from tolmach.dialects.document import read_root
from tolmach.dialects.engine.envelope import Refusing, credentials, on_one_line
from tolmach.dialects.prontosms.vocabulary import NAME
from tolmach.wire import WireRequest, WireResponse


class ListOfBases(Refusing):
    """List the account's bases."""

    dialect: str = NAME
    paths: Sequence[str] = ("/xml/list_bases.php",)
    open_to_blocked: bool = True

    def parse(self, request: WireRequest) -> Call[BasesResult]:
        """Read who asks."""
        return Call(credentials(read_root(request), request), ListBases())

    def render(self, call: Call[BasesResult], result: BasesResult) -> WireResponse:
        """Write one ``<base>`` per base."""
        return on_one_line(map(_base, result.bases))


def _base(base: Base) -> str:
    greeting = base.greeting
    attributes = {
        "id_base": str(base.id),
        "name_base": base.name,
        "time_birth": greeting.at.strftime("%H:%M"),
        "local_time_birth": _yes(greeting.local_time),
        "day_before": str(greeting.days_before),
        "originator_birth": greeting.sender,
        "on_birth": _yes(greeting.on),
    }
    head = " ".join(f'{name}="{xmltree.attribute(value)}"' for name, value in attributes.items())
    text = xmltree.escape(greeting.text.replace("\n", "\\n"))  # no line break inside an element
    return f"<base {head}>{text}</base>"


def _yes(value: bool) -> str:
    return "yes" if value else "no"
