"""The version: ``/xml/version.php``, an empty request that anybody may send.

    <version>0.1.0</version>

No manual describes the answer; one client asks for it.
"""

from collections.abc import Sequence

from tolmach.codecs import xmltree
from tolmach.core.accounts import Nobody
from tolmach.core.commands import GetVersion
from tolmach.core.results import VersionResult
from tolmach.dialects.contract import Call
from tolmach.dialects.engine.envelope import Refusing, answer
from tolmach.dialects.prontosms.vocabulary import NAME
from tolmach.wire import WireRequest, WireResponse


class Version(Refusing):
    """Tell the version of the gateway."""

    dialect: str = NAME
    paths: Sequence[str] = ("/xml/version.php",)
    open_to_blocked: bool = True

    def parse(self, request: WireRequest) -> Call[VersionResult]:
        """Take any request: there is nothing to read."""
        return Call(Nobody(), GetVersion())

    def render(self, call: Call[VersionResult], result: VersionResult) -> WireResponse:
        """Write the version."""
        return answer((f"<version>{xmltree.escape(result.version)}</version>",))
