from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tolmach.core.status import (
    FINAL,
    RECEIPT_EVENTS,
    SUCCESS,
    TRANSITIONS,
    Event,
    Status,
    StepStatus,
    aggregate,
    merge,
    overall,
)

S, E = Status, Event
STATUSES = st.sampled_from(Status)
EVENTS = st.lists(st.sampled_from(Event), max_size=30)
LIVE = (S.QUEUED, S.ON_MODERATION, S.SENT)
# every pair that changes something; all others change nothing
CHANGES = {
    (S.QUEUED, E.SUBMITTED): S.SENT,
    (S.QUEUED, E.LOST): S.SENT,
    (S.QUEUED, E.TIMED_OUT): S.EXPIRED,
    (S.QUEUED, E.CANCELLED): S.CANCELLED,
    (S.ON_MODERATION, E.TIMED_OUT): S.EXPIRED,
    (S.ON_MODERATION, E.CANCELLED): S.CANCELLED,
    (S.SENT, E.TIMED_OUT): S.UNKNOWN,
    (S.DELIVERED, E.READ): S.READ,
    **{(status, E.REFUSED): S.REFUSED for status in LIVE},
    **{(status, E.DELIVERED): S.DELIVERED for status in LIVE},
    **{(status, E.READ): S.READ for status in LIVE},
    **{(status, E.UNDELIVERED): S.UNDELIVERED for status in LIVE},
    **{(status, E.EXPIRED): S.EXPIRED for status in LIVE},
    **{(status, E.REJECTED): S.UNDELIVERED for status in LIVE},
}


@pytest.mark.parametrize(("status", "event"), list(product(Status, Event)))
def test_every_pair(status: Status, event: Event) -> None:
    assert merge(status, event) is CHANGES.get((status, event), status)


def test_a_final_status_never_changes_but_from_delivered_to_read() -> None:
    leaving = {(status, result) for (status, _), result in TRANSITIONS.items() if status in FINAL}
    assert leaving == {(S.DELIVERED, S.READ)}


@given(STATUSES, EVENTS)
def test_no_stream_of_events_leaves_a_final_status(status: Status, events: list[Event]) -> None:
    for event in events:
        after = merge(status, event)
        if status in FINAL and after is not status:
            assert (status, after) == (S.DELIVERED, S.READ)
        assert merge(after, event) is after  # telling it twice changes nothing
        status = after


@given(EVENTS)
def test_whatever_happens_time_ends_it(events: list[Event]) -> None:
    status = S.QUEUED
    for event in [*events, E.TIMED_OUT]:
        status = merge(status, event)
    assert status in FINAL


def test_every_status_is_live_or_final() -> None:
    assert set(Status) - FINAL == set(LIVE)
    assert {S.DELIVERED, S.READ} == SUCCESS
    assert SUCCESS < FINAL


@pytest.mark.parametrize("status", RECEIPT_EVENTS)
def test_a_receipt_ends_what_is_sent(status: Status) -> None:
    expected = S.UNDELIVERED if status is S.REFUSED else status
    assert merge(S.SENT, RECEIPT_EVENTS[status]) is expected
    assert set(RECEIPT_EVENTS) == FINAL - {S.CANCELLED}


@pytest.mark.parametrize(
    ("parts", "together"),
    [
        ([S.SENT], S.SENT),
        ([S.DELIVERED], S.DELIVERED),
        ([S.READ], S.READ),
        ([S.DELIVERED, S.SENT], S.SENT),
        ([S.READ, S.DELIVERED], S.DELIVERED),
        ([S.READ, S.READ], S.READ),
        ([S.DELIVERED, S.UNDELIVERED], S.UNDELIVERED),
        ([S.SENT, S.UNDELIVERED], S.UNDELIVERED),
        ([S.EXPIRED, S.DELIVERED], S.EXPIRED),
        ([S.UNKNOWN, S.DELIVERED], S.UNKNOWN),
        ([S.UNKNOWN, S.EXPIRED, S.REFUSED, S.UNDELIVERED], S.UNDELIVERED),
        ([S.UNKNOWN, S.EXPIRED, S.REFUSED], S.REFUSED),
        ([S.UNKNOWN, S.EXPIRED], S.EXPIRED),
    ],
)
def test_parts_together(parts: list[Status], together: Status) -> None:
    assert aggregate(parts) is together
    assert aggregate(parts[::-1]) is together


@given(st.lists(st.sampled_from([S.SENT, *RECEIPT_EVENTS]), min_size=1, max_size=10))
def test_parts_succeed_only_when_each_does(parts: list[Status]) -> None:
    assert (aggregate(parts) in SUCCESS) == all(part in SUCCESS for part in parts)
    assert aggregate(parts) in parts


@pytest.mark.parametrize(
    ("tried", "planned", "expected"),
    [
        ([], 1, S.QUEUED),
        ([(S.SENT, False)], 1, S.SENT),
        ([(S.DELIVERED, True)], 2, S.DELIVERED),
        ([(S.DELIVERED, False)], 2, S.SENT),
        ([(S.DELIVERED, False)], 1, S.DELIVERED),
        ([(S.READ, True), (S.UNDELIVERED, False)], 2, S.READ),
        ([(S.EXPIRED, False)], 2, S.SENT),
        ([(S.EXPIRED, False), (S.REFUSED, False)], 2, S.REFUSED),
    ],
)
def test_steps_together(tried: list[tuple[Status, bool]], planned: int, expected: Status) -> None:
    assert overall([StepStatus(*step) for step in tried], planned) is expected
