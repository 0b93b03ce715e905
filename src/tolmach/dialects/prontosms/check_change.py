"""When a base or the stop list changed last: ``/xml/check_change.php``.

    <check obgect="base" id="1"/>

    <obgect time_update="2012-01-01 12:12:12"/>

``obgect`` is the protocol's spelling; for ``stop`` the id means nothing.
"""

from collections.abc import Sequence

from tolmach.codecs import walltime
from tolmach.core.commands import CheckChange
from tolmach.core.errors import Failure, RequestError
from tolmach.core.results import ChangeResult
from tolmach.dialects.contract import Call
from tolmach.dialects.document import read_root
from tolmach.dialects.engine.envelope import Refusing, credentials, on_one_line
from tolmach.dialects.prontosms.vocabulary import NAME
from tolmach.wire import WireRequest, WireResponse


class CheckOfChange(Refusing):
    """Tell when something changed."""

    dialect: str = NAME
    paths: Sequence[str] = ("/xml/check_change.php",)
    open_to_blocked: bool = True

    def parse(self, request: WireRequest) -> Call[ChangeResult]:
        """Read what is asked about: ``base`` with its number, or ``stop``."""
        root = read_root(request)
        login = credentials(root, request)
        check = next(root.iterchildren("check"), None)
        kind = "" if check is None else (check.get("obgect") or "").strip().lower()
        if check is None or kind not in ("base", "stop"):
            return Call(login, CheckChange(None), fault=RequestError(Failure.BAD_FIELD, "obgect is base or stop"))
        return Call(login, CheckChange((check.get("id") or "").strip() if kind == "base" else None))

    def render(self, call: Call[ChangeResult], result: ChangeResult) -> WireResponse:
        """Write the moment."""
        return on_one_line((f'<obgect time_update="{walltime.seconds(result.at)}"/>',))
