from tolmach.core.ids import AccountId
from tolmach.workers.turns import Turns

ONE, TWO, THREE = AccountId(1), AccountId(2), AccountId(3)


def taken(turns: Turns[str]) -> list[str]:
    return turns.drain()


def test_one_account_is_a_queue() -> None:
    turns = Turns[str]()
    for name in "abc":
        turns.add(ONE, name, 10)
    assert len(turns) == 1
    assert turns.size() == 10
    assert taken(turns) == ["a", "b", "c"]
    assert len(turns) == 0


def test_accounts_take_turns_in_the_order_in_which_they_came() -> None:
    turns = Turns[str]()
    for name in ("a1", "a2", "a3"):
        turns.add(ONE, name, 1)
    for name in ("b1", "b2"):
        turns.add(TWO, name, 1)
    turns.add(THREE, "c1", 1)
    assert taken(turns) == ["a1", "b1", "c1", "a2", "b2", "a3"]


def test_long_lists_count_for_what_they_carry() -> None:
    turns = Turns[str]()
    for name in ("long1", "long2"):
        turns.add(ONE, name, 1000)
    for number in range(1, 4):
        turns.add(TWO, f"short{number}", 1)
    assert taken(turns) == ["long1", "short1", "short2", "short3", "long2"]


def test_who_comes_late_goes_next_and_makes_up_for_nothing() -> None:
    turns = Turns[str]()
    for number in range(4):
        turns.add(ONE, f"a{number}", 100)
    assert [turns.take(), turns.take()] == ["a0", "a1"]
    for number in range(150):
        turns.add(TWO, f"b{number}", 1)
    order = taken(turns)
    assert order[0] == "b0"
    assert order.index("a2") == 100  # not after all of the other's, and not before its share


def test_who_has_much_under_way_is_still_ahead() -> None:
    turns = Turns[str]()
    turns.add(ONE, "a", 1000)
    assert turns.take() == "a"
    turns.add(ONE, "b", 1)
    turns.add(TWO, "c", 1)
    assert taken(turns) == ["c", "b"]


def test_nobody_is_ahead_once_all_is_done() -> None:
    turns = Turns[str]()
    turns.add(ONE, "a", 1000)
    assert turns.take() == "a"
    turns.forget()
    turns.add(ONE, "b", 1)
    turns.add(TWO, "c", 1)
    assert taken(turns) == ["b", "c"]
