from datetime import timedelta

from tests.clock import NOON
from tolmach.core.delivery import Busy, Inbound, Lost, Receipt, Refused, Sent
from tolmach.core.ids import MessageId
from tolmach.core.rejections import Rejection
from tolmach.core.results import Accepted, Rejected, SendResult
from tolmach.core.status import Status
from tolmach.workers.tally import LAG_BOUNDS, Lags, Tally


def test_what_was_taken() -> None:
    tally = Tally()
    once, again = Accepted(MessageId(10), "7", ()), Accepted(MessageId(10), "7", (), repeated=True)
    tally.taken([SendResult((once, again), NOON), SendResult((Rejected(Rejection.STOPPED, "7"),), NOON)])
    assert tally.intake == {"accepted": 1, "repeated": 1, "rejected": 1}
    assert tally.intake_batches == 1


def test_what_links_answered() -> None:
    tally = Tally()
    for outcome in (Sent(("1",)), Sent(("2",)), Refused("x"), Busy(1), Lost()):
        tally.submitted("a", outcome)
    assert tally.submits == {("a", "sent"): 2, ("a", "refused"): 1, ("a", "busy"): 1, ("a", "lost"): 1}


def test_what_was_told_and_how_late() -> None:
    tally = Tally()
    ages = (timedelta(seconds=1), timedelta(seconds=2), timedelta(days=2), -timedelta(seconds=5))
    tally.told([Receipt("a", "1", Status.DELIVERED, NOON - age) for age in ages], 3, NOON)
    assert (tally.receipts, tally.unmatched) == ({("a", "delivered"): 4}, 3)
    found = tally.lags["a"]
    assert (found.counts[:2], found.counts[-1], sum(found.counts)) == ([2, 1], 1, 4)
    assert found.total == 3 + 2 * 86400


def test_a_bound_counts_as_within() -> None:
    lags = Lags()
    for bound in LAG_BOUNDS:
        lags.add(bound)
    assert lags.counts == [1] * len(LAG_BOUNDS) + [0]


def test_what_subscribers_wrote() -> None:
    tally = Tally()
    tally.heard([Inbound("a", "7", "1", "hi", NOON), Inbound("b", "7", "1", "hi", NOON)])
    tally.heard([Inbound("a", "7", "1", "hi", NOON)])
    assert tally.inbound == {"a": 2, "b": 1}


def test_what_clients_said() -> None:
    tally = Tally()
    tally.posted({"acknowledged": 2, "pending": 1, "failed": 0})
    tally.posted({"acknowledged": 1, "pending": 0, "failed": 4})
    assert tally.callbacks == {"acknowledged": 3, "pending": 1, "failed": 4}
