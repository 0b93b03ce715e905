"""The JSON interface: ``/sendmessagejson.php`` sends, and tells statuses when there is a ``state``.

    {"login": "demo", "password": "demo", "message": [{"send_sms": "1", "sender_sms": "INFORM", "text_sms": "Текст",
      "phones": [{"phone": "79801234567", "client_id_message": "111"}, {"phone": ""}]}]}

    {"message": [[{"id_message": "10", "client_id_message": "111", "id_sms": "11", "id_viber": "0",
      "phone": "79801234567", "count_message": "1"}, {"client_id_message": "", "phone": "", "error": "..."}]]}

    {"login": "demo", "password": "demo", "state": [{"id_message": "10"}]}
    {"state": [{"id_message": "10", "time_change_state": "", "state_sms": "send", ..., "state": "send"}]}

The documents are those of the XML methods in another dress (`tolmach.dialects.engine.jsontree`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from tolmach.codecs import xmltree
from tolmach.core.errors import RequestError
from tolmach.dialects.contract import Call, Endpoint
from tolmach.dialects.engine.envelope import Refusing
from tolmach.dialects.engine.jsontree import SECURITY, Form, Row, Shape, document, in_json, read_object, row, written
from tolmach.dialects.targetsms.vocabulary import NAME
from tolmach.wire import WireRequest, WireResponse

if TYPE_CHECKING:
    from lxml import etree

_WORDS: Final = Refusing()
_CREDENTIALS: Final = ("login", "password", "token")
_MESSAGE: Final = Form(
    "message",
    elements=True,
    inner={"phones": Form("abonent", scalar="phone")},
    verbatim=frozenset({"templateData"}),
)
FORM: Final = Form(
    "request",
    elements=True,
    inner={"security": SECURITY, "message": _MESSAGE, "state": Form("id_message", "state")},
)
_STATES: Final = Shape({"state": Row("state", "state")})


@dataclass(frozen=True, slots=True)
class Asked:
    """The method of a call, and what it made of the document."""

    endpoint: Endpoint[Any]
    call: Call[Any]


class SendMessageJson:
    """Sending and statuses by JSON; the echo of a call is an `Asked`."""

    dialect: str = NAME
    paths: Sequence[str] = ("/sendmessagejson.php", "/xml/sendmessagejson.php")
    open_to_blocked: bool = False  # what is, the call says itself

    def __init__(self, send: Endpoint[Any], state: Endpoint[Any]) -> None:
        self._send, self._state = send, state

    def parse(self, request: WireRequest) -> Call[Any]:
        """Read the document as the method that it asks for would read its XML form."""
        found = read_object(request)
        endpoint = self._state if found.get("state") is not None else self._send
        call = endpoint.parse(replace(request, body=document(FORM, _rearranged(found))))
        return replace(call, echo=Asked(endpoint, call), open_to_blocked=endpoint.open_to_blocked)

    def render(self, call: Call[Any], result: Any) -> WireResponse:
        """Write the method's answer in JSON."""
        asked: Asked = call.echo
        response = asked.endpoint.render(asked.call, result)
        if asked.endpoint is self._state:
            return in_json(response, _STATES)
        return written({"message": [_message(one) for one in xmltree.parse(response.body).root]})

    def refuse(self, error: RequestError, call: Call[Any] | None) -> WireResponse:
        """Write ``{"error": ...}``."""
        return in_json(_WORDS.refuse(error, None), _STATES)


def _rearranged(found: dict[str, Any]) -> dict[str, Any]:
    """Return the document with the credentials where the XML has them, and the ids as plain values."""
    states = found.get("state")
    if isinstance(states, dict):
        states = [states] if "id_message" in states else list(states.values())
    if isinstance(states, list):
        states = [one.get("id_message", "") if isinstance(one, dict) else one for one in states]
    security = {name: found[name] for name in _CREDENTIALS if name in found}
    return {"security": security or None, "message": found.get("message"), "state": states}


def _message(message: "etree._Element") -> Any:
    """Return what became of a message: a list with an object for each number, or one error."""
    error = xmltree.child_text(message, "error")
    return [_number(one) for one in message] if error is None else {"error": error}


def _number(information: "etree._Element") -> dict[str, Any]:
    """Return one number's ids, or its error: the word ``send`` of what was accepted is not repeated here."""
    found = row(information, "error")
    if "id_message" in found:
        del found["error"]
    return found
