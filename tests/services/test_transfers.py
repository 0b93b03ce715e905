from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.databases import Databases
from tests.services.world import BALANCE, World
from tolmach.core.commands import Transfer, TransferMoney
from tolmach.core.ids import AccountId
from tolmach.core.money import Money
from tolmach.core.transfers import TAKEN, TransferKind, TransferRefusal
from tolmach.services import transfers
from tolmach.services.context import Context

MANAGER = TransferKind.MANAGER


@pytest.fixture
def reseller(world: World) -> World:
    """``demo`` is the reseller of ``other``."""
    world.change(world.other, parent_id=world.demo)
    return world


def move(world: World, *asked: Transfer, caller: AccountId | None = None) -> list[int | TransferRefusal]:
    account = world.account(caller)

    def run(tx: Any) -> list[int | TransferRefusal]:
        context = Context(tx, world.catalogue.at(tx), account, world.clock.now(), world.delivery)
        return list(transfers.move(context, TransferMoney(asked)).items)

    return world.write(run)


def transfer(amount: int | None = 1_000, kind: TransferKind | None = MANAGER, client: str = "other") -> Transfer:
    return Transfer(client, None if amount is None else Money(amount), kind)


def spendable(world: World) -> tuple[int, int]:
    return world.money(world.demo)[0], world.money(world.other)[0]


@pytest.mark.parametrize("kind", TransferKind)
def test_what_one_gains_the_other_loses(reseller: World, kind: TransferKind) -> None:
    (number,) = move(reseller, transfer(1_000, kind))
    assert isinstance(number, int)
    change = -1_000 if kind in TAKEN else 1_000
    assert spendable(reseller) == (BALANCE - change, BALANCE + change)


@pytest.mark.parametrize("kind", [MANAGER, TransferKind.WRITE_OFF])
def test_nobody_goes_below_zero(reseller: World, kind: TransferKind) -> None:
    assert move(reseller, transfer(BALANCE + 1, kind)) == [TransferRefusal.NO_MONEY]
    assert spendable(reseller) == (BALANCE, BALANCE)
    assert move(reseller, transfer(BALANCE, kind), transfer(1, kind)) == [1, TransferRefusal.NO_MONEY]


def test_held_money_cannot_be_given(reseller: World) -> None:
    reseller.send()
    assert move(reseller, transfer(BALANCE)) == [TransferRefusal.NO_MONEY]


def test_a_stranger_and_another_resellers_client_are_unknown(reseller: World) -> None:
    unknown = [TransferRefusal.NO_USER] * 3
    assert move(reseller, *(transfer(client=login) for login in ("nobody", "demo", ""))) == unknown
    assert move(reseller, transfer(client="demo"), caller=reseller.other) == [TransferRefusal.NO_USER]
    reseller.change(reseller.other, parent_id=None)
    assert move(reseller, transfer()) == [TransferRefusal.NO_USER]
    assert spendable(reseller) == (BALANCE, BALANCE)


def test_what_is_wrong_with_a_transfer(reseller: World) -> None:
    asked = [transfer(None), transfer(0), transfer(-5), transfer(kind=None), transfer(7)]
    bad = TransferRefusal.BAD_BALANCE
    assert move(reseller, *asked) == [bad, bad, bad, TransferRefusal.BAD_TYPE, 1]
    assert spendable(reseller) == (BALANCE - 7, BALANCE + 7)


def test_the_same_within_a_minute_is_a_repeat(reseller: World) -> None:
    assert move(reseller, transfer(), transfer()) == [1, 1]
    reseller.wait(seconds=59)
    assert move(reseller, transfer()) == [1]
    assert move(reseller, transfer(1_001), transfer(kind=TransferKind.QIWI)) == [2, 3]
    assert spendable(reseller)[0] == BALANCE - 3_001
    reseller.wait(seconds=1)
    assert move(reseller, transfer()) == [4]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["demo", "other", "nobody"]), st.integers(-5, 2 * BALANCE), st.sampled_from(TransferKind)
        ),
        max_size=8,
    )
)
def test_no_money_is_made_or_lost(reseller_for_all: World, asked: list[tuple[str, int, TransferKind]]) -> None:
    reseller_for_all.wait(minutes=2)
    move(reseller_for_all, *(transfer(amount, kind, client) for client, amount, kind in asked))
    balances = spendable(reseller_for_all)
    assert sum(balances) == 2 * BALANCE
    assert min(balances) >= 0


@pytest.fixture(scope="module")
def reseller_for_all(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """One installation for all examples of a property."""
    from tests.services.world import seed
    from tolmach.store import migrate
    from tolmach.store.database import Database

    place = databases.new(tmp_path_factory.mktemp("reseller"), lasting=True)
    migrate.upgrade(place)
    database = Database(place)
    database.write_now(seed)
    database.close()
    world = World(place)
    world.change(world.other, parent_id=world.demo)
    yield world
    world.close()
