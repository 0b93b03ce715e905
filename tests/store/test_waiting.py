from tests.store.rows import entry, leg, part
from tolmach.core.status import Status
from tolmach.store import legs, parts, queue, waiting
from tolmach.store.database import Tx
from tolmach.store.queue import Kind


def test_parts_of_live_steps_wait(tx: Tx) -> None:
    queue.add(tx, [entry(10, kind=Kind.GIVE_UP), entry(20), entry(30, kind=Kind.GIVE_UP)])
    final = part("final", 30)._replace(status=Status.UNDELIVERED)
    parts.add(tx, [part("a", 10), part("earlier", 10, step=1), part("b", 20), final, part("c", 10, link="other")])
    assert waiting.awaited(tx, "a link") == [("a", 1_001, 10, 2)]
    assert waiting.awaited(tx, "other") == [("c", 1_001, 10, 2)]


def test_lost_legs_have_no_parts(tx: Tx) -> None:
    queue.add(tx, [entry(number, kind=Kind.GIVE_UP) for number in (10, 20, 30, 40)])
    legs.add(
        tx,
        [leg(10), leg(20), leg(30, uncertain=False), leg(40, status=Status.DELIVERED), leg(50), leg(10, step=1)],
    )
    parts.add(tx, [part("a", 20)])
    assert waiting.doubtful(tx, "a link") == [(10, 2, 1_002)]
    assert waiting.doubtful(tx, "other") == []
