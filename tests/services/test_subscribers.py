from array import array
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.services.test_bases import edit as edit_bases
from tests.services.world import World
from tolmach.core.commands import (
    DropBase,
    DropSubscriber,
    EditSubscribers,
    ListSubscribers,
    PutBase,
    PutSubscriber,
    SubscriberEdits,
)
from tolmach.core.errors import Failure, RequestError
from tolmach.core.ids import AccountId
from tolmach.core.numbering import Ranges
from tolmach.core.results import Edit, SubscribersPage
from tolmach.services import bases, numbering, subscribers
from tolmach.services.context import Context
from tolmach.store import subscribers as stored
from tolmach.store.database import Tx

ONE, TWO = "79612242243", "79612242244"
INSERTED, CHANGED, DELETED, NOT_FOUND = Edit.INSERTED, Edit.CHANGED, Edit.DELETED, Edit.NOT_FOUND
Edits = PutSubscriber | DropSubscriber


@pytest.fixture(autouse=True)
def base(world: World) -> Iterator[None]:
    edit_bases(world, PutBase(None, {"name": "Office"}))
    yield
    check_size(world)


def check_size(world: World) -> None:
    """The base's own count is the number of its subscribers."""
    base = world.read(lambda tx: bases.find(tx, world.demo, "1"))
    if base is not None:
        found = world.read(lambda tx: stored.page(tx, 1, 0, 1_000_000))
        assert len(found) == base.size


def context(world: World, tx: Tx, id_: AccountId | None = None) -> Context:
    return Context(tx, world.catalogue.at(tx), world.account(id_), world.clock.now(), world.delivery)


def put(phone: str, **fields: str) -> PutSubscriber:
    return PutSubscriber(phone, fields)


def edit(world: World, *edits: Edits, base: str = "1", id_: AccountId | None = None) -> list[Edit]:
    command = EditSubscribers([SubscriberEdits(base, edits)])
    return list(world.write(lambda tx: subscribers.edit_subscribers(context(world, tx, id_), command)).bases[0])


def page(world: World, base: str = "1", id_: AccountId | None = None, **how: Any) -> SubscribersPage:
    return world.read(lambda tx: subscribers.list_subscribers(context(world, tx, id_), ListSubscribers(base, **how)))


def test_a_subscriber_is_added_changed_and_deleted(world: World) -> None:
    assert edit(world, put(ONE, name="Иван", surname="Иванов"), put("+7 (961) 224-22-44")) == [INSERTED] * 2
    assert edit(world, put(ONE, name="Пётр"), DropSubscriber("8 961 224 22 44"), DropSubscriber(TWO)) == [
        CHANGED,
        DELETED,
        NOT_FOUND,
    ]
    (found,) = page(world).subscribers
    assert (found.phone, found.name, found.surname) == (ONE, "Пётр", "Иванов")


def test_edits_of_one_document_follow_each_other(world: World) -> None:
    edits: list[Edits] = [put(ONE), put(ONE, name="x"), DropSubscriber(ONE), DropSubscriber(ONE), put(ONE, name="y")]
    assert edit(world, *edits) == [INSERTED, CHANGED, DELETED, NOT_FOUND, INSERTED]
    assert edit(world, DropSubscriber(ONE), put(ONE, surname="z")) == [DELETED, INSERTED]
    (found,) = page(world).subscribers
    assert (found.name, found.surname) == ("", "z")  # who was deleted comes back with nothing


@pytest.mark.parametrize("phone", ["", "123", "abc", "74957271122", "1" * 16])
def test_what_is_no_number_is_not_found(world: World, phone: str) -> None:
    assert edit(world, put(phone), DropSubscriber(phone), put(ONE)) == [NOT_FOUND, NOT_FOUND, INSERTED]


