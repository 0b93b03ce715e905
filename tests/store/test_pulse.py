from tests.store.rows import entry, leg, message
from tolmach.core.status import Status
from tolmach.store import legs, messages, pulse, queue
from tolmach.store.database import Tx
from tolmach.store.pulse import Standing, Waiting
from tolmach.store.queue import Kind


def test_counts_by_bucket(tx: Tx) -> None:
    messages.add(tx, [message(10, accepted_at=1_000), message(20, accepted_at=1_999), message(30, accepted_at=3_000)])
    messages.add(tx, [message(40, account=4, accepted_at=3_999)])
    assert sorted(pulse.accepted(tx, 10, 1_000, 1_000)) == [(0, 3, 2), (2, 3, 1), (2, 4, 1)]
    assert pulse.accepted(tx, 40, 1_000, 1_000) == [(2, 4, 1)]


def test_counts_of_steps(tx: Tx) -> None:
    legs.add(tx, [leg(10, 1, submitted_at=500, delivered_at=1_500), leg(10, 2, submitted_at=1_500, delivered_at=None)])
    legs.add(tx, [leg(20, 1, link="b", submitted_at=2_500, delivered_at=2_600, status=Status.DELIVERED)])
    assert sorted(pulse.submitted(tx, 10, 1_000, 1_000)) == [(0, "a link", 1), (1, "b", 1)]
    assert sorted(pulse.delivered(tx, 10, 1_000, 1_000)) == [(0, 1), (1, 1)]
    assert pulse.standings(tx, 20) == [Standing(3, "b", Status.DELIVERED, 1)]  # type: ignore[arg-type]


def test_what_waits(tx: Tx) -> None:
    queue.add(tx, [entry(10, 1_000), entry(20, 2_000), entry(30, 500, Kind.GIVE_UP)])
    lane = entry().lane
    assert pulse.waiting(tx, 1_500) == [
        Waiting(Kind.SUBMIT, lane, 2, 1, 1_000),
        Waiting(Kind.GIVE_UP, lane, 1, 1, 500),
    ]


def test_messages_by_their_place(tx: Tx) -> None:
    assert pulse.nth_newest(tx, 0) == 0
    messages.add(tx, [message(10, accepted_at=7), message(20)])
    assert (pulse.nth_newest(tx, 0), pulse.nth_newest(tx, 1), pulse.nth_newest(tx, 2)) == (20, 10, 0)
    assert (pulse.accepted_at(tx, 10), pulse.accepted_at(tx, 11)) == (7, None)
