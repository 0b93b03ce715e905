import pytest

from tests.dialects.engine.documents import below_root
from tests.dialects.prontosms.documents import call, request
from tolmach.core.accounts import Login
from tolmach.core.commands import GetBalance
from tolmach.core.content import Channel
from tolmach.core.money import Money
from tolmach.core.results import BalanceResult, DirectionBalance
from tolmach.dialects.prontosms.balance import Balance


def rendered(available: int, currency: str = "RUB", *directions: DirectionBalance) -> str:
    return below_root(Balance().render(call(), BalanceResult(Money(available), currency, directions)))


def direction(name: str, count: int, channel: Channel = Channel.SMS) -> DirectionBalance:
    return DirectionBalance(name, channel, Money(10_000), count)


def test_a_request_is_who_asks_and_a_blocked_account_may() -> None:
    parsed = Balance().parse(request())
    assert parsed.credentials == Login("demo", "secret")
    assert parsed.command == GetBalance()
    assert Balance().open_to_blocked


def test_the_sample_of_the_manual() -> None:
    assert rendered(1_500_000, "RUB", direction("Россия", 111), direction("Украина", 111)) == (
        '<money currency="RUR">150</money>\n<sms area="Россия">111</sms>\n<sms area="Украина">111</sms>'
    )


def test_only_sms_are_counted() -> None:
    body = rendered(10_000, "RUB", direction("Россия", 1, Channel.VIBER), direction("Россия", 2))
    assert body.splitlines()[1:] == ['<sms area="Россия">2</sms>']


@pytest.mark.parametrize(
    ("amount", "shown"), [(39_249_000, "3924.9"), (0, "0"), (-5_000, "-0.5"), (3_800, "0.38"), (1, "0.0001")]
)
def test_money_is_shown_without_needless_digits(amount: int, shown: str) -> None:
    assert rendered(amount) == f'<money currency="RUR">{shown}</money>'


def test_other_currencies_keep_their_code_and_names_are_escaped() -> None:
    assert rendered(0, "EUR", direction('"A" & <B>', 0)) == (
        '<money currency="EUR">0</money>\n<sms area="&quot;A&quot; &amp; &lt;B&gt;">0</sms>'
    )
