import pytest

from tolmach.core.accounts import Login
from tolmach.core.commands import GetBalance
from tolmach.core.errors import Failure, RequestError
from tolmach.core.money import Money
from tolmach.core.results import BalanceResult
from tolmach.dialects.contract import Call
from tolmach.dialects.smspager.balance import Balance
from tolmach.wire import WireRequest

# the manual's request
SAMPLE = b"""<?xml version='1.0' encoding='UTF-8'?>

<data>

    <login>LOGIN</login>

    <password>PASSWORD</password>

</data>"""


def test_sample_of_the_manual() -> None:
    call = Balance().parse(WireRequest("POST", "/balance.xml", body=SAMPLE))
    assert call == Call(Login("LOGIN", "PASSWORD"), GetBalance())


@pytest.mark.parametrize(
    ("amount", "account"), [(0, "0"), (10_000_000, "1000"), (105_000, "10.5"), (3_800, "0.38"), (-5_000, "-0.5")]
)
def test_amount(amount: int, account: str) -> None:
    call = Call(Login("demo", "demo"), GetBalance())
    answer = Balance().render(call, BalanceResult(Money(amount), "RUB"))
    assert f"<account>{account}</account></data>" in answer.body.decode()


def test_an_error_states_no_amount() -> None:
    answer = Balance().refuse(RequestError(Failure.UNAUTHORISED), None)
    assert answer.body.decode().endswith("<data><code>501</code><descr>Неверная пара логин/пароль</descr></data>")


def test_addresses() -> None:
    assert Balance().paths == ("/balance.xml", "/API/XML/balance.php")
    assert Balance().open_to_blocked
