import pytest

from tolmach.core.commands import GetBalance
from tolmach.core.money import Money
from tolmach.core.results import BalanceResult
from tolmach.dialects.mobilgroup import balance
from tolmach.dialects.mobilgroup.envelope import Fields


def test_request() -> None:
    assert balance.read(Fields(phone="ignored")) == GetBalance()


@pytest.mark.parametrize(("amount", "text"), [(12_340_000, "1234"), (3_800, "0.38"), (0, "0"), (-5_000, "-0.5")])
def test_amount(amount: int, text: str) -> None:
    assert balance.line(BalanceResult(Money(amount), "RUB")) == f"<balance>{text}</balance>"
