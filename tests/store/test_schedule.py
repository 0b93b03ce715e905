import pytest
from sqlalchemy import text

from tolmach.core.ids import AccountId
from tolmach.store import schedule
from tolmach.store.database import Tx
from tolmach.store.schedule import Mark


def test_nothing_waits_in_an_empty_table(tx: Tx) -> None:
    assert schedule.count(tx, AccountId(3), 0) == 0
    assert schedule.page(tx, AccountId(3), 0, 10) == []
    assert schedule.page(tx, AccountId(3), 0, 10, Mark(5, 10)) == []


@pytest.mark.sqlite
@pytest.mark.parametrize("after", ["", "AND messages.due_at >= 7 AND (messages.due_at > 7 OR messages.id > 10) "])
def test_a_page_is_read_by_the_index_of_scheduled_messages(tx: Tx, after: str) -> None:
    asked = (
        "EXPLAIN QUERY PLAN SELECT messages.id FROM messages JOIN queue ON queue.message_id = messages.id "
        "WHERE messages.account_id = 3 AND messages.due_at > 5 AND messages.due_at > messages.accepted_at "
        f"{after}ORDER BY messages.due_at, messages.id LIMIT 10"
    )
    plan = " ".join(row.detail for row in tx.execute(text(asked)))
    assert "ix_messages_scheduled (account_id=? AND due_at>?)" in plan
    assert "TEMP B-TREE" not in plan
