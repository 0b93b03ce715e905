from dataclasses import asdict
from ipaddress import ip_network

import pytest
from sqlalchemy.exc import IntegrityError

from tests.store.rows import account
from tolmach.core.delivery import Uncertain
from tolmach.core.ids import AccountId
from tolmach.core.money import ZERO
from tolmach.core.traffic import Traffic
from tolmach.store import accounts, counters, ledger, tariffs
from tolmach.store.database import Tx
from tolmach.store.ledger import Balance


def test_a_stored_account_is_read_back_whole(tx: Tx) -> None:
    tariff = tariffs.replace(tx, "base", [])
    fields = account(
        blocked=True,
        any_sender=True,
        default_sender="Tolmach",
        callback_url="https://example.org/",
        deduplicates=False,
        tariff_id=tariff,
        networks="10.0.0.0/8 2001:db8::/32",
        dialects="smspager prontosms",
        parent_id=3,
        moderation="all",
        traffic="advert",
        credit=50_000,
        request_rate=50,
        message_rate=0,
    )
    id_ = accounts.add(tx, fields)
    stored = accounts.by_id(tx, id_)
    assert stored is not None
    assert asdict(stored) == {
        "id": id_,
        "login": "demo",
        "client_number": 7,
        "password_hash": "hash",
        "time_zone": "Europe/Moscow",
        "currency": "RUB",
        "blocked": True,
        "any_sender": True,
        "default_sender": "Tolmach",
        "callback_url": "https://example.org/",
        "deduplicates": False,
        "tariff": tariff,
        "networks": (ip_network("10.0.0.0/8"), ip_network("2001:db8::/32")),
        "dialects": ("smspager", "prontosms"),
        "parent": 3,
        "moderation": "all",
        "traffic": Traffic.ADVERT,
        "uncertain": Uncertain.USUAL,
        "credit": 50_000,
        "pace": (50, 0),
    }
    assert ledger.balances_of(tx, [id_]) == {id_: Balance(ZERO, ZERO)}


def test_what_is_not_said_is_the_ordinary(tx: Tx) -> None:
    stored = accounts.by_id(tx, accounts.add(tx, account()))
    assert stored is not None
    assert (stored.blocked, stored.any_sender, stored.deduplicates) == (False, False, True)
    assert (stored.default_sender, stored.callback_url, stored.tariff, stored.networks) == (None, None, None, ())


def test_an_account_is_found_by_id_login_and_client_number(tx: Tx) -> None:
    first, second = accounts.add(tx, account("one", 7)), accounts.add(tx, account("two", 8))
    assert [found.login for found in accounts.everyone(tx)] == ["one", "two"]
    for found in (accounts.by_id(tx, second), accounts.by_login(tx, "two"), accounts.by_client_number(tx, 8)):
        assert found is not None
        assert (found.id, found.login) == (second, "two")
    assert first != second


def test_nobody_else_is_found(tx: Tx) -> None:
    accounts.add(tx, account())
    assert accounts.by_id(tx, AccountId(99)) is None
    assert accounts.by_login(tx, "Demo") is None
    assert accounts.by_login(tx, "' OR 1=1 --") is None
    assert accounts.by_client_number(tx, 99) is None


@pytest.mark.parametrize("other", [account("demo", 8), account("other", 7)])
def test_logins_and_client_numbers_are_unique(tx: Tx, other: dict[str, object]) -> None:
    accounts.add(tx, account())
    with pytest.raises(IntegrityError):
        accounts.add(tx, other)


def test_every_change_moves_the_revision(tx: Tx) -> None:
    before = counters.value(tx, counters.REVISION)
    id_ = accounts.add(tx, account())
    accounts.change(tx, id_, {"blocked": True})
    assert counters.value(tx, counters.REVISION) == before + 2
    changed = accounts.by_id(tx, id_)
    assert changed is not None
    assert changed.blocked


def test_a_change_is_of_one_account(tx: Tx) -> None:
    first, second = accounts.add(tx, account("one", 7)), accounts.add(tx, account("two", 8))
    accounts.change(tx, first, {"time_zone": "UTC"})
    assert [found.time_zone for found in accounts.everyone(tx)] == ["UTC", "Europe/Moscow"]
    assert second == accounts.everyone(tx)[1].id


def test_the_next_client_number_is_free(tx: Tx) -> None:
    assert accounts.next_client_number(tx) == 1
    accounts.add(tx, account(number=41))
    assert accounts.next_client_number(tx) == 42


def test_pages_by_login(tx: Tx) -> None:
    for number, login in enumerate(("shop", "Bank", "shop_2", "demo"), 1):
        accounts.add(tx, account(login=login, number=number, parent_id=1 if number > 1 else None))
    page = [one.login for one in accounts.page(tx, "", "", 2)]
    assert page == ["Bank", "demo"]
    assert [one.login for one in accounts.page(tx, "", "demo", 9)] == ["shop", "shop_2"]
    assert [one.login for one in accounts.page(tx, "SHOP", "", 9)] == ["shop", "shop_2"]
    assert [one.login for one in accounts.page(tx, "_", "", 9)] == ["shop_2"]
    assert [one.login for one in accounts.page(tx, "", "", 9, AccountId(1))] == ["Bank", "demo", "shop_2"]
    assert (accounts.count_children(tx, AccountId(1)), accounts.count_children(tx, AccountId(2))) == (3, 0)
