"""The plan as transactions see it."""

from array import array

import pytest

from tests.clock import NOON
from tests.services.world import World
from tolmach.core.commands import DescribeNumbers
from tolmach.core.commands.installation import GetNumbering
from tolmach.core.moments import to_ms
from tolmach.core.numbering import NumberInfo, Numbering, Ported, Ranges
from tolmach.core.results import NumberDetail, NumbersResult
from tolmach.core.results.installation import NumberingResult
from tolmach.services import numbering
from tolmach.services.context import Context
from tolmach.store.database import Tx


def ranges(operator: str, region: str = "г. Москва") -> Ranges:
    """Return a plan in which an operator has one range."""
    only = array("I", [0])
    return Ranges(array("q", [79161234000]), array("I", [999]), only, only, (operator,), (region,))


def look(world: World) -> NumberInfo:
    return world.read(lambda tx: numbering.lookup(tx, "79161234567"))


def test_an_import_is_seen_at_once(world: World) -> None:
    assert look(world) == NumberInfo("", "", "")
    world.write(lambda tx: numbering.replace_ranges(tx, ranges("МТС"), ["one.csv"], NOON))
    assert look(world) == NumberInfo("МТС", "г. Москва", "Europe/Moscow")
    world.write(lambda tx: numbering.replace_ranges(tx, ranges("Билайн"), ["two.csv"], NOON))
    assert look(world).operator == "Билайн"
    ported = Ported(array("q", [79161234567]), array("I", [0]), ("Мотив",))
    world.write(lambda tx: numbering.replace_ported(tx, ported, ["ported.csv"], NOON))
    assert look(world) == NumberInfo("Мотив", "г. Москва", "Europe/Moscow")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("79161234567", NumberDetail("МТС", "Новосибирская область", 4)),
        ("8 (916) 123-45-67", NumberDetail("МТС", "Новосибирская область", 4)),
        ("+7 383 212-34-56", NumberDetail("", "Новосибирская обл.", 4)),  # a city number may be asked about
        ("8 383 2123456", NumberDetail("", "Новосибирская обл.", 4)),
        ("3832123456", NumberDetail("", "Новосибирская обл.", 4)),
        ("380671234567", NumberDetail("Kyivstar", "Украина", -1)),
        ("79991234567", NumberDetail("МегаФон", "", None)),
        ("", NumberDetail()),
        ("кот", NumberDetail()),
    ],
)
def test_numbers_are_described(written: str, expected: NumberDetail) -> None:
    plan = Numbering(ranges("МТС", "Новосибирская область"))
    assert numbering.describe(plan, DescribeNumbers((written,)), NOON).details == [expected]


def test_the_command_is_answered(world: World) -> None:
    world.write(lambda tx: numbering.replace_ranges(tx, ranges("МТС"), ["one.csv"], NOON))
    result = world.read(lambda tx: describe(world, tx))
    assert result == NumbersResult(("79161234567", "1"), [NumberDetail("МТС", "г. Москва", 0), NumberDetail()])


def describe(world: World, tx: Tx) -> object:
    snapshot = world.catalogue.at(tx)
    account = snapshot.account(tx, world.demo)
    assert account is not None
    asked = Context(tx, snapshot, account, NOON, world.delivery)
    return numbering.READERS[DescribeNumbers](asked, DescribeNumbers(("79161234567", "1")))


def test_what_was_imported(world: World) -> None:
    assert world.read(numbering.imports) == {}
    world.write(lambda tx: numbering.replace_ranges(tx, ranges("МТС"), ["one.csv", "two.csv"], NOON))
    about = world.read(numbering.imports)["ranges"]
    assert (about.imported_at, about.entries, about.sources) == (to_ms(NOON), 1, "one.csv, two.csv")


def test_the_desk_sees_what_was_imported_and_what_is_known_of_a_number(world: World) -> None:
    def status(number: str = "") -> NumberingResult:
        return world.read(lambda tx: numbering.status(tx, GetNumbering(number), NOON))

    assert status() == NumberingResult([], None, None)
    world.write(lambda tx: numbering.replace_ranges(tx, ranges("МТС"), ["one.csv"], NOON))
    found = status("8 916 123-45-67")
    (table,) = found.imports
    assert (table.table, table.imported_at, table.entries, table.sources) == ("ranges", NOON, 1, "one.csv")
    assert (found.phone, found.known) == ("79161234567", NumberInfo("МТС", "г. Москва", "Europe/Moscow"))
    assert status("hello").phone is None
