from typing import Any

import pytest
from sqlalchemy import text

from tests.store.rows import message
from tolmach.core.ids import AccountId
from tolmach.core.status import Status
from tolmach.store import messages, statistics
from tolmach.store.database import Tx
from tolmach.store.statistics import Picked

OWNER, OTHER = AccountId(3), AccountId(4)


def add(tx: Tx, number: int, accepted: int, due: int | None = None, account: int = OWNER) -> None:
    messages.add(tx, [message(number, account, accepted_at=accepted, due_at=accepted if due is None else due)])


def found(tx: Tx, start: int, end: int, after: int = 0, limit: int = 100) -> list[int]:
    within = statistics.period(tx, start, end)
    return [one.id for one in statistics.page(tx, OWNER, within, Picked(after), limit)]


def test_nothing(tx: Tx) -> None:
    assert found(tx, 0, 10**15) == []


def test_what_was_sent_at_once_is_found_by_its_moment(tx: Tx) -> None:
    for number, moment in enumerate((100, 200, 200, 300, 400), 1):
        add(tx, number * 10, moment)
    add(tx, 60, 450, account=OTHER)
    assert found(tx, 0, 1000) == [10, 20, 30, 40, 50]
    assert found(tx, 200, 300) == [20, 30]
    assert found(tx, 201, 301) == [40]
    assert found(tx, 401, 1000) == found(tx, 0, 100) == []
    assert found(tx, 0, 101) == [10]


def test_what_was_scheduled_is_found_by_when_it_is_sent(tx: Tx) -> None:
    add(tx, 10, 100, due=5_000)
    add(tx, 20, 200)
    add(tx, 30, 300, due=350)
    assert found(tx, 0, 1_000) == [20, 30]
    assert found(tx, 5_000, 5_001) == [10]
    assert found(tx, 100, 101) == []


def test_pages(tx: Tx) -> None:
    for number in range(1, 8):
        add(tx, number * 10, number, due=number + number % 2)
    pages = [found(tx, 0, 100, after, 3) for after in (0, 30, 60, 70)]
    assert pages == [[10, 20, 30], [40, 50, 60], [70], []]


def test_where_a_search_rests(tx: Tx) -> None:
    for number in range(1, 8):
        add(tx, number * 10, number, due=number + number % 2)
    within = statistics.period(tx, 0, 100)
    assert [statistics.edge(tx, OWNER, within, 20, looked_at) for looked_at in (1, 5, 6)] == [30, 70, 0]
    assert statistics.edge(tx, OTHER, within, 0, 1) == 0


def test_only_what_may_be_asked_for_is_read(tx: Tx) -> None:
    plan = '[{"channel":"sms","sender":"%s","parts":1,"price":1,"lasts":1,"text":"\\"sender\\":\\"Five\\""}]'
    for number, sender in ((10, "One"), (20, "Tw%"), (30, "Три"), (40, "Two")):
        stored = message(number, OWNER, accepted_at=number, due_at=number, recipient=f"790300000{number}")
        messages.add(tx, [stored._replace(stored_plan=plan % sender)])
    within = statistics.period(tx, 0, 100)

    def picked(**fields: Any) -> list[int]:
        return [one.id for one in statistics.page(tx, OWNER, within, Picked(**fields), 9)]

    assert [picked(sender=one) for one in ("One", "Tw%", "Три", "Two", "Five")] == [[10], [20], [30], [40], []]
    assert picked(recipient="79030000020") == [20]
    assert picked(recipient="7903000002") == []
    assert picked(last=30, after=10) == [20, 30]
    assert picked(statuses=frozenset({Status.DELIVERED, Status.QUEUED})) == []


@pytest.mark.sqlite
def test_an_index_is_used(tx: Tx) -> None:
    parts = ("account_id = 3 AND id >= 10 AND id < 90 AND due_at = accepted_at ORDER BY id",
             "account_id = 3 AND id + 0 >= 1 AND due_at >= 1 AND due_at < 9 AND due_at > accepted_at"
             " ORDER BY id + 0")  # fmt: skip
    plans = [
        " ".join(row.detail for row in tx.execute(text(f"EXPLAIN QUERY PLAN SELECT * FROM messages WHERE {part}")))
        for part in parts
    ]
    assert "ix_messages_account_id_id" in plans[0]
    assert "ix_messages_scheduled" in plans[1]
    assert "SCAN" not in plans[0] + plans[1]
