"""Senders: ``/xml/originator.php``.

    <any_originator>FALSE</any_originator><list_originator><originator state="order">INFORM</originator>...

There is no white space between the elements: clients that read by position would find an empty list. ``state`` is the
only attribute: a widespread expression is ``<originator state="[A-z]+">``.
"""

from collections.abc import Sequence

from tolmach.codecs import xmltree
from tolmach.core.commands import ListSenders
from tolmach.core.results import Sender, SendersResult
from tolmach.dialects.contract import Call
from tolmach.dialects.document import read_root
from tolmach.dialects.engine.envelope import Refusing, answer, credentials
from tolmach.dialects.prontosms.vocabulary import NAME
from tolmach.wire import WireRequest, WireResponse


class Originator(Refusing):
    """List the account's senders; an account that may use any sender gets no list."""

    dialect: str = NAME
    paths: Sequence[str] = ("/xml/originator.php",)
    open_to_blocked: bool = True

    def parse(self, request: WireRequest) -> Call[SendersResult]:
        """Read who asks."""
        return Call(credentials(read_root(request), request), ListSenders())

    def render(self, call: Call[SendersResult], result: SendersResult) -> WireResponse:
        """Write everything below the root on one line."""
        if result.any_sender:
            return answer(("<any_originator>TRUE</any_originator>",))
        senders = "".join(map(_originator, result.senders))
        return answer((f"<any_originator>FALSE</any_originator><list_originator>{senders}</list_originator>",))


def _originator(sender: Sender) -> str:
    return f'<originator state="{xmltree.attribute(sender.state)}">{xmltree.escape(sender.name)}</originator>'
