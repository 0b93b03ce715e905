"""Accounts on the desk."""

import pytest

from tests.services.world import BALANCE, HASH, SMS_PRICE, World, command
from tolmach.core.commands import GetBalance
from tolmach.core.commands.clientele import (
    AddClient,
    BlockClient,
    ChangeClient,
    GetClient,
    ListClients,
    SetClientPassword,
)
from tolmach.core.content import Channel
from tolmach.core.money import Money
from tolmach.core.rejections import Rejection
from tolmach.core.results import Rejected
from tolmach.core.results.clientele import ClientDetail, ClientsPage
from tolmach.services import clientele, enquiries, tariffs
from tolmach.services.administration import BadValueError, ConflictError, NotFoundError


def look(world: World, **asked: str) -> ClientsPage:
    return world.read(lambda tx: clientele.listing(tx, ListClients(**asked), world.clock.now()))


def detail(world: World, login: str) -> ClientDetail:
    return world.read(lambda tx: clientele.show(tx, GetClient(login), world.clock.now()))


def add(world: World, login: str, password: str = "long enough", **more: str) -> None:
    command = AddClient(login, password, password_hash=HASH, **more)
    world.write(lambda tx: clientele.add(tx, command, world.clock.now()))


def change(world: World, command: ChangeClient) -> None:
    world.write(lambda tx: clientele.change(tx, command, world.clock.now()))


def test_accounts_are_searched_and_paged(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    add(world, "another", parent="demo")
    assert [one.account.login for one in look(world, search=" OTHER ").clients] == ["another", "other"]
    assert [one.account.login for one in look(world, parent="demo").clients] == ["another"]
    monkeypatch.setattr(clientele, "PAGE", 2)
    page = look(world)
    assert ([one.account.login for one in page.clients], page.after) == (["another", "demo"], "demo")
    rest = look(world, after=page.after)
    assert ([one.account.login for one in rest.clients], rest.after) == (["other"], "")
    (other,) = rest.clients
    assert (other.available, other.held, other.tariff, other.parent) == (BALANCE, 0, "base", "")


def test_a_new_account(world: World) -> None:
    add(world, "shop", tariff="base", parent="demo", time_zone="Asia/Omsk", moderation="all")
    found = detail(world, "shop")
    account = found.client.account
    assert (account.time_zone, account.currency, account.moderation) == ("Asia/Omsk", "RUB", "all")
    assert (found.client.tariff, found.client.parent, found.client.available) == ("base", "demo", 0)
    assert (found.created_at, found.senders, found.closed) == (world.clock.now(), [], [])
    assert detail(world, "demo").sub_accounts == 1
    with pytest.raises(ConflictError):
        add(world, "shop")
    with pytest.raises(BadValueError, match="fewer than 8"):
        add(world, "shop2", "short")
    with pytest.raises(NotFoundError):
        add(world, "shop3", tariff="no such tariff")


def test_changes(world: World) -> None:
    change(world, ChangeClient("demo", credit=Money(5_000), dialects=("smspager",), networks=("192.0.2.0/24",)))
    account = detail(world, "demo").client.account
    assert (account.credit, account.dialects, [str(one) for one in account.networks]) == (
        5_000,
        ("smspager",),
        ["192.0.2.0/24"],
    )
    for credit in (-1, 10**13):
        with pytest.raises(BadValueError):
            change(world, ChangeClient("demo", credit=Money(credit)))
    with pytest.raises(BadValueError, match="nothing to change"):
        change(world, ChangeClient("demo"))


def test_with_a_credit_limit_more_can_be_sent_than_there_is_money(world: World) -> None:
    world.top_up(-BALANCE)
    change(world, ChangeClient("demo", credit=Money(2 * SMS_PRICE)))
    balance = world.read(lambda tx: enquiries.get_balance(tx, world.catalogue.at(tx), world.account(), GetBalance()))
    assert balance.available == 0
    assert {row.name: row.count for row in balance.directions if row.channel is Channel.SMS}["Россия"] == 2
    world.send()
    world.send()
    (item,) = world.result(command()).items
    assert isinstance(item, Rejected)
    assert item.reason is Rejection.NO_MONEY
    assert world.money() == (-2 * SMS_PRICE, 2 * SMS_PRICE)


def test_passwords_and_blocks(world: World) -> None:
    password = SetClientPassword("demo", "another one", "hash")
    world.write(lambda tx: clientele.set_password(tx, password, world.clock.now()))
    assert world.account().password_hash == "hash"
    with pytest.raises(BadValueError):
        world.write(lambda tx: clientele.set_password(tx, SetClientPassword("demo", "short"), world.clock.now()))
    for blocked, changed in ((True, True), (True, False), (False, True)):
        command = BlockClient("demo", blocked)
        assert world.write(lambda tx, c=command: clientele.block(tx, c, world.clock.now())) is changed  # type: ignore[misc]


def test_what_belongs_to_an_account(world: World) -> None:
    world.write(lambda tx: tariffs.set_open(tx, "Украина", "demo", is_open=False))
    assert (detail(world, "demo").closed, detail(world, "other").closed) == (["Украина"], [])
    assert detail(world, "demo").senders == [("Tolmach", "completed"), ("Waits", "order")]
