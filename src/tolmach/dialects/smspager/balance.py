"""``balance.xml``: what the account can still spend."""

from tolmach.core.commands import GetBalance
from tolmach.core.errors import RequestError
from tolmach.core.money import plain
from tolmach.core.results import BalanceResult
from tolmach.dialects.contract import Call
from tolmach.dialects.document import read_root
from tolmach.dialects.smspager.envelope import read_fields, read_login, respond
from tolmach.dialects.smspager.jsonform import Dressed
from tolmach.dialects.smspager.vocabulary import NAME, SUCCESS, answer_to
from tolmach.wire import WireRequest, WireResponse


class Balance(Dressed):
    """The balance method."""

    dialect = NAME
    paths = ("/balance.xml", "/API/XML/balance.php")
    open_to_blocked = True

    def parse(self, request: WireRequest) -> Call[BalanceResult]:
        """Read login and password."""
        return Call(read_login(read_fields(read_root(request)), request), GetBalance())

    def render(self, call: Call[BalanceResult], result: BalanceResult) -> WireResponse:
        """Write the amount as digits with an optional fraction, in the account's currency."""
        return respond(SUCCESS, f"<account>{plain(result.available)}</account>")

    def refuse(self, error: RequestError, call: Call[BalanceResult] | None) -> WireResponse:
        """Write code and words only: an error states no amount."""
        return respond(answer_to(error))
