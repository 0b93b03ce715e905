"""The plan in memory is that of the transaction, and is read once."""

from array import array

from tests.clock import NOON
from tests.services.test_numbering import ranges
from tests.services.world import World
from tolmach.core.numbering import Numbering, Ported
from tolmach.services import numbering, numberingplan


def test_the_plan_is_read_once(world: World) -> None:
    world.write(lambda tx: numbering.replace_ranges(tx, ranges("МТС"), ["one.csv"], NOON))
    first = world.read(numberingplan.current)
    assert world.read(numberingplan.current) is first
    ported = Ported(array("q", [79161234567]), array("I", [0]), ("Мотив",))
    world.write(lambda tx: numbering.replace_ported(tx, ported, ["ported.csv"], NOON))
    second = world.read(numberingplan.current)
    assert second is not first
    assert second.ranges is first.ranges


def test_the_catalogue_hands_it_out(world: World) -> None:
    def known(world: World) -> Numbering:
        return world.read(lambda tx: world.catalogue.at(tx).numbering(tx))

    before = known(world)
    assert known(world) is before
    world.write(lambda tx: numbering.replace_ranges(tx, ranges("МТС"), ["one.csv"], NOON))
    assert known(world).lookup("79161234567").operator == "МТС"
