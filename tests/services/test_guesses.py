from datetime import timedelta

import pytest

from tests.clock import NOON
from tolmach.services import guesses
from tolmach.services.guesses import Guesses

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
