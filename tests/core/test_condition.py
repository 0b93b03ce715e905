from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tolmach.core.condition import Condition, LinkState, changes, from_text, of_http, of_smpp, to_text
from tolmach.core.http_links import HttpHealth
from tolmach.core.links import LinkCounters, LinkHealth
from tolmach.core.money import parse_money

SMPP = LinkHealth(
    name="carrier",
    binds=2,
    bound=1,
    window=50,
    in_flight=3,
    waiting=4,
    round_trip=0.12345678,
    possible=405.0021,
    rate=100.0,
    throttled=0.01234,
    paused=True,
    last_error="no connection",
    counters=LinkCounters(submitted=7),
)


def test_the_condition_of_an_smpp_link() -> None:
    found = of_smpp(SMPP, paused=False)
    assert (found.up, found.bound, found.binds, found.round_trip, found.possible) == (True, 1, 2, 0.1235, 405.0)
    assert (found.throttled, found.counters["submitted"], found.state) == (0.012, 7, LinkState.UP)
    assert of_smpp(SMPP, paused=True).state is LinkState.PAUSED


def test_the_condition_of_a_link_over_http() -> None:
    health = HttpHealth(
        name="gate",
        up=False,
        in_flight=1,
        waiting=2,
        doubtful=3,
        round_trip=None,
        rate=None,
        last_error="HTTP 500",
        balance=parse_money("12.5"),
        low=True,
        counters=Counter(sent=4),
    )
    found = of_http(health, paused=False)
    assert (found.state, found.balance, found.low, found.doubtful) == (LinkState.DOWN, "12.50", True, 3)
    assert found.counters == {"sent": 4}


NUMBERS = st.integers(0, 10**9)
CONDITIONS = st.builds(
    Condition,
    up=st.booleans(),
    paused=st.booleans(),
    binds=st.integers(0, 16),
    bound=st.integers(0, 16),
    round_trip=st.none() | st.floats(0, 100),
    throttled=st.floats(0, 1),
    balance=st.sampled_from(["", "5.00"]),
    low=st.booleans(),
    last_error=st.text(max_size=20),
    counters=st.dictionaries(st.text(max_size=5), NUMBERS, max_size=3),
)


@given(CONDITIONS)
def test_a_condition_is_read_back_and_nothing_has_changed(found: Condition) -> None:
    assert from_text(to_text(found)) == found
    assert list(changes(found, found)) == []


DOWN, UP = Condition(up=False), Condition(up=True)
BOUND = Condition(up=True, binds=2, bound=2)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (None, DOWN, []),
        (None, UP, [("up", "")]),
        (UP, Condition(up=False, last_error="HTTP 500"), [("down", "HTTP 500")]),
        (None, BOUND, [("bound", "2 of 2")]),
        (BOUND, Condition(up=True, binds=2, bound=1), [("lost", "1 of 2 binds are left")]),
        (BOUND, Condition(up=False, binds=2, last_error="closed"), [("lost", "closed")]),
        (DOWN, Condition(up=False, binds=1, last_error="refused"), [("error", "refused")]),
        (UP, Condition(up=True, throttled=0.25), [("throttled", "25.0% of answers")]),
        (UP, Condition(up=True, paused=True), [("paused", "")]),
        (Condition(up=True, paused=True), UP, [("resumed", "")]),
        (UP, Condition(up=True, low=True, balance="1.00"), [("low balance", "1.00")]),
        (Condition(up=True, low=True), Condition(up=True, balance="9.00"), [("balance recovered", "9.00")]),
    ],
)
def test_what_changes_mean(before: Condition | None, after: Condition, told: list[tuple[str, str]]) -> None:
    assert list(changes(before, after)) == told


@pytest.mark.parametrize(
    ("before", "after", "kinds"),
    [
        (None, None, []),
        (None, 299.0, []),
        (10.0, 300.0, ["receipts late"]),
        (300.0, 400.0, []),
        (300.0, 20.0, ["receipts in time"]),
    ],
)
def test_receipts_that_come_late_are_told_once(before: float | None, after: float | None, kinds: list[str]) -> None:
    found = changes(Condition(up=True, lag=before), Condition(up=True, lag=after))
    assert [event.kind for event in found] == kinds
