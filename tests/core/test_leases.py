from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tolmach.core.leases import Slot, Wishes, duty_of, of_duty, of_process, plan, process_of, shares, slot_of

NOTHING: frozenset[str] = frozenset()


def test_names_are_read_as_they_are_written() -> None:
    assert slot_of(Slot("north.2", 3).lease) == Slot("north.2", 3)
    assert (duty_of(of_duty("upkeep")), process_of(of_process("a-1-b"))) == ("upkeep", "a-1-b")
    assert (duty_of("process a"), process_of("duty a"), slot_of("duty a")) == (None, None, None)
    assert shares(["link a 0", "link a 1", "link b 0", "duty a"]) == {"a": 2, "b": 1}


def test_duties_that_are_free_are_taken() -> None:
    wishes = Wishes(frozenset({"files", "upkeep"}))
    assert plan("me", {"duty files": "other"}, ["me"], wishes, NOTHING).take == ("duty upkeep",)


def test_nobody_takes_more_than_his_part_but_of_what_nobody_wants() -> None:
    wishes = Wishes(slots={"a": 4})
    assert plan("me", {}, ["me", "other"], wishes, NOTHING).take == ("link a 0", "link a 1")
    assert plan("me", {}, ["me"], Wishes(slots={"a": 4}, sharers=4), NOTHING).take == ("link a 0",)
    assert plan("me", {}, ["me"], wishes, NOTHING).take == ("link a 0", "link a 1", "link a 2", "link a 3")
    held = {"link a 0": "me", "link a 1": "me", "link a 3": ""}
    passed_over = frozenset({"link a 2"})
    assert plan("me", held, ["me", "other"], wishes, NOTHING).take == ()
    assert plan("me", held, ["me", "other"], wishes, passed_over).take == ("link a 2",)


def test_what_a_link_does_not_have_any_more_is_left() -> None:
    held = {"link a 0": "me", "link a 1": "me", "link b 0": "me"}
    assert set(plan("me", held, ["me"], Wishes(slots={"a": 1}), NOTHING).leave) == {"link a 1", "link b 0"}


def look(held: dict[str, str], me: str, carriers: list[str], slots: Mapping[str, int]) -> bool:
    """One look, with what is left gone at once; return whether anything moved."""
    found = plan(me, held, carriers, Wishes(slots=slots), frozenset(Slot(n, i).lease for n in slots for i in range(9)))
    for name in found.leave:
        del held[name]
    held.update(dict.fromkeys(found.take, me))
    return bool(found.take or found.leave)


@given(
    st.dictionaries(st.sampled_from("abcd"), st.integers(1, 6), min_size=1),
    st.integers(1, 5),
    st.lists(st.integers(0, 4), min_size=24, max_size=24),
)
def test_shares_become_alike_and_then_nothing_moves(slots: dict[str, int], count: int, luck: list[int]) -> None:
    carriers = [f"p{number}" for number in range(count)]
    names = [Slot(link, number).lease for link, most in sorted(slots.items()) for number in range(most)]
    held = {name: carriers[where % count] for name, where in zip(names, luck, strict=False)}
    for _ in range(100):
        if not sum(look(held, me, carriers, slots) for me in carriers):
            break
    else:
        pytest.fail("connections go to and fro")
    assert held.keys() == set(names)
    for link in slots:
        have = [shares(name for name in held if held[name] == me).get(link, 0) for me in carriers]
        assert max(have) - min(have) <= 1
