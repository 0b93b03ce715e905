from datetime import timedelta

import pytest

from tests.clock import NOON
from tolmach.services import guesses
from tolmach.services.guesses import Guesses, origin

SECOND = timedelta(seconds=1)


def test_so_many_a_minute() -> None:
    counted = Guesses(2)
    assert not counted.any(["a"], NOON)
    counted.add(["a", "b"], NOON)
    assert counted.any(["b"], NOON)
    assert not counted.exhausted(["a", "b"], NOON)
    counted.add(["a"], NOON + 30 * SECOND)
    assert counted.exhausted(["c", "a"], NOON + 59 * SECOND)
    assert not counted.exhausted(["b", "c"], NOON + 59 * SECOND)
    assert not counted.exhausted(["a"], NOON + 60 * SECOND)
    assert counted.any(["a"], NOON + 60 * SECOND)
    assert not counted.any(["a", "b"], NOON + 90 * SECOND)


def test_a_limit_of_nothing_is_none() -> None:
    counted = Guesses(0)
    for _ in range(10):
        counted.add(["a"], NOON)
    assert not counted.any(["a"], NOON)
    assert not counted.exhausted(["a"], NOON)


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guesses, "REMEMBERED", 2)
    counted = Guesses(1)
    for key in ("a", "b", "a", "c"):
        counted.add([key], NOON)
    assert [key for key in "abc" if counted.exhausted([key], NOON)] == ["a", "c"]


@pytest.mark.parametrize(
    ("remote", "found"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("a socket", "a socket"),
    ],
)
def test_who_has_one_address_of_ipv6_has_many(remote: str, found: str) -> None:
    assert origin(remote) == found


def test_a_clock_that_is_set_back_locks_nobody_out() -> None:
    counted = Guesses(1)
    counted.add(["a"], NOON)
    assert not counted.exhausted(["a"], NOON - 3600 * SECOND)
