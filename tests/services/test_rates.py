import pytest

from tolmach.core.errors import Failure, RequestError
from tolmach.core.ids import AccountId
from tolmach.services import rates
from tolmach.services.rates import BURST, PATIENCE, Rates

ONE, TWO = AccountId(1), AccountId(2)
RATE = 100.0


def test_no_limit() -> None:
    assert {Rates(0).take(ONE, 5.0) for _ in range(1000)} == {0.0}


def test_a_burst_then_a_queue_then_a_refusal() -> None:
    pace = Rates(RATE)
    waits: list[float] = []

    def many() -> None:
        while True:
            waits.append(pace.take(ONE, 7.0))

    with pytest.raises(RequestError) as told:
        many()
    assert (told.value.failure, told.value.retry_after) == (Failure.BUSY, 1)
    assert waits[: int(RATE * BURST)] == [0.0] * int(RATE * BURST)
    assert waits == sorted(waits)
    assert len(waits) == pytest.approx(RATE * (BURST + PATIENCE), abs=2)
    assert pace.take(TWO, 7.0) == 0.0  # the others have nothing of it
    assert pace.take(ONE, 7.0 + BURST + PATIENCE) == pytest.approx(0, abs=0.02)


def test_in_the_long_run_it_is_the_rate() -> None:
    pace, now, served = Rates(RATE), 0.0, 0
    while now < 10:  # a client that asks again when it is answered
        now += pace.take(ONE, now) + 0.001
        served += 1
    assert served / now == pytest.approx(RATE, rel=0.1)


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "REMEMBERED", 2)
    pace = Rates(1.0)
    for account in range(5):
        pace.take(AccountId(account), 0.0)
    assert len(pace._ahead) == 2


def test_a_list_goes_whole_and_what_comes_after_it_waits() -> None:
    pace = Rates(RATE, "messages")
    assert pace.take(ONE, 0.0, 1000) == 0.0
    with pytest.raises(RequestError, match="over 100 messages a second") as told:
        pace.take(ONE, 0.0, 1)
    assert told.value.retry_after == 9  # ten seconds' worth, but for what may come at once and what may wait
    assert pace.take(ONE, 9.0, 1) == pytest.approx(10 - 9 - BURST)


def test_an_account_may_have_a_rate_of_its_own() -> None:
    pace = Rates(RATE)
    assert {pace.take(ONE, 0.0, own=0) for _ in range(1000)} == {0.0}
    assert pace.take(TWO, 0.0, 20, own=10.0) == 0.0
    assert pace.take(TWO, 1.0, own=10.0) == pytest.approx(2.0 - 1.0 - BURST)
    assert {Rates(0).take(ONE, 0.0, 9, own=None) for _ in range(9)} == {0.0}
    pace.take(AccountId(3), 0.0, 9, own=3.0)
    with pytest.raises(RequestError, match="over 3 requests a second"):
        pace.take(AccountId(3), 0.0, own=3.0)


def test_what_is_ahead_goes_at_the_rate_that_is_set_now() -> None:
    """Who was held to little and is allowed more does not wait for what he was once told."""
    pace = Rates(1.0, "messages")
    pace.take(ONE, 0.0, 1000)
    with pytest.raises(RequestError):
        pace.take(ONE, 1.0)
    pace.rate = 1000.0
    assert pace.take(ONE, 1.0) == pytest.approx(0.0)
    assert pace.take(ONE, 1.0, 1000) == pytest.approx(0.0)
    assert pace.take(ONE, 1.0) == pytest.approx(0.5, abs=0.01)
