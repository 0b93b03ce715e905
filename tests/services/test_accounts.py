"""Accounts as an operator changes them (the command line tests the rest)."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.cli.stage import NOON, opened, seed
from tests.databases import Databases
from tolmach.services import accounts
from tolmach.services.accounts import Changes
from tolmach.services.administration import AdministrationError, BadValueError, ConflictError, NotFoundError
from tolmach.store import counters
from tolmach.store.database import Database


@pytest.fixture
def database(databases: Databases, tmp_path: Path) -> Iterator[Database]:
    with opened(databases.new(tmp_path)) as database:
        database.write_now(seed)
        yield database


def revision(database: Database) -> int:
    return database.read_now(lambda tx: counters.value(tx, counters.REVISION))


def test_every_change_tells_the_running_gateway(database: Database) -> None:
    steps = [
        lambda tx: accounts.change(tx, "demo", Changes(time_zone="UTC")),
        lambda tx: accounts.set_password(tx, "demo", "hash"),
        lambda tx: accounts.set_blocked(tx, "demo", blocked=True),
        lambda tx: accounts.add(tx, "shop", "hash", Changes(), NOON),
    ]
    for step in steps:
        before = revision(database)
        database.write_now(step)
        assert revision(database) > before


def test_a_new_account_has_defaults(database: Database) -> None:
    account = database.write_now(lambda tx: accounts.add(tx, "shop", "hash", Changes(), NOON))
    assert (account.client_number, account.time_zone, account.currency) == (2, "Europe/Moscow", "RUB")
    assert account.deduplicates
    assert not account.blocked
    assert not account.any_sender
    found = database.read_now(accounts.everyone)
    assert [(one.account.login, one.tariff, one.balance.available) for one in found] == [
        ("demo", "demo", 10_000_000),
        ("shop", None, 0),
    ]


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        (Changes(), BadValueError),
        (Changes(time_zone="x"), BadValueError),
        (Changes(networks=("x",)), BadValueError),
        (Changes(tariff="x"), NotFoundError),
        (Changes(default_sender="Shop"), ConflictError),
        (Changes(default_sender="Shop", any_sender=False), ConflictError),
        (Changes(client_number=2), ConflictError),
    ],
)
def test_a_refused_change_changes_nothing(
    database: Database, changes: Changes, error: type[AdministrationError]
) -> None:
    database.write_now(lambda tx: accounts.add(tx, "shop", "hash", Changes(), NOON))
    before = database.read_now(lambda tx: accounts.find(tx, "demo"))
    with pytest.raises(error):
        database.write_now(lambda tx: accounts.change(tx, "demo", changes))
    assert database.read_now(lambda tx: accounts.find(tx, "demo")) == before


def test_any_sender_may_be_the_default_where_any_is_allowed(database: Database) -> None:
    changes = Changes(default_sender="Shop", any_sender=True)
    assert database.write_now(lambda tx: accounts.change(tx, "demo", changes)).default_sender == "Shop"
    with pytest.raises(ConflictError, match="no senders yet"):
        database.write_now(lambda tx: accounts.add(tx, "shop", "hash", Changes(default_sender="Shop"), NOON))


def test_its_own_client_number_is_no_conflict(database: Database) -> None:
    assert database.write_now(lambda tx: accounts.change(tx, "demo", Changes(client_number=1))).client_number == 1


def test_repeated_networks_are_stored_once(database: Database) -> None:
    changes = Changes(networks=("10.0.0.1", "10.0.0.1/32"))
    assert len(database.write_now(lambda tx: accounts.change(tx, "demo", changes)).networks) == 1


def test_a_reseller_has_sub_accounts(database: Database) -> None:
    shop = database.write_now(lambda tx: accounts.add(tx, "shop", "hash", Changes(parent="demo"), NOON))
    assert shop.parent == database.read_now(lambda tx: accounts.find(tx, "demo")).id
    assert [one.account.login for one in database.read_now(lambda tx: accounts.everyone(tx, "demo"))] == ["shop"]
    assert database.read_now(lambda tx: accounts.overview(tx, "shop")).parent == "demo"
    database.write_now(lambda tx: accounts.change(tx, "shop", Changes(parent="")))
    assert database.read_now(lambda tx: accounts.everyone(tx, "demo")) == []


def test_nobody_is_his_own_reseller(database: Database) -> None:
    database.write_now(lambda tx: accounts.add(tx, "shop", "hash", Changes(parent="demo"), NOON))
    for login, parent in (("demo", "demo"), ("demo", "shop")):
        with pytest.raises(ConflictError, match="own reseller"):
            database.write_now(partial(accounts.change, login=login, changes=Changes(parent=parent)))
    assert database.read_now(lambda tx: accounts.overview(tx, "demo")).parent is None


def test_a_reseller_and_its_clients_share_a_currency(database: Database) -> None:
    with pytest.raises(ConflictError, match="'shop' has EUR, but 'demo' has RUB"):
        database.write_now(lambda tx: accounts.add(tx, "shop", "hash", Changes(parent="demo"), NOON, "EUR"))
    assert len(database.read_now(accounts.everyone)) == 1


def test_dialects_are_named(database: Database) -> None:
    changed = database.write_now(
        lambda tx: accounts.change(tx, "demo", Changes(dialects=("smspager", "prontosms", "smspager")))
    )
    assert changed.dialects == ("smspager", "prontosms")
    with pytest.raises(NotFoundError, match="there is no dialect 'pronto'; did you mean prontosms"):
        database.write_now(lambda tx: accounts.change(tx, "demo", Changes(dialects=("pronto",))))
    assert database.write_now(lambda tx: accounts.change(tx, "demo", Changes(dialects=()))).dialects == ()
