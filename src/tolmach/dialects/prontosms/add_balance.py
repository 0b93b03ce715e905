"""Money for the clients of a reseller: ``/xml/add_balance.php``.

<client login_client="shop" balance="100.50" type_transaction="manager"/>
<transaction login="shop" id_transaction="17"/>
<transaction login="nobody" id_transaction="NO_USER"/>
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from tolmach.codecs import xmltree
from tolmach.core.commands import Transfer, TransferMoney
from tolmach.core.errors import Failure, RequestError
from tolmach.core.money import Money, parse_money
from tolmach.core.results import TransfersResult
from tolmach.core.transfers import read_kind
from tolmach.dialects.contract import Call
from tolmach.dialects.document import read_root
from tolmach.dialects.engine.envelope import Refusing, answer, credentials
from tolmach.dialects.prontosms.vocabulary import NAME
from tolmach.wire import WireRequest, WireResponse

if TYPE_CHECKING:
    from lxml import etree

MOST: Final = 1000  # clients in one document: they are written in one transaction


class AddBalance(Refusing):
    """Move money between a reseller and its clients; the echo of a call is the logins as written."""

    dialect: str = NAME
    paths: Sequence[str] = ("/xml/add_balance.php",)
    open_to_blocked: bool = False

    def parse(self, request: WireRequest) -> Call[TransfersResult]:
        """Read every ``<client>``."""
        root = read_root(request)
        login = credentials(root, request)
        transfers = tuple(_transfer(client) for client in root.iter("client"))
        fault = None
        if not transfers:
            fault = RequestError(Failure.MISSING_FIELD, "client")
        elif len(transfers) > MOST:
            fault = RequestError(Failure.BAD_FIELD, f"more than {MOST} clients")
        return Call(login, TransferMoney(transfers), tuple(one.client for one in transfers), fault)

    def render(self, call: Call[TransfersResult], result: TransfersResult) -> WireResponse:
        """Write one ``<transaction>`` per client, in order."""
        return answer(
            f'<transaction login="{xmltree.attribute(login)}" id_transaction="{item}"/>'
            for login, item in zip(call.echo, result.items, strict=True)
        )


def _transfer(client: "etree._Element") -> Transfer:
    return Transfer(
        client=(client.get("login_client") or "").strip(),
        amount=_amount(client.get("balance") or ""),
        kind=read_kind(client.get("type_transaction") or ""),
    )


def _amount(text: str) -> Money | None:
    try:
        return parse_money(text.strip())
    except ValueError:
        return None
