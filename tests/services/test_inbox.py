import itertools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cli.stage import opened
from tests.clock import FakeClock
from tests.services.world import BALANCE, PHONE, World, command, draft
from tolmach.core.commands import ListIncoming
from tolmach.core.delivery import Inbound, Piece
from tolmach.core.ids import AccountId
from tolmach.core.inbox import GAP, InboxPolicy
from tolmach.core.results import Incoming
from tolmach.core.status import Status
from tolmach.core.timezones import to_wall
from tolmach.services import inbox, inboxes
from tolmach.services.catalogue import Catalogue
from tolmach.services.context import Context
from tolmach.services.delivery import Delivery
from tolmach.services.inbox import Inbox, address
from tolmach.store import inbox as stored
from tolmach.store import stops
from tolmach.store.database import Database

OURS = "79611111111"


@contextmanager
def fresh() -> Iterator[World]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "tolmach.sqlite"
        with opened(path):
            world = World.__new__(World)
            world.database, world.clock, world.catalogue = Database(path), FakeClock(), Catalogue()
            world.delivery = Delivery(world.catalogue, timedelta(hours=1))
            try:
                yield world
            finally:
                world.close()


def keeper(world: World) -> Inbox:
    return Inbox(world.catalogue, world.delivery, InboxPolicy())


def came(text: str, piece: Piece | None = None, sender: str = PHONE, recipient: str = OURS) -> Inbound:
    return Inbound("carrier", sender, recipient, text, datetime(2026, 3, 2), piece)  # noqa: DTZ001


def receive(world: World, *events: Inbound) -> int:
    return world.write(lambda tx: keeper(world).receive(tx, events, world.clock.now()))


def texts(world: World, account: AccountId | None = None) -> list[str]:
    return [one.text for one in reversed(world.read(lambda tx: stored.newest(tx, account, 1_000, everybody=True)))]


def claim(world: World, login: str = "demo", prefix: str = "", number: str = OURS) -> None:
    world.write(lambda tx: inboxes.add_number(tx, number, login, prefix, world.clock.now()))


def wall(world: World, seconds: float = 0) -> datetime:
    return to_wall(world.clock.now() + timedelta(seconds=seconds), "Europe/Moscow").replace(tzinfo=None)


def listed(world: World, start: float, end: float | None = None, owner: AccountId | None = None) -> Sequence[Incoming]:
    asked = ListIncoming(wall(world, start), None if end is None else wall(world, end))
    return world.read(
        lambda tx: inbox.list_incoming(
            Context(tx, world.catalogue.at(tx), world.account(owner), world.clock.now(), world.delivery), asked
        )
    ).items


def stopped(world: World, account: AccountId | None = None) -> Sequence[str]:
    return world.read(lambda tx: stops.of_account(tx, account or world.demo))


# --- whose it is


def test_a_dedicated_number_is_one_accounts(world: World) -> None:
    claim(world)
    receive(world, came("Hello", recipient="+7 961 111-11-11"))
    world.wait(seconds=2)
    (one,) = listed(world, -10)
    assert (one.sender, one.recipient, one.prefix, one.text) == (PHONE, OURS, "", "Hello")
    assert one.at == world.clock.now() - timedelta(seconds=2)
    assert listed(world, -10, owner=world.other) == []


def test_a_shared_number_goes_by_prefix(world: World) -> None:
    claim(world, "demo", "IGRA")
    claim(world, "other", "bank")
    receive(world, came("Igra 7"), came("BANK 1"), came("hello"))
    world.wait(seconds=2)
    assert [(one.prefix, one.text) for one in listed(world, -10)] == [("IGRA", "Igra 7")]
    assert [(one.prefix, one.text) for one in listed(world, -10, owner=world.other)] == [("BANK", "BANK 1")]
    assert [one.text for one in world.read(lambda tx: stored.newest(tx, None, 10))] == ["hello"]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("89161234567", "79161234567"),
        ("+1234", "1234"),
        ("Tolmach", "Tolmach"),
        (" 0500 ", "0500"),
        ("x" * 40, "x" * 21),
    ],
)
def test_numbers_are_compared_in_one_form(written: str, read: str) -> None:
    assert address(written) == read


# --- when it is shown


def test_both_moments_are_exclusive_and_by_the_second(world: World) -> None:
    claim(world)
    receive(world, came("a"))
    assert listed(world, -1) == []  # its second is not over
    world.wait(seconds=1)
    assert [one.text for one in listed(world, -2)] == ["a"]
    assert [one.text for one in listed(world, -1.001)] == ["a"]
    assert listed(world, -1) == []
    assert listed(world, -0.5) == []  # a client that saw it asks from its date on
    assert listed(world, -2, -1) == []
    assert [one.text for one in listed(world, -2, 0)] == ["a"]


def test_a_second_is_never_shown_in_part(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox, "PAGE", 3)
    claim(world)
    receive(world, came("a"))
    world.wait(seconds=1)
    receive(world, *[came(text) for text in "bcd"])
    world.wait(seconds=5)
    assert [one.text for one in listed(world, -60)] == ["a"]
    assert [one.text for one in listed(world, -6)] == ["b", "c", "d"]
    monkeypatch.setattr(inbox, "PAGE", 2)
    assert [one.text for one in listed(world, -6)] == ["b", "c"]  # more in one second than a page holds


