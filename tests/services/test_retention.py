import pytest

from tests.services.world import PHONE, World, command, draft
from tolmach.core.delivery import Refused
from tolmach.core.status import Status
from tolmach.services import retention
from tolmach.services.administration import BadValueError, NotFoundError
from tolmach.store import messages


def test_a_period_of_ones_own_goes_before_that_of_the_settings(world: World) -> None:
    world.write(lambda tx: retention.change(tx, "demo", 30))
    found = {one.login: (one.days, one.own) for one in world.read(lambda tx: retention.periods(tx, 90))}
    assert found == {"demo": (30, True), "other": (90, False)}
    world.write(lambda tx: retention.change(tx, "demo", None))
    assert {one.days for one in world.read(lambda tx: retention.periods(tx, 90))} == {90}


@pytest.mark.parametrize("days", [-1, 36_501])
def test_no_such_period(world: World, days: int) -> None:
    with pytest.raises(BadValueError, match="0 \\(for ever\\) to 36500 days"):
        world.write(lambda tx: retention.change(tx, "demo", days))
    with pytest.raises(NotFoundError):
        world.write(lambda tx: retention.change(tx, "nobody", 1))


def test_what_is_to_leave(world: World) -> None:
    first = world.send()
    world.wait(days=10)
    second = world.send()
    (due,) = world.read(lambda tx: retention.due(tx, 5, world.clock.now()))
    assert (due.account, due.login) == (world.demo, "demo")
    assert first < due.below <= second
    assert world.read(lambda tx: retention.due(tx, 0, world.clock.now())) == []
    assert world.read(lambda tx: retention.due(tx, 11, world.clock.now())) == []


def test_a_record_says_what_was_asked_and_what_became_of_it(world: World) -> None:
    world.result(command(draft(PHONE, key="k1")))
    submission = world.submit()
    world.receive((str(submission.leg), Status.DELIVERED))
    world.send()
    world.submit(Refused("45"))
    found = world.read(lambda tx: messages.latest(tx, 2))[::-1]
    one, other = world.read(lambda tx: retention.records(tx, "demo", found))
    assert (one["id"], one["client_id"], one["status"], one["recipient"]) == (found[0].id, "k1", "delivered", PHONE)
    assert one["steps"][0]["text"] == "Hello"
    assert one["legs"][0]["link"] == "link" or one["legs"][0]["link"]
    assert one["charged"] > 0
    assert one["accepted_at"] == "2026-03-02T12:00:00.000Z"
    assert (other["status"], other["legs"][0]["reason"], other["charged"]) == ("refused", "45", 0)
