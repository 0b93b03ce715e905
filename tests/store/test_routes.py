import pytest
from sqlalchemy.exc import IntegrityError

from tests.store.rows import account
from tolmach.core.content import Channel
from tolmach.core.ids import AccountId
from tolmach.core.route import Conditions, Rule, Target
from tolmach.core.traffic import Traffic
from tolmach.store import accounts, counters, routes
from tolmach.store.database import Tx


def rule(prefix: str = "", **more: object) -> Rule:
    return Rule(0, 0, Conditions(prefix=prefix), (Target("a"),), **more)  # type: ignore[arg-type]


def test_a_stored_rule_is_read_back_whole(tx: Tx) -> None:
    about = Conditions(Channel.SMS, "Россия", "МТС", "7916", accounts.add(tx, account()), "MyShop", Traffic.ADVERT)
    stored = Rule(0, 0, about, (Target("a", 3), Target("b", 0)), on_undelivered=True, patience=2.5)
    id_ = routes.add(tx, stored)
    assert routes.everything(tx) == [Rule(id_, 1, about, stored.targets, True, 2.5)]
    plain = routes.add(tx, rule())
    assert routes.everything(tx)[1] == Rule(plain, 2, Conditions(), (Target("a"),))


def test_rules_are_arranged(tx: Tx) -> None:
    one, two, three = (routes.add(tx, rule(prefix)) for prefix in ("1", "2", "3"))
    routes.arrange(tx, {three: 1, one: 2, two: 3})
    assert [(found.id, found.position) for found in routes.everything(tx)] == [(three, 1), (one, 2), (two, 3)]


def test_a_removed_rule_is_gone_with_its_links(tx: Tx) -> None:
    id_ = routes.add(tx, rule())
    assert routes.remove(tx, id_)
    assert not routes.remove(tx, id_)
    assert routes.everything(tx) == ()


def test_changes_move_the_revision(tx: Tx) -> None:
    seen = [counters.value(tx, counters.REVISION)]
    id_ = routes.add(tx, rule())
    seen.append(counters.value(tx, counters.REVISION))
    routes.arrange(tx, {id_: 1})
    seen.append(counters.value(tx, counters.REVISION))
    routes.remove(tx, id_)
    seen.append(counters.value(tx, counters.REVISION))
    assert len(set(seen)) == 4


def test_an_account_must_exist(tx: Tx) -> None:
    with pytest.raises(IntegrityError):
        routes.add(tx, Rule(0, 0, Conditions(account=AccountId(99)), (Target("a"),)))
