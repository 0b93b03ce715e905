"""The address that statuses are posted to: ``/xml/get_state.php`` shows it and changes it.

<get_state type="set">http://site.ru/state.php</get_state>
<get_state>http://site.ru/state.php</get_state>
"""

from collections.abc import Sequence
from typing import Any, Final

from tolmach.codecs import xmltree
from tolmach.core.commands import GetCallbackUrl, SetCallbackUrl
from tolmach.core.errors import Failure, RequestError
from tolmach.core.results import CallbackUrlResult
from tolmach.dialects.contract import Call
from tolmach.dialects.document import read_root
from tolmach.dialects.engine.envelope import Refusing, answer, credentials
from tolmach.dialects.prontosms.vocabulary import NAME
from tolmach.wire import WireRequest, WireResponse

BAD_URL: Final = "Ссылка должна начинаться с http:// или https://"  # not in the manual


class CallbackUrl(Refusing):
    """Show or set the callback URL."""

    dialect: str = NAME
    paths: Sequence[str] = ("/xml/get_state.php",)
    open_to_blocked: bool = True

    def parse(self, request: WireRequest) -> Call[CallbackUrlResult]:
        """Read ``<get_state>``: its type is ``set`` or ``get``, which is also the default."""
        root = read_root(request)
        login = credentials(root, request)
        element = next(root.iter("get_state"), None)
        kind = "" if element is None else (element.get("type") or "get").strip().lower()
        if kind == "get":
            return Call(login, GetCallbackUrl())
        if kind == "set" and element is not None:
            return Call(login, SetCallbackUrl(xmltree.text_of(element).strip()))
        return Call(login, GetCallbackUrl(), fault=RequestError(Failure.MISSING_FIELD, "get_state of type get or set"))

    def render(self, call: Call[CallbackUrlResult], result: CallbackUrlResult) -> WireResponse:
        """Write the address as it is now."""
        return answer((f"<get_state>{xmltree.escape(result.url)}</get_state>",))

    def refuse(self, error: RequestError, call: Call[Any] | None) -> WireResponse:
        """Write an error; the only field that can be wrong is the address."""
        if error.failure is Failure.BAD_FIELD:
            return answer((f"<error>{BAD_URL}</error>",))
        return super().refuse(error, call)
