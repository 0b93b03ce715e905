from collections.abc import Callable

import pytest
from sqlalchemy import event

from tests.services.world import URL, World
from tolmach.core.ids import AccountId
from tolmach.services.catalogue import Catalogue, Snapshot
from tolmach.store import accounts, counters, senders, stops, tariffs
from tolmach.store.database import Tx


def snapshot(world: World) -> Snapshot:
    return world.read(world.catalogue.at)


def statements(world: World, *, again: bool) -> list[str]:
    """Return what is asked of the database to know an account's terms (``again``: for the second time)."""
    asked: list[str] = []

    def look(tx: Tx) -> None:
        found = world.catalogue.at(tx)
        account = found.account(tx, world.demo)
        assert account is not None
        assert found.terms(tx, account).account is account
        found.stops_exist(tx)

    if again:
        world.read(look)

    def note(*arguments: object) -> None:
        asked.append(str(arguments[2]))

    event.listen(world.database.reader, "before_cursor_execute", note)
    world.read(look)
    event.remove(world.database.reader, "before_cursor_execute", note)
    return [sql for sql in asked if not sql.startswith("BEGIN")]


def test_what_stands_still_is_asked_once(world: World) -> None:
    assert len(statements(world, again=False)) > 3
    assert statements(world, again=True) == []  # but for the revision, which the driver asks itself


def test_the_same_snapshot_until_something_changes(world: World) -> None:
    first = snapshot(world)
    world.send()
    world.submit()
    assert snapshot(world) is first
    world.change(blocked=True)
    second = snapshot(world)
    assert second is not first
    assert second.revision == first.revision + 1
    assert world.read(lambda tx: second.account(tx, world.demo)) == world.account()


def test_an_account_that_there_is_not_may_come_later(world: World) -> None:
    nobody = AccountId(99)
    assert world.read(lambda tx: world.catalogue.at(tx).account(tx, nobody)) is None


def russia(tx: Tx) -> int:
    found = tariffs.direction_by_name(tx, "Россия")
    assert found is not None
    return found


CHANGES: dict[str, Callable[[Tx, AccountId], object]] = {
    "account": lambda tx, account: accounts.change(tx, account, {"callback_url": URL + "2"}),
    "sender": lambda tx, account: senders.put(tx, account, "New", "completed", 9),
    "tariff": lambda tx, _: tariffs.replace(tx, "base", []),
    "direction": lambda tx, _: tariffs.set_open(tx, russia(tx), is_open=False),
    "closed": lambda tx, account: tariffs.set_open_for(tx, account, russia(tx), is_open=False),
    "stop": lambda tx, account: stops.add(tx, account, ["79030000000"], 0),
}


@pytest.mark.parametrize("what", CHANGES)
def test_every_change_is_seen_at_once(world: World, what: str) -> None:
    def look(tx: Tx) -> tuple[object, ...]:
        found = world.catalogue.at(tx)
        account = found.account(tx, world.demo)
        assert account is not None
        terms = found.terms(tx, account)
        return account.callback_url, dict(terms.senders), terms.tariff, terms.closed, found.stops_exist(tx)

    before = world.read(look)
    world.write(lambda tx: CHANGES[what](tx, world.demo))
    after = world.read(look)
    assert sum(one != other for one, other in zip(before, after, strict=True)) == 1


def test_a_reader_of_the_past_is_answered_from_the_past_and_leaves_the_present_alone(world: World) -> None:
    def compare(tx: Tx) -> tuple[int, int]:
        """The transaction began before the change, and others have seen what came after."""
        old = counters.value(tx, counters.REVISION)
        world.change(blocked=True)
        present = snapshot(world)
        past = world.catalogue.at(tx)
        account = past.account(tx, world.demo)
        assert account is not None
        assert not account.blocked
        assert snapshot(world) is present
        return past.revision - old, present.revision - old

    assert world.read(compare) == (0, 1)


def test_accounts_of_one_tariff_share_it(world: World) -> None:
    catalogue = Catalogue()

    def look(tx: Tx) -> bool:
        found = catalogue.at(tx)
        both = [found.account(tx, id_) for id_ in (world.demo, world.other)]
        one, two = (found.terms(tx, account) for account in both if account is not None)
        return one.tariff is two.tariff and one is not two

    assert world.read(look)


def test_who_changes_something_sees_it_and_nobody_else_does_until_his_commit(world: World) -> None:
    before = snapshot(world)

    def change(tx: Tx) -> None:
        accounts.change(tx, world.demo, {"blocked": True})
        mine = world.catalogue.at(tx)
        account = mine.account(tx, world.demo)
        assert account is not None
        assert account.blocked
        assert world.catalogue.at(tx) is mine
        assert snapshot(world) is before

    world.write(change)
    after = snapshot(world)
    assert after.revision == before.revision + 1


def test_what_came_to_nothing_is_not_remembered(world: World) -> None:
    """The revision that a failed transaction moved to is that of the next change."""
    snapshot(world)

    def fail(tx: Tx) -> None:
        stops.add(tx, world.other, ["79030000000"], 0)
        assert world.catalogue.at(tx).account(tx, world.demo) is not None
        raise ValueError("it comes to nothing")

    with pytest.raises(ValueError, match="comes to nothing"):
        world.write(fail)
    world.change(blocked=True)
    account = world.read(lambda tx: world.catalogue.at(tx).account(tx, world.demo))
    assert account is not None
    assert account.blocked


def test_a_refusal_does_not_make_it_forget(world: World) -> None:
    before = snapshot(world)

    def refused(tx: Tx) -> None:
        assert world.catalogue.at(tx) is before
        raise ValueError("refused")

    with pytest.raises(ValueError, match="refused"):
        world.write(refused)
    assert snapshot(world) is before
