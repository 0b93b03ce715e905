"""``command`` balance: what the account can still spend."""

from tolmach.core.commands import GetBalance
from tolmach.core.money import plain
from tolmach.core.results import BalanceResult
from tolmach.dialects.mobilgroup.envelope import Fields


def read(_fields: Fields) -> GetBalance:
    """Read nothing more: the command has no parameters."""
    return GetBalance()


def line(result: BalanceResult) -> str:
    """Write the amount in the account's currency, which the protocol does not name."""
    return f"<balance>{plain(result.available)}</balance>"
