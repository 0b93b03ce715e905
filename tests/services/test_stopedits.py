import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.services.world import World
from tolmach.core.commands import CheckChange, EditStops, ListStops, StopEdit
from tolmach.core.errors import Failure, RequestError
from tolmach.core.ids import AccountId
from tolmach.core.results import Stopped
from tolmach.services import stopedits
from tolmach.services.context import Context
from tolmach.store.database import Tx

PHONES = [f"7903000000{number}" for number in range(4)]
EDITS = st.lists(st.builds(StopEdit, st.sampled_from([*PHONES, "number"]), st.booleans()), max_size=8)


def context(world: World, tx: Tx, owner: AccountId | None = None) -> Context:
    return Context(tx, world.catalogue.at(tx), world.account(owner), world.clock.now(), world.delivery)


def edit(world: World, *edits: StopEdit, owner: AccountId | None = None) -> list[Stopped]:
    return list(world.write(lambda tx: stopedits.edit_stops(context(world, tx, owner), EditStops(edits))).items)


def listed(world: World, owner: AccountId | None = None) -> list[str]:
    return list(world.read(lambda tx: stopedits.list_stops(context(world, tx, owner), ListStops())).numbers)


def changed(world: World, base: str | None = None) -> str:
    return str(world.read(lambda tx: stopedits.check_change(context(world, tx), CheckChange(base))).at)


def test_edits_are_carried_out_in_order(world: World) -> None:
    one = PHONES[0]
    assert edit(world, StopEdit(one, delete=True), StopEdit(one), StopEdit(one), StopEdit("+7 (903) 000-00-01")) == [
        Stopped.NOT_FOUND,
        Stopped.ADDED,
        Stopped.ADDED,
        Stopped.ADDED,
    ]
    assert listed(world) == PHONES[:2]
    assert listed(world, world.other) == []


def test_the_list_of_another_is_left_alone(world: World) -> None:
    edit(world, StopEdit(PHONES[0]), owner=world.other)
    assert edit(world, StopEdit(PHONES[0], delete=True)) == [Stopped.NOT_FOUND]
    assert listed(world, world.other) == PHONES[:1]


def test_a_change_moves_the_moment_and_a_look_does_not(world: World) -> None:
    at_first = changed(world)
    world.wait(minutes=1)
    edit(world, StopEdit(PHONES[0]))
    then = changed(world)
    assert then != at_first
    world.wait(minutes=1)
    edit(world, StopEdit(PHONES[0]), StopEdit(PHONES[1], delete=True))  # nothing new
    assert changed(world) == then


@pytest.mark.parametrize("base", ["", "1", "x"])
def test_an_unknown_base(world: World, base: str) -> None:
    with pytest.raises(RequestError) as caught:
        changed(world, base)
    assert caught.value.failure is Failure.UNKNOWN_BASE


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(documents=st.lists(EDITS, max_size=4))
def test_any_edits_match_a_set(world: World, documents: list[list[StopEdit]]) -> None:
    model = set(listed(world))  # the database goes on from example to example
    for document in documents:
        expected = []
        for one in document:
            if one.number not in PHONES or (one.delete and one.number not in model):
                expected.append(Stopped.NOT_FOUND)
            else:
                expected.append(Stopped.DELETED if one.delete else Stopped.ADDED)
                model = model - {one.number} if one.delete else model | {one.number}
        assert edit(world, *document) == expected
        assert listed(world) == sorted(model)


def test_a_page_goes_on_behind_the_last_one(world: World) -> None:
    edit(world, *map(StopEdit, PHONES), StopEdit("79161234567"))

    def page(*asked: object) -> tuple[list[str], int, str]:
        command = ListStops(*asked)  # type: ignore[arg-type]
        found = world.read(lambda tx: stopedits.list_stops(context(world, tx), command))
        return list(found.numbers), found.total, found.after

    assert page("", "", 3) == (PHONES[:3], 5, PHONES[2])
    assert page("", PHONES[2], 3) == ([PHONES[3], "79161234567"], 5, "")
    assert page("8 (916)", "", 3) == (["79161234567"], 5, "")
    assert page("+8 916", "", 3) == ([], 5, "")
    assert page("", "", 5) == ([*PHONES, "79161234567"], 5, "")
