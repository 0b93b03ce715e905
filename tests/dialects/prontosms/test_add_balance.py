from tests.dialects.engine.documents import below_root
from tests.dialects.prontosms.documents import call, request
from tolmach.core.commands import Transfer, TransferMoney
from tolmach.core.errors import Failure
from tolmach.core.money import parse_money
from tolmach.core.results import TransfersResult
from tolmach.core.transfers import TransferKind, TransferRefusal
from tolmach.dialects.prontosms.add_balance import MOST, AddBalance


def test_a_request() -> None:
    payload = (
        '<client login_client=" shop " balance="100.50" type_transaction="Manager"/>'
        '<clients><client login_client="other" balance="much" type_transaction="gift"/></clients><client/>'
    )
    asked = AddBalance().parse(request(payload))
    assert asked.command == TransferMoney(
        (
            Transfer("shop", parse_money("100.50"), TransferKind.MANAGER),
            Transfer("other", None, None),
            Transfer("", None, None),
        )
    )
    assert (asked.echo, asked.fault) == (("shop", "other", ""), None)
    assert not AddBalance().open_to_blocked


def test_nobody_and_too_many() -> None:
    for payload, failure in (("", Failure.MISSING_FIELD), ("<client/>" * (MOST + 1), Failure.BAD_FIELD)):
        fault = AddBalance().parse(request(payload)).fault
        assert fault is not None
        assert fault.failure is failure


def test_the_answer() -> None:
    answer = AddBalance().render(call(("a<b", "c")), TransfersResult([17, TransferRefusal.NO_USER]))
    assert below_root(answer) == (
        '<transaction login="a&lt;b" id_transaction="17"/>\n<transaction login="c" id_transaction="NO_USER"/>'
    )
