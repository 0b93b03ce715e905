import pytest

from tests.services.world import World
from tolmach.core.content import Channel
from tolmach.core.money import Money
from tolmach.core.numbering import Numbering
from tolmach.core.route import Conditions, Rule, Subject, Target
from tolmach.core.traffic import Traffic
from tolmach.services import routing, senders
from tolmach.services.administration import BadValueError, NotFoundError
from tolmach.store import accounts, tariffs
from tolmach.store.tariffs import PriceRow


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
    assert (told.subject.direction, told.note) == ("Россия", "")


def explained(world: World, phone: str, login: str = "", channel: Channel = Channel.SMS) -> tuple[str, str]:
    told = world.read(lambda tx: routing.explain(tx, Numbering(), routing.subject(tx, phone, login, channel=channel)))
    return told.subject.direction, told.note


def test_without_an_account_the_price_lists_say_the_direction(world: World) -> None:
    world.write(lambda tx: tariffs.replace(tx, "rare", [PriceRow("Украина", (), Channel.VK, Money(1))]))
    direction, note = explained(world, "79161234567")
    assert (direction, note.endswith("it is priced by: base.")) == ("Россия", True)
    direction, note = explained(world, "380671234567", channel=Channel.VK)
    assert (direction, note.endswith("it is priced by: rare.")) == ("Украина", True)
    assert "nobody can send it" in explained(world, "380671234567", channel=Channel.VIBER)[1]
    direction, note = explained(world, "12025550100")
    assert (direction, "nobody can send to it" in note) == ("", True)


def test_an_account_that_cannot_send_there_is_told_so(world: World) -> None:
    assert "no direction for this number" in explained(world, "12025550100", "demo")[1]
    assert "no price of this channel" in explained(world, "380671234567", "demo", Channel.VIBER)[1]
    direction, note = explained(world, "35621234567", "demo")
    assert (direction, "is closed" in note) == ("Мальта", True)
    hungry = {"login": "hungry", "client_number": 9, "password_hash": "", "time_zone": "UTC", "currency": "RUB"}
    world.write(lambda tx: accounts.add(tx, {**hungry, "created_at": 0}))
    assert "no tariff" in explained(world, "79161234567", "hungry")[1]


def test_a_subject_is_sent_as_its_account_sends(world: World) -> None:
    world.write(lambda tx: senders.set_traffic(tx, "demo", "Tolmach", "otp"))
    asked = world.read(lambda tx: routing.subject(tx, "79161234567", "demo"))
    assert (asked.account, asked.sender, asked.traffic) == (world.demo, "Tolmach", Traffic.OTP)
    with pytest.raises(NotFoundError):
        world.read(lambda tx: routing.subject(tx, "79161234567", "nobody"))


def test_targets_are_read() -> None:
    assert routing.read_target("a") == Target("a", 1)
    assert routing.read_target("a=30") == Target("a", 30)
    for bad in ("", "=1", "a=", "a=-1", "a=1.5", "a=99999999"):
        with pytest.raises(BadValueError):
            routing.read_target(bad)
