from tests.store.rows import leg
from tolmach.core.ids import AccountId
from tolmach.core.money import Money
from tolmach.core.status import Status
from tolmach.store import legs
from tolmach.store.database import Tx


def test_a_stored_leg_is_read_back_whole(tx: Tx) -> None:
    legs.add(tx, [leg()])
    assert legs.of_messages(tx, [10]) == {10: [leg()]}


def test_what_never_happened_is_none(tx: Tx) -> None:
    untried = leg(submitted_at=None, delivered_at=None, uncertain=False, link="", reason="")
    legs.add(tx, [untried])
    assert legs.of_messages(tx, [10]) == {10: [untried]}


def test_saving_changes_what_may_change(tx: Tx) -> None:
    legs.add(tx, [leg(), leg(step=1), leg(message=20)])
    told = leg()._replace(
        status=Status.DELIVERED,
        reason="other",
        link="another",
        charged=Money(2_001),
        claimed_at=8,
        submitted_at=9,
        delivered_at=2_002,
        changed_at=2_003,
        uncertain=False,
    )
    legs.save(tx, [told, leg(step=1, account=AccountId(99), reason="another's")])
    assert legs.of_messages(tx, [10, 20]) == {10: [leg(step=1), told], 20: [leg(message=20)]}


def test_a_step_that_another_worker_stored_stays_as_it_is(tx: Tx) -> None:
    legs.add(tx, [leg()])
    legs.add(tx, [leg(status=Status.REFUSED), leg(step=3)])
    assert legs.of_messages(tx, [10]) == {10: [leg(), leg(step=3)]}


def test_legs_come_in_order_of_steps_and_only_of_who_was_asked_for(tx: Tx) -> None:
    legs.add(tx, [leg(message, step) for message, step in ((20, 1), (10, 3), (10, 1), (30, 1), (10, 2))])
    found = legs.of_messages(tx, [10, 30, 99])
    assert {message: [one.step for one in steps] for message, steps in found.items()} == {10: [1, 2, 3], 30: [1]}
    assert legs.of_messages(tx, []) == {}


def test_every_status_is_stored(tx: Tx) -> None:
    legs.add(tx, [leg(step=number, status=status) for number, status in enumerate(Status, 1)])
    assert [one.status for one in legs.of_messages(tx, [10])[10]] == list(Status)
    legs.add(tx, [])
    legs.save(tx, [])
