from datetime import timedelta

import pytest

from tests.clock import NOON
from tolmach.core.errors import Failure, RequestError
from tolmach.core.ids import AccountId
from tolmach.services import repeats
from tolmach.services.repeats import Repeats

ONE, TWO = AccountId(1), AccountId(2)
SECOND = timedelta(seconds=1)


def test_the_same_request_of_an_account_comes_once_a_minute() -> None:
    seen = Repeats()
    seen.begin(ONE, "a", NOON)
    with pytest.raises(RequestError) as told:
        seen.begin(ONE, "a", NOON + 59 * SECOND)
    assert told.value.failure is Failure.REPEATED
    seen.begin(ONE, "b", NOON)
    seen.begin(TWO, "a", NOON)
    seen.begin(ONE, "a", NOON + 60 * SECOND)


def test_what_came_to_nothing_may_come_again() -> None:
    seen = Repeats()
    seen.undo(seen.begin(ONE, "\ud800", NOON))
    seen.begin(ONE, "\ud800", NOON)


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repeats, "REMEMBERED", 2)
    seen = Repeats()
    for request in ("a", "b", "c"):
        seen.begin(ONE, request, NOON)
    seen.begin(ONE, "a", NOON)


def test_a_clock_that_is_set_back_forgets() -> None:
    seen = Repeats()
    seen.begin(ONE, "a", NOON)
    seen.begin(ONE, "a", NOON - 3600 * SECOND)
