"""``extxml.php``: the one address; ``<command>`` says what is asked.

Checks in the order of the manual's numbers: the document (1), the four obligatory fields (2), client, login and
account (3, 4, 5, by the core), the command (6), then what the command itself requires.
"""

from collections.abc import Callable
from dataclasses import dataclass

from tolmach.core.accounts import ClientLogin
from tolmach.core.commands import Command, GetBalance
from tolmach.core.errors import Failure, RequestError
from tolmach.core.results import BalanceResult, CampaignDetail, SendResult
from tolmach.dialects.contract import Call
from tolmach.dialects.document import read_root
from tolmach.dialects.mobilgroup import balance, send, status
from tolmach.dialects.mobilgroup.envelope import ENCODING, Fields, read_fields, respond
from tolmach.dialects.mobilgroup.vocabulary import NAME, error_number
from tolmach.wire import WireRequest, WireResponse

Answered = SendResult | CampaignDetail | BalanceResult

_READERS: dict[str, Callable[[Fields], Command[Answered]]] = {
    "send": send.read,
    "status": status.read,
    "balance": balance.read,
}


@dataclass(frozen=True, slots=True)
class Echo:
    """What the answer depends on: the client's number of the request, and whether recipients are listed."""

    request_id: str = ""
    extended: bool = False


class Extxml:
    """The address of the protocol."""

    dialect = NAME
    paths = ("/extxml.php",)
    open_to_blocked = False

    def parse(self, request: WireRequest) -> Call[Answered]:
        """Read a command; what is wrong with it is told after the login."""
        fields = read_fields(read_root(request, default_encoding=ENCODING))
        echo = Echo(fields["id"], extended=fields["extended"] not in ("", "0"))
        credentials, name = _read_caller(fields, echo)
        try:
            return Call(credentials, _read_command(fields, name), echo)
        except RequestError as fault:
            return Call(credentials, GetBalance(), echo, fault)

    def render(self, call: Call[Answered], result: Answered) -> WireResponse:
        """Write the answer to a command."""
        echo = call.echo
        match result:
            case SendResult():
                return respond(send.outcome(result), echo.request_id)
            case CampaignDetail():
                return respond(0, echo.request_id, *status.lines(result, extended=echo.extended))
            case BalanceResult():
                return respond(0, echo.request_id, balance.line(result))

    def refuse(self, error: RequestError, call: Call[Answered] | None) -> WireResponse:
        """Write the number of an error."""
        echo = call.echo if call is not None else error.echo
        return respond(error_number(error), echo.request_id if isinstance(echo, Echo) else "")


def _read_caller(fields: Fields, echo: Echo) -> tuple[ClientLogin, str]:
    """Return credentials and command; RequestError MISSING_FIELD with the echo."""
    client, login, password, name = (fields[tag] for tag in ("user_id", "user", "pwd", "command"))
    if not (client and login and password and name):
        raise RequestError(Failure.MISSING_FIELD, "user_id, user, pwd or command", echo=echo)
    return ClientLogin(client, login, password), name


def _read_command(fields: Fields, name: str) -> Command[Answered]:
    read = _READERS.get(name)
    if read is None:
        raise RequestError(Failure.UNKNOWN_COMMAND)
    return read(fields)
