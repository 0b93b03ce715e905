"""The plain interface: ``/sendmessage.php``. Parameters in the address, plain text back.

    ?login=demo&password=demo&phone=79161234500,79161234501&send_sms=1&sender_sms=INFORM&text_sms=Hello    10,20
    ?login=demo&password=demo&id_message=10                                                                deliver

The parameters of a message are the fields of its XML. An answer to a sending has an id per number, in order, 0 for a
number that is refused; when all are, the words for the first of them.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from tolmach.core.accounts import Login, Token
from tolmach.core.commands import Command, GetBalance, GetStates, SendMessages
from tolmach.core.errors import Failure, RequestError
from tolmach.core.rejections import Rejection
from tolmach.core.results import SendResult, StatesResult
from tolmach.dialects.bearer import bearer
from tolmach.dialects.contract import Call
from tolmach.dialects.engine.plaintext import OWN, WORDS, plain_text, sent_words
from tolmach.dialects.engine.vocabulary import state_word
from tolmach.dialects.query import Parameters, read_parameters
from tolmach.dialects.targetsms.message import Addressee, message_of, tidied
from tolmach.dialects.targetsms.vocabulary import NAME, REJECTIONS, STATUSES, UNKNOWN_ID
from tolmach.wire import WireRequest, WireResponse

REASONS: Final[Mapping[Rejection, str]] = {**REJECTIONS, **OWN}
_CREDENTIALS: Final = ("login", "password", "token")
_LONGEST: Final = 1000  # numbers, or ids, in one request


class SendMessage:
    """Send, or tell statuses."""

    dialect: str = NAME
    paths: Sequence[str] = ("/sendmessage.php", "/xml/sendmessage.php")
    open_to_blocked: bool = False

    def parse(self, request: WireRequest) -> Call[Any]:
        """Read what is asked; what is wrong with it is told only to an authenticated caller."""
        parameters = read_parameters(request)
        login = _credentials(parameters, request)
        if parameters["id_message"]:
            ids = tuple(one.strip() for one in parameters["id_message"].split(",")[:_LONGEST])
            return Call(login, GetStates(ids), open_to_blocked=True)
        try:
            return Call(login, _command(parameters))
        except RequestError as fault:
            return Call(login, GetBalance(), fault=fault)

    def render(self, call: Call[Any], result: SendResult | StatesResult) -> WireResponse:
        """Write one line."""
        if isinstance(result, SendResult):
            return plain_text(sent_words(result, REASONS))
        words = (UNKNOWN_ID if state is None else state_word(state, STATUSES) for state in result.states)
        return plain_text(",".join(words))

    def refuse(self, error: RequestError, call: Call[Any] | None) -> WireResponse:
        """Write the words for the failure."""
        return plain_text(WORDS[error.failure])


def _credentials(parameters: Parameters, request: WireRequest) -> Login | Token:
    if parameters["token"]:
        return Token(parameters["token"].strip())
    if parameters["login"]:
        return Login(parameters["login"].strip(), parameters["password"])
    head = bearer(request)
    if head is None:
        raise RequestError(Failure.UNAUTHORISED, "no login and no token")
    return head


def _command(parameters: Parameters) -> Command[Any]:
    numbers = [number for one in parameters["phone"].split(",") if (number := one.strip())]
    if not numbers:
        raise RequestError(Failure.NO_RECIPIENTS)
    if len(numbers) > _LONGEST:
        raise RequestError(Failure.BAD_FIELD, f"more than {_LONGEST} numbers")
    fields = {name: tidied(name, text) for name, text in parameters.items() if name not in _CREDENTIALS}
    key = parameters["client_id_message"] if len(numbers) == 1 else ""  # one key cannot stand for several messages
    drafts = message_of(fields, tuple(Addressee(key, number) for number in numbers)).drafts
    return SendMessages(drafts, NAME, once=f"sendmessage {sorted(fields.items())!r}")
