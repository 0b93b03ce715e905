"""What goes through right now."""

import pytest

from tests.clock import NOON
from tests.services.world import World, command, draft
from tolmach.core.commands.pulse import GetPulse
from tolmach.core.delivery import Sent
from tolmach.core.results.pulse import PulseResult
from tolmach.core.status import Status
from tolmach.core.traffic import Traffic
from tolmach.services import pulse
from tolmach.services.administration import BadValueError


def look(world: World, bucket: int = 1, buckets: int = 10) -> PulseResult:
    return world.read(lambda tx: pulse.show(tx, GetPulse(bucket, buckets), world.clock.now()))


def test_an_empty_gateway_has_no_pulse(world: World) -> None:
    found = look(world)
    assert (found.accepted, found.delivered) == ([0] * 10, [0] * 10)
    assert (found.links, found.accounts, found.queue) == ([], [], [])
    assert (NOON - found.since).total_seconds() == 9


def test_messages_are_counted_where_they_were_accepted_submitted_and_delivered(world: World) -> None:
    world.send()
    world.wait(seconds=2)
    submission = world.submit()
    world.wait(seconds=3)
    world.receive((str(submission.leg), Status.DELIVERED))
    world.result(command(draft(), draft("79031234568")), world.other)
    world.wait(seconds=1)
    found = look(world)
    assert found.accepted == [0, 0, 0, 1, 0, 0, 0, 0, 2, 0]
    assert found.delivered == [0, 0, 0, 0, 0, 0, 0, 0, 1, 0]
    (link,) = found.links
    assert (link.link, link.submitted) == ("carrier", [0, 0, 0, 0, 0, 1, 0, 0, 0, 0])
    assert link.statuses == found.statuses == {Status.DELIVERED: 1}
    assert [(one.login, one.accepted, one.statuses) for one in found.accounts] == [
        ("other", 2, {}),
        ("demo", 1, {Status.DELIVERED: 1}),
    ]
    (depth,) = found.queue
    assert (depth.duty, depth.traffic, depth.waiting, depth.due) == ("submit", Traffic.SERVICE, 2, 2)
    assert depth.oldest is not None
    assert (world.clock.now() - depth.oldest).total_seconds() == 1


def test_what_was_accepted_before_the_first_bucket_still_counts_where_it_is_submitted(world: World) -> None:
    world.send()
    world.wait(seconds=30)
    world.submit(Sent(("1",)))
    found = look(world)
    assert sum(found.accepted) == 0
    assert [sum(link.submitted) for link in found.links] == [1]
    (depth,) = found.queue
    assert (depth.duty, depth.due) == ("give-up", 0)


def test_of_very_many_messages_only_the_newest_are_counted(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulse, "MOST", 2)
    for _ in range(4):
        world.send()
        world.wait(seconds=1)
    found = look(world)
    assert found.shortened
    assert found.accepted == [1, 1, 0]
    assert (world.clock.now() - found.since).total_seconds() == 2


@pytest.mark.parametrize(("bucket", "buckets"), [(0, 1), (61, 1), (1, 0), (1, 121)])
def test_buckets_have_bounds(world: World, bucket: int, buckets: int) -> None:
    with pytest.raises(BadValueError):
        look(world, bucket, buckets)