def test_pages(world: World) -> None:
    assert (page(world).pages, list(page(world).subscribers)) == (1, [])
    edit(world, *(put(str(79_000_000_000 + number)) for number in range(2_001)))
    sizes = [(page(world, page=number).pages, len(page(world, page=number).subscribers)) for number in (1, 2, 3, 4)]
    assert sizes == [(3, 1000), (3, 1000), (3, 1), (3, 0)]
    everyone = {one.phone for number in (1, 2, 3) for one in page(world, page=number).subscribers}
    assert len(everyone) == 2_001
    edit(world, DropSubscriber("79000000000"))
    assert page(world).pages == 2
    assert "79000000000" not in {one.phone for one in page(world).subscribers}
    assert page(world, page=10**15).subscribers == []


def test_only_what_changed_since_a_moment_of_the_accounts_clock(world: World) -> None:
    edit(world, put(ONE), put(TWO))
    before = datetime(2026, 3, 2, 15, 0)  # noqa: DTZ001 - noon in UTC
    world.wait(seconds=10)
    edit(world, put(TWO, name="x"), put(ONE))
    assert [one.phone for one in page(world, since=before).subscribers] == [ONE, TWO]
    changed = page(world, since=before + timedelta(seconds=10))
    assert ([one.phone for one in changed.subscribers], changed.pages) == ([TWO], 1)
    assert changed.changed_at[0].isoformat() == "2026-03-02T15:00:10+03:00"
    assert page(world, since=before + timedelta(seconds=11)).subscribers == []


def test_an_edit_that_changes_nothing_leaves_no_trace(world: World) -> None:
    edit(world, put(ONE, name="x"))
    changed = world.read(lambda tx: bases.changed_at(tx, world.demo, 1))
    world.wait(seconds=1)
    assert edit(world, put(ONE, name="x"), DropSubscriber(TWO)) == [CHANGED, NOT_FOUND]
    assert world.read(lambda tx: bases.changed_at(tx, world.demo, 1)) == changed
    edit(world, put(ONE, name="y"))
    assert world.read(lambda tx: bases.changed_at(tx, world.demo, 1)) == (changed or 0) + 1000


def test_another_account_finds_no_base(world: World) -> None:
    for attempt in (lambda: page(world, id_=world.other), lambda: edit(world, put(ONE), id_=world.other)):
        with pytest.raises(RequestError) as caught:
            attempt()
        assert caught.value.failure is Failure.UNKNOWN_BASE
    edit_bases(world, DropBase("1"))
    with pytest.raises(RequestError):
        page(world)


def test_one_unknown_base_leaves_the_others_alone(world: World) -> None:
    command = EditSubscribers([SubscriberEdits("1", [put(ONE)]), SubscriberEdits("2", [put(ONE)])])
    with pytest.raises(RequestError):
        world.write(lambda tx: subscribers.edit_subscribers(context(world, tx), command))
    assert page(world).subscribers == []


@pytest.mark.sqlite
def test_the_number_of_statements_does_not_grow(world: World) -> None:
    def statements(count: int, first: int) -> int:
        seen: list[str] = []

        def run(tx: Tx) -> None:
            tx.connection.dbapi_connection.set_trace_callback(seen.append)  # type: ignore[union-attr]
            edits: list[Edits] = [put(str(79_000_000_000 + first + number), name="x") for number in range(count)]
            command = EditSubscribers([SubscriberEdits("1", edits)])
            subscribers.edit_subscribers(context(world, tx), command)
            tx.connection.dbapi_connection.set_trace_callback(None)  # type: ignore[union-attr]

        world.write(run)
        return len({text.split("VALUES")[0] for text in seen})

    assert statements(5, 0) == statements(500, 100)


def test_region_and_operator_are_found_by_the_number_where_the_client_gave_none(world: World) -> None:
    only = array("I", [0])
    plan = Ranges(array("q", [79610000000]), array("I", [9_999_999]), only, only, ("Билайн",), ("Тверь",))
    world.write(lambda tx: numbering.replace_ranges(tx, plan, ["plan.csv"], world.clock.now()))
    edit(world, put(ONE), put(TWO, region="Москва"))
    found = page(world).subscribers
    assert [(one.region, one.operator) for one in found] == [("Тверь", "Билайн"), ("Москва", "Билайн")]
    edit(world, put(TWO, region=""))
    assert page(world).subscribers[1].region == "Тверь"
