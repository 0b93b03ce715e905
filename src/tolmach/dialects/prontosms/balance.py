"""Balance: ``/xml/balance.php``. How many SMS it buys is told per direction, and never adds up over directions.

<money currency="RUR">150</money>
<sms area="Россия">111</sms>
"""

from collections.abc import Sequence

from tolmach.codecs import xmltree
from tolmach.core.commands import GetBalance
from tolmach.core.content import Channel
from tolmach.core.money import plain
from tolmach.core.results import BalanceResult
from tolmach.dialects.contract import Call
from tolmach.dialects.document import read_root
from tolmach.dialects.engine.envelope import Refusing, answer, credentials
from tolmach.dialects.prontosms.vocabulary import NAME
from tolmach.wire import WireRequest, WireResponse


class Balance(Refusing):
    """Tell what the account can still spend."""

    dialect: str = NAME
    paths: Sequence[str] = ("/xml/balance.php",)
    open_to_blocked: bool = True

    def parse(self, request: WireRequest) -> Call[BalanceResult]:
        """Read who asks."""
        return Call(credentials(read_root(request), request), GetBalance())

    def render(self, call: Call[BalanceResult], result: BalanceResult) -> WireResponse:
        """Write the money first, as clients expect, then one ``<sms>`` per direction of SMS."""
        currency = "RUR" if result.currency == "RUB" else result.currency  # the protocol is older than the code
        money = f'<money currency="{xmltree.attribute(currency)}">{plain(result.available)}</money>'
        directions = (
            f'<sms area="{xmltree.attribute(direction.name)}">{direction.count}</sms>'
            for direction in result.directions
            if direction.channel is Channel.SMS
        )
        return answer((money, *directions))
