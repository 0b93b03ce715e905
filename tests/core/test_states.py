from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.samples import planned
from tolmach.core import states
from tolmach.core.content import Channel
from tolmach.core.drafts import Success
from tolmach.core.plans import PlannedStep
from tolmach.core.status import FINAL, Status

VIBER = planned(15_000, 1, Channel.VIBER)
VIBER_READ = planned(15_000, 1, Channel.VIBER, Success.READ)
SMS = planned()
S = Status


@pytest.mark.parametrize("status", Status)
def test_success_is_what_the_step_asks_for(status: Status) -> None:
    assert states.succeeded(SMS, status) == (status in {S.DELIVERED, S.READ})
    assert states.succeeded(VIBER_READ, status) == (status is S.READ)


@pytest.mark.parametrize("status", Status)
def test_a_message_of_one_step_stands_where_its_leg_stands(status: Status) -> None:
    expected = status if status in FINAL else S.SENT
    assert states.message_status((SMS,), [(1, status)]) is expected


@pytest.mark.parametrize(
    ("tried", "expected"),
    [
        ([], S.QUEUED),
        ([(1, S.SENT)], S.SENT),
        ([(1, S.DELIVERED)], S.DELIVERED),
        ([(1, S.READ)], S.READ),
        ([(1, S.UNDELIVERED)], S.SENT),
        ([(1, S.EXPIRED)], S.SENT),
        ([(1, S.UNDELIVERED), (2, S.SENT)], S.SENT),
        ([(1, S.UNDELIVERED), (2, S.DELIVERED)], S.DELIVERED),
        ([(1, S.UNDELIVERED), (2, S.EXPIRED)], S.EXPIRED),
        ([(1, S.REFUSED), (2, S.UNDELIVERED)], S.UNDELIVERED),
        ([(1, S.CANCELLED), (2, S.CANCELLED)], S.CANCELLED),
        ([(1, S.UNDELIVERED), (2, S.REFUSED)], S.REFUSED),
        ([(1, S.UNKNOWN), (2, S.UNKNOWN)], S.UNKNOWN),
    ],
)
def test_a_cascade_that_ends_with_delivery(tried: list[tuple[int, Status]], expected: Status) -> None:
    assert states.message_status((VIBER, SMS), tried) is expected


@pytest.mark.parametrize(
    ("tried", "expected"),
    [
        ([(1, S.DELIVERED)], S.SENT),
        ([(1, S.READ)], S.READ),
        ([(1, S.DELIVERED), (2, S.SENT)], S.SENT),
        ([(1, S.READ), (2, S.SENT)], S.READ),
        ([(1, S.DELIVERED), (2, S.DELIVERED)], S.DELIVERED),
        ([(1, S.DELIVERED), (2, S.UNDELIVERED)], S.DELIVERED),
        ([(1, S.DELIVERED), (2, S.EXPIRED)], S.DELIVERED),
        ([(1, S.READ), (2, S.UNDELIVERED)], S.READ),
        ([(1, S.UNDELIVERED), (2, S.UNDELIVERED)], S.UNDELIVERED),
    ],
)
def test_a_cascade_that_ends_with_reading(tried: list[tuple[int, Status]], expected: Status) -> None:
    assert states.message_status((VIBER_READ, SMS), tried) is expected


@given(st.lists(st.sampled_from([VIBER, VIBER_READ, SMS]), min_size=1, max_size=9), st.data())
def test_a_message_whose_steps_are_all_final_is_final(plan: list[PlannedStep], data: st.DataObject) -> None:
    ends = data.draw(st.lists(st.sampled_from(sorted(FINAL)), min_size=len(plan), max_size=len(plan)))
    assert states.message_status(tuple(plan), list(enumerate(ends, 1))) in FINAL


def test_the_next_try_of_a_cascade_changes_a_final_status_only_from_delivered_to_read() -> None:
    plan = (VIBER_READ, SMS)
    for first, second in product(FINAL, FINAL):
        before = states.message_status(plan, [(1, first), (2, second)])
        after = states.message_status(plan, [(1, S.READ if first is S.DELIVERED else first), (2, second)])
        assert after is before or (before, after) == (S.DELIVERED, S.READ)
