"""What a loop has in hand is not handed over by another, though its lease has run out (a full disk)."""

from tests.services.world import World
from tolmach.core.delivery import Busy, Sent, Submission
from tolmach.core.moments import to_ms
from tolmach.store import legs, queue
from tolmach.store.queue import Entry


def claim(world: World, worker: str) -> list[Submission]:
    """Let a loop of this process claim."""
    claimed = world.claim(worker)
    world.delivery.hands.take(worker, claimed)
    return claimed


def duty(world: World, message: int) -> Entry:
    return world.read(lambda tx: queue.by_ids(tx, [message]))[message]


def test_what_one_has_in_hand_the_other_does_not_get(world: World) -> None:
    id_ = world.send()
    (submission,) = claim(world, "first")
    world.wait(seconds=61)
    other = world.send()
    assert [one.leg for one in claim(world, "second")] == [other + 1]
    kept = duty(world, id_)
    assert (kept.claimed_by, kept.attempts, kept.uncertain) == ("first", 1, False)
    world.settle(submission, Sent(("late",)))
    world.delivery.hands.release([submission])
    (leg,) = world.read(lambda tx: legs.of_messages(tx, [id_]))[id_]
    assert (leg.status.value, leg.uncertain) == ("sent", False)


def expire(world: World) -> int:
    return world.write(lambda tx: world.delivery.expire(tx, world.clock.now(), 10))[1]


def test_what_is_in_hand_does_not_expire_before_its_answer_is_stored(world: World) -> None:
    """The database was away for longer than lease and validity, and whoever ends what is overdue came first."""
    id_ = world.send()
    (submission,) = claim(world, "first")
    other = world.send()
    world.wait(hours=49)
    assert expire(world) == 1
    (leg,) = world.read(lambda tx: legs.of_messages(tx, [other]))[other]
    assert leg.status.value == "expired"
    kept = duty(world, id_)
    assert (kept.claimed_by, kept.attempts, kept.uncertain) == ("first", 1, False)
    assert not world.read(lambda tx: queue.any_expired(tx, to_ms(world.clock.now())))  # nobody looks at it all the time
    world.settle(submission, Sent(("late",)))
    world.delivery.hands.release([submission])
    (leg,) = world.read(lambda tx: legs.of_messages(tx, [id_]))[id_]
    assert (leg.status.value, leg.charged > 0, leg.uncertain) == ("sent", True, False)


def test_what_is_not_in_hand_any_more_expires_after_its_lease(world: World) -> None:
    id_ = world.send()
    (submission,) = claim(world, "first")
    world.wait(hours=49)
    assert expire(world) == 0
    world.delivery.hands.release([submission])  # nothing ever came of it
    assert expire(world) == 0
    world.wait(seconds=61)
    assert expire(world) == 1
    (leg,) = world.read(lambda tx: legs.of_messages(tx, [id_]))[id_]
    assert leg.status.value == "unknown"


def test_a_busy_answer_counts_after_the_lease(world: World) -> None:
    """It was surely not sent, so it goes again at once and unmarked."""
    world.send()
    (submission,) = claim(world, "first")
    world.wait(seconds=61)
    assert claim(world, "second") == []
    world.settle(submission, Busy(1))
    world.delivery.hands.release([submission])
    world.wait(seconds=1)
    (again,) = claim(world, "second")
    assert (again.attempt, again.uncertain) == (2, False)


def test_what_a_lost_process_had_is_uncertain(world: World) -> None:
    """Hands are those of this process; a lease of another one ends as it always did."""
    world.send()
    world.claim("dead")
    world.wait(seconds=61)
    (again,) = claim(world, "second")
    assert again.uncertain
