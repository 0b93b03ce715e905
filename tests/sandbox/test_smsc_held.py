"""Parts for phones that are switched off."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.clock import NOON
from tests.sandbox.esme import message, parts
from tolmach.codecs import udh
from tolmach.codecs.smpp.bodies import SubmitSm
from tolmach.codecs.smpp.constants import MessageState
from tolmach.sandbox.handset import Change, Handset
from tolmach.sandbox.handsets import Handsets
from tolmach.sandbox.message import MessageQuery
from tolmach.sandbox.smsc_content import read
from tolmach.sandbox.smsc_held import until
from tolmach.sandbox.smsc_message import Address, Order, Selection, Taken
from tolmach.sandbox.smsc_tables import Tables
from tolmach.sandbox.storage import MEMORY, Storage

PHONE = "79161234500"
OFF = Handset(PHONE, False)
SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)


class World:
    """The tables in a storage, with one phone that is off."""

    def __init__(self, storage: Storage) -> None:
        self.storage = storage
        self.tables = Tables(storage)
        self.handsets = Handsets(storage)
        self.handsets.reach.append(self.tables.held.release)
        self.handsets.change(Handset(PHONE), Change(on=False), NOON)

    def take(self, *submits: SubmitSm) -> list[Taken]:
        return self.tables.take([Order("demo", read(one).drafts, SECOND) for one in submits], NOON)

    def switch_on(self, after: timedelta) -> None:
        self.handsets.change(OFF, Change(on=True), NOON + after)

    def told(self, after: timedelta) -> list[tuple[int, MessageState]]:
        """The receipts that are due."""
        due = self.tables.exchange("demo", [], [], NOON + after, 10).receipts
        assert {one.submitted for one in due} <= {NOON}
        return [(one.id, one.state) for one in due]

    def state(self, number: int, after: timedelta) -> MessageState:
        known = self.tables.find("demo", number, NOON + after)
        assert known is not None
        return known.state

    def outcomes(self) -> list[str]:
        return [one.outcome for one in self.storage.messages(MessageQuery())]


@pytest.fixture
def world() -> Iterator[World]:
    storage = Storage(MEMORY)
    yield World(storage)
    storage.close()


def test_a_phone_that_is_switched_on_in_time(world: World) -> None:
    ((number, _),) = world.take(message(PHONE))
    assert (world.outcomes(), world.told(DAY - SECOND)) == (["waiting"], [])
    assert world.state(number, SECOND) is MessageState.ENROUTE
    world.switch_on(60 * SECOND)
    assert (world.outcomes(), world.told(60 * SECOND)) == (["delivered"], [(number, MessageState.DELIVERED)])
    assert world.state(number, 60 * SECOND) is MessageState.DELIVERED


def test_a_phone_that_stays_off(world: World) -> None:
    ((number, _),) = world.take(message(PHONE))
    assert world.told(DAY) == [(number, MessageState.EXPIRED)]
    assert world.state(number, DAY) is MessageState.EXPIRED
    world.switch_on(DAY)
    assert world.told(DAY) == [(number, MessageState.EXPIRED)]
    assert world.outcomes() == ["expired"]


@pytest.mark.parametrize(
    ("asked", "on", "expired"),
    [
        (0, [], []),
        (1, [MessageState.DELIVERED], [MessageState.EXPIRED]),
        (2, [], [MessageState.EXPIRED]),
        (3, [MessageState.DELIVERED], []),
    ],
)
def test_receipts_are_sent_as_asked(
    world: World, asked: int, on: list[MessageState], expired: list[MessageState]
) -> None:
    world.take(message(PHONE, registered_delivery=asked))
    assert [state for _, state in world.told(DAY)] == expired
    world.switch_on(SECOND)
    assert [state for _, state in world.told(DAY)] == on


def test_all_parts_wait(world: World) -> None:
    taken = world.take(*parts([b"one", b"two"], lambda total, number: udh.header(udh.concatenation(1, total, number))))
    assert world.outcomes() == ["waiting"]
    world.switch_on(SECOND)
    assert world.told(SECOND) == [(number, MessageState.DELIVERED) for number, _ in taken]


def test_rows_of_receipts_are_not_used_twice(world: World) -> None:
    world.take(message(PHONE, registered_delivery=3))
    restarted = Tables(world.storage)
    other = Order("demo", read(message("79161234501")).drafts, SECOND)
    restarted.take([other], NOON)
    world.switch_on(SECOND)
    assert len(world.told(DAY)) == 2


def test_a_message_that_waits_can_be_cancelled(world: World) -> None:
    ((number, _),) = world.take(message(PHONE))
    nobody = Address(0, 0, "")
    assert world.tables.cancel("demo", Selection(number, nobody, nobody, ""), NOON + SECOND) == 1
    world.switch_on(2 * SECOND)
    assert (world.outcomes(), world.told(DAY)) == ([], [(number, MessageState.DELETED)])


def test_a_phone_without_receipts_stays_silent(world: World) -> None:
    world.handsets.change(Handset("79161234593"), Change(on=False), NOON)
    ((number, _),) = world.take(message("79161234593"))
    assert (world.told(DAY), world.state(number, DAY)) == ([], MessageState.ENROUTE)


@pytest.mark.parametrize(
    ("period", "ends"),
    [("", NOON + DAY), ("000000010000000R", NOON + timedelta(hours=1)), ("260302133000000+", NOON + 5400 * SECOND)],
)
def test_the_end_of_a_validity(period: str, ends: object) -> None:
    (draft,) = read(message(validity_period=period)).drafts
    assert until(draft, NOON) == ends
