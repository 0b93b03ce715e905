"""Legs without a wire: what goes next, and what answers make of it."""

import pytest

from tests.connectors.smsc import leg
from tolmach.codecs.smpp.bodies import SubmitSm
from tolmach.connectors.smpp_legs import REMEMBERED, Batch, Leg, Legs
from tolmach.core.delivery import Busy, Lost, Outcome, Refused, Sent
from tolmach.core.links import Receipts


def start(legs: Legs, *sizes: int, first: int = 1) -> Batch:
    """Add legs of so many parts each."""
    batch = Batch(len(sizes))
    for index, size in enumerate(sizes):
        parts = [SubmitSm(short_message=b"%d" % part) for part in range(size)]
        legs.add(batch, index, leg(first + index), parts)
    return batch


def take(legs: Legs) -> Leg:
    found = legs.first
    assert found is not None
    legs.take_out()
    return found


def sent(name: str) -> Outcome:
    return Sent((name,))


@pytest.fixture
async def legs() -> Legs:
    return Legs(Receipts.ALL)


async def test_a_part_goes_after_the_answer_to_the_one_before(legs: Legs) -> None:
    batch = start(legs, 2, 1)
    assert legs.waiting == 3
    one, two = take(legs), take(legs)
    assert legs.first is None
    legs.answered(two, sent("b"))
    legs.answered(one, sent("a"))
    again = take(legs)
    assert (again is one, again.body.short_message) == (True, b"1")
    assert not batch.done.done()
    legs.answered(again, sent("c"))
    assert batch.done.done()
    assert batch.outcomes == [Sent(("a", "c")), Sent(("b",))]
    assert legs.waiting == 0


async def test_what_was_throttled_goes_first_in_its_old_order(legs: Legs) -> None:
    start(legs, 1, 1, 1, 1)
    flying = [take(legs) for _ in range(3)]
    for one in reversed(flying):
        legs.again(one)
    assert [take(legs).id for _ in range(4)] == [11, 21, 31, 41]


async def test_a_refusal_ends_a_leg(legs: Legs) -> None:
    batch = start(legs, 3)
    legs.answered(take(legs), sent("a"))
    legs.refused(take(legs), Refused("no", permanent=False))
    assert batch.outcomes == [Refused("no", permanent=True)]
    assert (legs.waiting, legs.first) == (0, None)


async def test_a_leg_that_was_put_off_goes_on(legs: Legs) -> None:
    first = start(legs, 3)
    legs.answered(take(legs), sent("a"))
    legs.answered(take(legs), Lost("x"))
    legs.refused(take(legs), Busy(7))
    assert first.outcomes == [Busy(7, begun=True)]
    second = start(legs, 3)
    assert legs.waiting == 1
    one = take(legs)
    assert one.body.short_message == b"2"
    legs.answered(one, sent("c"))
    assert second.outcomes == [Sent(("a", "unknown-11-2", "c"))]


async def test_time_is_up(legs: Legs) -> None:
    batch = start(legs, 1, 2, 1)
    flying, begun = take(legs), take(legs)
    legs.hurry(batch.legs)
    assert batch.outcomes[2] == Busy(1.0)
    assert not batch.done.done()
    legs.answered(flying, sent("a"))
    legs.answered(begun, sent("b"))  # no further part of it is started
    assert batch.outcomes == [Sent(("a",)), Busy(1.0, begun=True), Busy(1.0)]
    assert batch.done.done()
    assert (legs.waiting, legs.first) == (0, None)


async def test_a_link_that_goes_down_keeps_what_is_begun(legs: Legs) -> None:
    batch = start(legs, 2, 1, 1)
    one = take(legs)
    legs.answered(one, sent("a"))
    legs.hurry([batch.legs[2]])
    legs.link_down(4.0)
    assert batch.outcomes[1] == Busy(4.0)
    assert take(legs) is one


async def test_it_does_not_remember_for_ever(legs: Legs) -> None:
    for number in range(1, REMEMBERED + 3):
        start(legs, 2, first=number)
        one = take(legs)
        legs.answered(one, sent("a"))
        legs.refused(take(legs), Busy(1))
    assert len(legs._begun) == REMEMBERED
    start(legs, 2, first=1)
    assert take(legs).body.short_message == b"0"
