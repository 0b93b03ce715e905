from tests.store.rows import entry, leg, message
from tolmach.core.ids import AccountId
from tolmach.core.money import Money
from tolmach.core.status import Status
from tolmach.store import callbacks, dashboards, legs, messages, queue
from tolmach.store.callbacks import FAILED, Callback
from tolmach.store.dashboards import Totals
from tolmach.store.database import Tx
from tolmach.store.queue import Kind

MINE = AccountId(3)


def test_messages_are_counted_by_where_they_stand(tx: Tx) -> None:
    messages.add(tx, [message(number) for number in (10, 20, 30, 40, 50)])
    messages.add(tx, [message(60, account=4)])
    tried = [
        leg(10, 1, status=Status.UNDELIVERED, charged=Money(5)),
        leg(10, 2, status=Status.DELIVERED, charged=Money(7)),
        leg(20, 1, status=Status.DELIVERED, charged=Money(1)),  # delivered, not read: the next one was tried
        leg(20, 2, status=Status.UNDELIVERED, charged=Money(1)),
        leg(30, 1, status=Status.SENT, charged=Money(0)),
        leg(60, 1, status=Status.READ, charged=Money(100)),
    ]
    legs.add(tx, tried)
    found = dashboards.totals(tx, MINE, 10, 50)
    assert found == Totals({Status.DELIVERED: 2, Status.SENT: 1, Status.QUEUED: 1}, Money(14))
    assert dashboards.totals(tx, MINE, 60, 1_000) == Totals()


def test_callbacks_that_were_given_up(tx: Tx) -> None:
    for number, account, state in ((10, 3, FAILED), (20, 3, FAILED), (20, 3, "pending"), (30, 4, FAILED)):
        callbacks.add(tx, [Callback(AccountId(account), number, Status.SENT, 1, 1)])
        (*_, added) = callbacks.of_message(tx, number)
        callbacks.settle(tx, [added._replace(state=state)])
    assert dashboards.failed_callbacks(tx, MINE, 20) == 1
    assert dashboards.failed_callbacks(tx, MINE, 0) == 2


def test_messages_that_wait_for_a_moderator(tx: Tx) -> None:
    held = entry(10, kind=Kind.MODERATE)._replace(account=MINE)
    queue.add(tx, [held, entry(20)._replace(account=MINE), held._replace(message=30, account=AccountId(4))])
    assert dashboards.on_moderation(tx, MINE) == 1
