from decimal import Decimal

from tolmach.clients.values import SentMessage, State, decimal
from tolmach.core.money import parse_money
from tolmach.core.status import Status


def test_money_is_a_decimal_number() -> None:
    assert decimal(parse_money("0.3825")) == Decimal("0.3825")
    assert decimal(parse_money("-5")) == -5


def test_what_is_accepted_and_what_is_final() -> None:
    assert SentMessage("7", "5").accepted
    assert not SentMessage("7", "", reason="no-money").accepted
    assert State("5", Status.DELIVERED).final
    assert not State("5", Status.SENT).final
