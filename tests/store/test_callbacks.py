import pytest

from tests.store.rows import account
from tolmach.core.ids import AccountId
from tolmach.core.status import Status
from tolmach.store import accounts, callbacks
from tolmach.store.callbacks import ACKNOWLEDGED, FAILED, PENDING, Callback
from tolmach.store.database import Tx

ONE, TWO = AccountId(3), AccountId(4)


def callback(message: int, account: AccountId = ONE, due: int = 1_000) -> Callback:
    return Callback(account, message, Status.READ, 900, due)


def test_a_stored_callback_is_read_back_whole(tx: Tx) -> None:
    callbacks.add(tx, [Callback(ONE, 10, Status.READ, 900, 1_000)])
    (stored,) = callbacks.of_message(tx, 10)
    assert stored == Callback(ONE, 10, Status.READ, 900, 1_000, 0, PENDING, None, "", stored.id)


def test_a_claim_leases_and_counts(tx: Tx) -> None:
    callbacks.add(tx, [callback(10)])
    (claimed,) = callbacks.claim(tx, ONE, 1_000, 2_000, 10)
    assert (claimed.message, claimed.due_at, claimed.attempts) == (10, 2_000, 1)
    assert callbacks.claim(tx, ONE, 1_999, 2_999, 10) == []
    assert [again.attempts for again in callbacks.claim(tx, ONE, 2_000, 3_000, 10)] == [2]


def test_only_what_is_due_is_claimed_oldest_first(tx: Tx) -> None:
    callbacks.add(tx, [callback(10, due=1_000), callback(20, due=1_001), callback(30, due=5), callback(40, TWO)])
    for number in (ONE, TWO):
        accounts.add(tx, account(f"login {number}", number, id=number))
    assert callbacks.accounts_due(tx, 4) == []
    assert callbacks.accounts_due(tx, 5) == [ONE]
    assert callbacks.accounts_due(tx, 1_000) == [ONE, TWO]
    assert [row.message for row in callbacks.claim(tx, ONE, 1_000, 2_000, 10)] == [10, 30]
    assert callbacks.next_due(tx) == 1_000


def test_a_claim_takes_no_more_than_asked(tx: Tx) -> None:
    callbacks.add(tx, [callback(number) for number in (10, 20, 30)])
    assert [row.message for row in callbacks.claim(tx, ONE, 1_000, 2_000, 2)] == [10, 20]
    assert [row.message for row in callbacks.claim(tx, ONE, 1_000, 2_000, 2)] == [30]


def test_what_is_settled_is_not_claimed_again(tx: Tx) -> None:
    callbacks.add(tx, [callback(10), callback(20), callback(30)])
    first, second, third = callbacks.claim(tx, ONE, 1_000, 2_000, 10)
    callbacks.settle(
        tx,
        [
            first._replace(state=ACKNOWLEDGED, done_at=1_500, error=""),
            second._replace(state=FAILED, done_at=1_501, error="HTTP 500"),
            third._replace(due_at=1_600, error="x" * 300),
        ],
    )
    assert callbacks.of_message(tx, 10) == [first._replace(state=ACKNOWLEDGED, done_at=1_500)]
    assert callbacks.of_message(tx, 20) == [second._replace(state=FAILED, done_at=1_501, error="HTTP 500")]
    assert callbacks.of_message(tx, 30) == [third._replace(due_at=1_600, error="x" * 255)]
    assert callbacks.next_due(tx) == 1_600
    assert [row.message for row in callbacks.claim(tx, ONE, 9_000, 9_001, 10)] == [30]


@pytest.mark.parametrize("late", [PENDING, FAILED, ACKNOWLEDGED])
def test_a_result_after_the_lease_is_not_that_of_who_took_it_over(tx: Tx, late: str) -> None:
    """What the client has confirmed holds, whoever heard it; nothing else of the first claim does."""
    callbacks.add(tx, [callback(10), callback(20)])
    first = callbacks.claim(tx, ONE, 1_000, 2_000, 10)
    second = callbacks.claim(tx, ONE, 2_000, 3_000, 10)
    confirmed = second[0]._replace(state=ACKNOWLEDGED, done_at=2_100)
    callbacks.settle(tx, [confirmed])
    callbacks.settle(tx, [row._replace(state=late, due_at=2_300, done_at=2_200, error="late") for row in first])
    assert callbacks.of_message(tx, 10) == [confirmed]
    (other,) = callbacks.of_message(tx, 20)
    if late == ACKNOWLEDGED:
        assert (other.state, other.done_at) == (ACKNOWLEDGED, 2_200)
    else:
        assert other == second[1]
        callbacks.settle(tx, [second[1]._replace(state=FAILED, done_at=2_400)])
        assert callbacks.of_message(tx, 20)[0].state == FAILED


def test_nothing_is_due_when_there_is_nothing(tx: Tx) -> None:
    callbacks.add(tx, [])
    callbacks.settle(tx, [])
    assert callbacks.next_due(tx) is None
    assert callbacks.of_message(tx, 10) == []


def test_what_came_later_waits_for_what_is_retried_later(tx: Tx) -> None:
    """A limit may end a claim between two of one message: it is the earlier one that is in it."""
    callbacks.add(tx, [callback(10, due=900), callback(10, due=800), callback(20, due=850)])
    first, second = callbacks.claim(tx, ONE, 1_000, 2_000, 2)
    assert [(row.message, row.id) for row in (first, second)] == [(10, 1), (20, 3)]
    assert callbacks.claim(tx, ONE, 1_000, 2_000, 2) == []
    callbacks.settle(tx, [first._replace(state=ACKNOWLEDGED, done_at=1_500)])
    assert [row.id for row in callbacks.claim(tx, ONE, 1_000, 2_000, 2)] == [2]


@pytest.mark.sqlite
def test_a_claim_does_not_read_the_history(tx: Tx) -> None:
    """One account's claim walks its own pending rows, however many were told before."""
    sql, names = callbacks._CLAIM["sqlite"].said(tx)
    plan = [row[3] for row in tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", (1,) * len(names))]
    assert [step for step in plan if "ix_callbacks_account_id_due_at" in step]
    assert not [step for step in plan if step.startswith("SCAN") or "TEMP B-TREE" in step]