# --- STOP and START


def test_stop_puts_the_sender_on_the_list_and_cancels_what_is_scheduled(world: World) -> None:
    claim(world)
    due = wall(world, 3600)
    (item,) = world.result(command(draft(due=due))).items
    (kept,) = world.result(command(draft("79031234500", due=due))).items
    (foreign,) = world.result(command(draft(due=due)), world.other).items
    receive(world, came("Стоп!"))
    assert stopped(world) == [PHONE]
    assert stopped(world, world.other) == []
    assert world.state(item.id).status is Status.CANCELLED  # type: ignore[union-attr]
    assert world.state(kept.id).status is Status.QUEUED  # type: ignore[union-attr]
    (other_state,) = world.states(foreign.id, id_=world.other)  # type: ignore[union-attr]
    assert other_state is not None
    assert other_state.status is Status.QUEUED
    assert world.money()[0] > BALANCE - 2 * 10_000
    receive(world, came("START"))
    assert stopped(world) == []
    assert texts(world) == ["Стоп!", "START"]  # kept like any other


def test_a_bare_stop_on_a_shared_number_is_for_all_that_share_it(world: World) -> None:
    claim(world, "demo", "igra")
    claim(world, "other", "bank")
    receive(world, came("stop"))
    assert (stopped(world), stopped(world, world.other)) == ([PHONE], [PHONE])
    receive(world, came("bank start"))
    assert (stopped(world), stopped(world, world.other)) == ([PHONE], [])


def test_nobody_is_stopped_by_a_name_or_on_a_number_of_nobody(world: World) -> None:
    receive(world, came("stop"))
    claim(world)
    receive(world, came("stop", sender="Bank"), came("stop", sender="0500"))
    assert stopped(world) == []


def test_what_is_nobodys_obeys_when_it_is_assigned(world: World) -> None:
    receive(world, came("stop"))
    (one,) = world.read(lambda tx: stored.newest(tx, None, 10))
    world.write(lambda tx: keeper(world).assign(tx, one, world.demo, world.clock.now()))
    assert stopped(world) == [PHONE]


# --- long messages


def piece(number: int, text: str, total: int = 3, reference: int = 7) -> Inbound:
    return came(text, Piece(reference, total, number))


@pytest.mark.parametrize("order", list(itertools.permutations((1, 2, 3))))
def test_parts_come_in_any_order(world: World, order: Sequence[int]) -> None:
    assert sum(receive(world, piece(number, "abc"[number - 1])) for number in order) == 1
    assert texts(world) == ["abc"]


def test_copies_change_nothing_before_and_after(world: World) -> None:
    receive(world, piece(1, "a"), piece(1, "a"), piece(2, "b"), piece(3, "c"), piece(3, "c"))
    receive(world, piece(2, "b"))
    world.wait(hours=1)
    assert world.write(lambda tx: keeper(world).sweep(tx, world.clock.now())) == 0
    assert texts(world) == ["abc"]


def test_a_reference_comes_round_again(world: World) -> None:
    receive(world, piece(1, "a"), piece(2, "b"), piece(3, "c"))
    receive(world, piece(1, "d"), piece(2, "e"), piece(3, "f"))
    assert texts(world) == ["abc", "def"]


def test_and_what_it_interrupts_is_not_lost(world: World) -> None:
    receive(world, piece(1, "a"), piece(2, "b"), piece(1, "d"), piece(2, "e"), piece(3, "f"))
    assert texts(world) == [f"ab{GAP}", "def"]


def test_missing_parts_are_waited_for_for_a_while(world: World) -> None:
    receive(world, piece(2, "b"))
    world.wait(minutes=15)
    assert world.write(lambda tx: keeper(world).sweep(tx, world.clock.now())) == 0
    world.wait(seconds=1)
    assert world.write(lambda tx: keeper(world).sweep(tx, world.clock.now())) == 1
    assert texts(world) == [f"{GAP}b{GAP}"]
    receive(world, piece(2, "b"))  # a copy, late
    world.wait(days=2)
    world.write(lambda tx: keeper(world).sweep(tx, world.clock.now()))
    assert texts(world) == [f"{GAP}b{GAP}"]


def test_parts_of_different_people_and_lengths_do_not_meet(world: World) -> None:
    receive(world, piece(1, "a", total=2), piece(2, "x"), came("b", Piece(7, 2, 2), sender="79031234500"))
    assert texts(world) == []


def test_a_long_stop_is_a_stop(world: World) -> None:
    claim(world)
    receive(world, piece(1, "ST", 2), piece(2, "OP", 2))
    assert stopped(world) == [PHONE]


@given(st.permutations([*range(1, 5), 2, 4]), st.integers(0, 2**40))
def test_every_message_comes_once_whatever_the_network_does(order: list[int], reference: int) -> None:
    with fresh() as world:
        for number in order:
            receive(world, piece(number, "abcd"[number - 1], 4, reference))
        assert texts(world) == ["abcd"]
