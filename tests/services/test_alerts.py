"""What somebody should look at."""

from collections.abc import Sequence
from datetime import timedelta

from tests.services.world import LINK, World, command, draft, sms
from tolmach.core.condition import Condition
from tolmach.core.moments import from_ms, to_ms
from tolmach.core.results.pulse import Alarm, Alert
from tolmach.core.status import Status
from tolmach.services import alerts
from tolmach.services.notices import Notices
from tolmach.store import links


def look(world: World, *names: str) -> Sequence[Alarm]:
    return world.read(lambda tx: alerts.listing(tx, names, world.clock.now())).alarms


def report(world: World, condition: Condition) -> None:
    world.write(lambda tx: links.report(tx, LINK, condition, to_ms(world.clock.now())))


def test_all_is_well(world: World) -> None:
    report(world, Condition(up=True))
    assert look(world, LINK) == []


def test_links(world: World) -> None:
    (silent,) = look(world, LINK)
    assert (silent.alert, silent.about) == (Alert.LINK_SILENT, LINK)
    report(world, Condition(up=False, last_error="refused"))
    assert look(world, LINK) == [Alarm(Alert.LINK_DOWN, LINK, since=world.clock.now(), detail="refused")]
    report(world, Condition(up=True, throttled=0.5, low=True, balance="3.00"))
    assert look(world, LINK) == [
        Alarm(Alert.LINK_THROTTLED, LINK, detail="50.0%"),
        Alarm(Alert.LINK_LOW, LINK, detail="3.00"),
    ]
    world.write(lambda tx: links.pause(tx, LINK, 1))
    assert look(world, LINK)[0].alert is Alert.LINK_PAUSED


def test_a_queue_that_nobody_works_on(world: World) -> None:
    world.send()
    world.wait(seconds=59)
    assert look(world) == []
    world.wait(seconds=1)
    (late,) = look(world)
    assert (late.alert, late.count, late.since) == (Alert.QUEUE_LATE, 1, world.clock.now() - timedelta(seconds=60))


def test_what_waits_for_a_moderator(world: World) -> None:
    world.change(moderation="all")
    world.result(command(draft("79031234567", sms("Look at me"))))
    world.wait(hours=2)
    assert look(world) == []
    world.wait(seconds=1)
    (late,) = look(world)
    assert (late.alert, late.count) == (Alert.MODERATION_LATE, 1)


def test_callbacks_that_failed_or_wait_and_strays(world: World) -> None:
    world.send()
    submission = world.submit()
    world.receive((str(submission.leg), Status.DELIVERED), ("nobody's", Status.DELIVERED))
    assert look(world) == [Alarm(Alert.ORPHANS, count=1)]
    world.wait(minutes=2)
    late, _ = look(world)
    assert (late.alert, late.since) == (Alert.CALLBACKS_LATE, world.clock.now() - timedelta(minutes=2))
    notices, now = Notices(world.catalogue, []), world.clock.now()
    for notice in world.write(lambda tx: notices.claim(tx, now, frozenset(), 9)):
        world.write(lambda tx, one=notice: notices.settle(tx, one, (), "gone", now))  # type: ignore[misc]
    failed, _ = look(world)
    assert (failed.alert, failed.since) == (Alert.CALLBACKS_FAILED, from_ms(to_ms(now)))
    world.wait(days=2)
    assert look(world) == []
