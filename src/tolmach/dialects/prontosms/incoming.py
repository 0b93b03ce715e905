"""What subscribers wrote: ``/xml/incoming.php``.

    <time start="2012-01-31 12:23:00" end="2012-02-29 12:23:00"/>

    <sms id_sms="1234" date_receive="2012-01-31 12:55:55" originator="79612242243" prefix="IGRA"
      phone="79611111111">text</sms>

Both moments are exclusive, ``end`` may be left out; everything stands on one line.
"""

from collections.abc import Sequence
from datetime import datetime

from tolmach.codecs import walltime, xmltree
from tolmach.core.commands import ListIncoming
from tolmach.core.errors import Failure, RequestError
from tolmach.core.results import Incoming, IncomingResult
from tolmach.dialects.contract import Call
from tolmach.dialects.document import read_root
from tolmach.dialects.engine.envelope import DECLARATION, HEADERS, Refusing, credentials, on_one_line
from tolmach.dialects.prontosms.vocabulary import NAME
from tolmach.wire import WireRequest, WireResponse

_UNASKED = datetime(1970, 1, 1)  # noqa: DTZ001 - a wall clock


class IncomingMessages(Refusing):
    """Tell what came between two moments."""

    dialect: str = NAME
    paths: Sequence[str] = ("/xml/incoming.php",)
    open_to_blocked: bool = True

    def parse(self, request: WireRequest) -> Call[IncomingResult]:
        """Read the moments; a day that its month lacks is the last one (the manual's own sample has 31 February)."""
        root = read_root(request)
        login = credentials(root, request)
        asked = next(root.iterchildren("time"), None)
        start = "" if asked is None else (asked.get("start") or "").strip()
        end = "" if asked is None else (asked.get("end") or "").strip()
        try:
            first = walltime.read(start, date_only=True, clamp=True)
            last = walltime.read(end, date_only=True, clamp=True) if end else None
        except ValueError as error:
            fault = RequestError(Failure.BAD_FIELD, f"time: {error}")
            return Call(login, ListIncoming(_UNASKED), fault=fault)
        return Call(login, ListIncoming(first, last))

    def render(self, call: Call[IncomingResult], result: IncomingResult) -> WireResponse:
        """Write one ``<sms>`` per message."""
        return on_one_line(map(_sms, result.items)) if result.items else _nothing()


def _nothing() -> WireResponse:
    """Return the answer that public clients compare with: not even a line break inside."""
    return WireResponse(200, HEADERS, f"{DECLARATION}<response></response>".encode())


def _sms(one: Incoming) -> str:
    attributes = {
        "id_sms": str(one.id),
        "date_receive": walltime.seconds(one.at),
        "originator": one.sender,
        "prefix": one.prefix,
        "phone": one.recipient,
    }
    shown = " ".join(f'{name}="{xmltree.attribute(value)}"' for name, value in attributes.items())
    return f"<sms {shown}>{xmltree.escape(one.text)}</sms>"
