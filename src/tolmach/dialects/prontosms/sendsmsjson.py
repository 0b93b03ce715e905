"""The JSON interface: every method of the dialect on one address, ``/sendsmsjson.php``, told apart by ``type``.

    {"security": {"login": "demo", "password": "demo"}, "type": "stop", "add_stop": ["79161234500"]}

    {"phones": [{"phone": "79161234500", "action": "add"}]}

The documents are those of the XML methods in another dress (`tolmach.dialects.engine.jsontree`); what the documentation
of the JSON interface calls differently stands in `jsonforms`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from tolmach.core.commands import GetTime
from tolmach.core.errors import Failure, RequestError
from tolmach.dialects.contract import Call, Endpoint
from tolmach.dialects.engine.envelope import Refusing
from tolmach.dialects.engine.jsontree import document, in_json, read_object
from tolmach.dialects.prontosms.jsonforms import OTHER, method_of
from tolmach.dialects.prontosms.vocabulary import NAME
from tolmach.wire import WireRequest, WireResponse

_WORDS: Final = Refusing()


@dataclass(frozen=True, slots=True)
class Asked:
    """The method of a call (its ``type``), and what it made of the document."""

    type: str
    endpoint: Endpoint[Any]
    call: Call[Any]


class SendSmsJson:
    """All methods of `methods`; the echo of a call is an `Asked`, None when its type is none."""

    dialect: str = NAME
    paths: Sequence[str] = ("/sendsmsjson.php", "/xml/sendsmsjson.php")
    open_to_blocked: bool = False  # what is, the call says itself

    def __init__(self, methods: Iterable[Endpoint[Any]]) -> None:
        self.methods: Mapping[str, Endpoint[Any]] = {type_: one for one in methods for type_ in method_of(one.paths)}

    def parse(self, request: WireRequest) -> Call[Any]:
        """Read the document as the method that it names would read its XML form."""
        found = read_object(request)
        type_ = str(found.get("type", "")).strip().lower()
        endpoint = self.methods.get(type_)
        form = OTHER.form if endpoint is None else method_of(endpoint.paths)[type_].form
        xml = replace(request, body=document(form, found))
        if endpoint is None:
            # who asks is read by a method that reads nothing else
            credentials = self.methods["time"].parse(xml).credentials
            return Call(credentials, GetTime(), fault=RequestError(Failure.UNKNOWN_COMMAND, "type"))
        call = endpoint.parse(xml)
        return replace(call, echo=Asked(type_, endpoint, call), open_to_blocked=endpoint.open_to_blocked)

    def render(self, call: Call[Any], result: Any) -> WireResponse:
        """Write the method's answer in JSON."""
        asked: Asked = call.echo
        return self._dressed(asked, asked.endpoint.render(asked.call, result))

    def refuse(self, error: RequestError, call: Call[Any] | None) -> WireResponse:
        """Write ``{"error": ...}`` in the words of the method."""
        if call is None or not isinstance(call.echo, Asked):
            return in_json(_WORDS.refuse(error, None), OTHER.shape)
        return self._dressed(call.echo, call.echo.endpoint.refuse(error, call.echo.call))

    def _dressed(self, asked: Asked, response: WireResponse) -> WireResponse:
        return in_json(response, method_of(asked.endpoint.paths)[asked.type].shape)
