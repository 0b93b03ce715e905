import pytest

from tests.services.world import World
from tolmach.core.content import Channel
from tolmach.core.numbering import Numbering
from tolmach.core.route import Conditions, Rule, Subject, Target
from tolmach.core.traffic import Traffic
from tolmach.services import routing
from tolmach.services.administration import BadValueError, NotFoundError


def rule(*links: str, **conditions: object) -> Rule:
    return Rule(0, 0, Conditions(**conditions), tuple(Target(link) for link in links or ("a",)))  # type: ignore[arg-type]


def order(world: World) -> list[int]:
    return [one.id for one in world.read(routing.everything)]


def test_places(world: World) -> None:
    ids = [world.write(lambda tx: routing.add(tx, rule())).id for _ in range(3)]
    first = world.write(lambda tx: routing.add(tx, rule(), 1))
    assert (first.position, order(world)) == (1, [first.id, *ids])
    world.write(lambda tx: routing.move(tx, first.id, 3))
    assert order(world) == [ids[0], ids[1], first.id, ids[2]]
    world.write(lambda tx: routing.remove(tx, ids[1]))
    world.write(lambda tx: routing.move(tx, ids[2], 1))
    assert order(world) == [ids[2], ids[0], first.id]
    with pytest.raises(BadValueError):
        world.write(lambda tx: routing.move(tx, first.id, 0))


def test_an_unknown_rule_is_not_found(world: World) -> None:
    for work in (routing.find, routing.remove):
        with pytest.raises(NotFoundError):
            world.write(lambda tx, work=work: work(tx, 99))  # type: ignore[misc]


def test_an_explanation_uses_the_directions_of_the_account(world: World) -> None:
    world.write(lambda tx: routing.add(tx, rule(direction="Украина")))
    russia = world.write(lambda tx: routing.add(tx, rule(direction="Россия")))
    world.write(lambda tx: routing.add(tx, rule()))
    asked = Subject(Channel.SMS, "79161234567", world.demo, "Tolmach", Traffic.SERVICE)
    told = world.read(lambda tx: routing.explain(tx, Numbering(), asked))
    assert [look.missed for look in told.looks] == ["direction", ""]
    assert told.rule == russia
    assert told.subject.direction == "Россия"
    stranger = world.read(lambda tx: routing.explain(tx, Numbering(), asked._replace(account=0)))
    assert stranger.subject.direction == ""


def test_targets_are_read() -> None:
    assert routing.read_target("a") == Target("a", 1)
    assert routing.read_target("a=30") == Target("a", 30)
    for bad in ("", "=1", "a=", "a=-1", "a=1.5", "a=99999999"):
        with pytest.raises(BadValueError):
            routing.read_target(bad)
