from collections import Counter

import pytest

from tolmach.core.content import Channel
from tolmach.core.route import Conditions, Rule, Subject, Target, choose, order
from tolmach.core.traffic import Traffic

SUBJECT = Subject(Channel.SMS, "79161234567", 1, "MyShop", Traffic.OTP, "Россия", "МТС")


def rule(*links: Target, number: int = 1, **conditions: object) -> Rule:
    return Rule(number, number, Conditions(**conditions), links or (Target("a"),))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("conditions", "missed"),
    [
        ({}, ""),
        ({"channel": Channel.SMS}, ""),
        ({"channel": Channel.VIBER}, "channel"),
        ({"traffic": Traffic.OTP}, ""),
        ({"traffic": Traffic.ADVERT}, "traffic"),
        ({"account": 1}, ""),
        ({"account": 2}, "account"),
        ({"prefix": "7916"}, ""),
        ({"prefix": "7917"}, "prefix"),
        ({"sender": "MYSHOP"}, ""),
        ({"sender": "Other"}, "sender"),
        ({"direction": "россия"}, ""),
        ({"direction": "Украина"}, "direction"),
        ({"operator": "МТС"}, ""),
        ({"operator": "Билайн"}, "operator"),
        ({"channel": Channel.SMS, "account": 1, "operator": "Билайн"}, "operator"),
    ],
)
def test_a_condition_holds_or_is_named(conditions: dict[str, object], missed: str) -> None:
    about = rule(**conditions).conditions  # type: ignore[arg-type]
    assert about.miss(SUBJECT) == missed
    assert set(about.given) == conditions.keys()


def test_what_is_not_known_meets_no_condition() -> None:
    unknown = SUBJECT._replace(direction="", operator="")
    assert Conditions(direction="Россия").miss(unknown) == "direction"
    assert Conditions(operator="МТС").miss(unknown) == "operator"


def test_the_first_rule_that_holds_decides() -> None:
    rules = [rule(number=1, prefix="380"), rule(number=2, prefix="7"), rule(number=3)]
    assert choose(rules, SUBJECT) is rules[1]
    assert choose(rules[:1], SUBJECT) is None
    assert choose([], SUBJECT) is None


def test_weights_are_shares_of_first_places() -> None:
    chosen = rule(Target("a", 6), Target("b", 3), Target("c", 1), Target("spare", 0))
    first = Counter(order(chosen, leg)[0] for leg in range(10, 100_000, 10))
    total = sum(first.values())
    assert {link: round(10 * count / total) for link, count in first.items()} == {"a": 6, "b": 3, "c": 1}
    assert all(order(chosen, leg)[-1] == "spare" for leg in range(10, 1_000, 10))


def test_a_leg_asks_the_same_link_again() -> None:
    chosen = rule(Target("a"), Target("b"), Target("c"))
    for leg in range(10, 500, 10):
        assert order(chosen, leg) == order(chosen, leg)
        assert sorted(order(chosen, leg)) == ["a", "b", "c"]


def test_a_link_that_goes_moves_only_its_own_messages() -> None:
    """Weighted rendezvous hashing: the order of the others stays."""
    three, two = rule(Target("a"), Target("b"), Target("c")), rule(Target("a"), Target("c"))
    for leg in range(10, 2_000, 10):
        assert tuple(link for link in order(three, leg) if link != "b") == order(two, leg)


def test_links_of_weight_zero_follow_in_the_order_written() -> None:
    chosen = rule(Target("a", 1), Target("second", 0), Target("third", 0))
    assert order(chosen, 10) == ("a", "second", "third")
