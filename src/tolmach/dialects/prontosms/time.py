"""The account's local time: ``/xml/time.php``.

<time>2012-12-17 18:34:27</time>
"""

from collections.abc import Sequence

from tolmach.codecs import walltime
from tolmach.core.commands import GetTime
from tolmach.core.results import TimeResult
from tolmach.dialects.contract import Call
from tolmach.dialects.document import read_root
from tolmach.dialects.engine.envelope import Refusing, answer, credentials
from tolmach.dialects.prontosms.vocabulary import NAME
from tolmach.wire import WireRequest, WireResponse


class Time(Refusing):
    """Tell what the account's clock shows."""

    dialect: str = NAME
    paths: Sequence[str] = ("/xml/time.php",)
    open_to_blocked: bool = True

    def parse(self, request: WireRequest) -> Call[TimeResult]:
        """Read who asks."""
        return Call(credentials(read_root(request), request), GetTime())

    def render(self, call: Call[TimeResult], result: TimeResult) -> WireResponse:
        """Write date and time: the manual has samples with and without the date."""
        return answer((f"<time>{walltime.seconds(result.now)}</time>",))
