"""Who changes a balance has it to himself until his commit, so that is the last that he does.

Deliveries of several accounts share transactions: what came behind would keep the requests of all of them waiting.
"""

import sqlite3
from datetime import timedelta
from typing import cast

import pytest
from sqlalchemy import Connection, event

from tests.workers.stage import PHONE, Link, Stage, sms, working
from tolmach.core.delivery import Receipt, Sent
from tolmach.core.status import Status
from tolmach.services.access import Principal
from tolmach.services.delivery import Submitted, Wanted
from tolmach.store import legs
from tolmach.workers.bell import Bell
from tolmach.workers.intake import IntakeWorker
from tolmach.workers.links import Links
from tolmach.workers.receipts import ReceiptsWorker
from tolmach.workers.submit import SubmitWorker

CHANGE = "UPDATE balances"
VERBS = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")


@pytest.mark.sqlite
async def test_nothing_comes_behind_a_change_of_balances(stage: Stage, intake: IntakeWorker, caller: Principal) -> None:
    statements = watched(stage)
    link = Link()
    submit = SubmitWorker("worker", stage.database, stage.delivery, Links((link,), stage.clock), stage.clock)
    receipts = ReceiptsWorker(stage.database, stage.delivery, stage.inbox, stage.clock, Bell(), Bell())
    due = Bell()
    async with working(intake.run(), receipts.run(), submit.run(due, Bell())):
        for number in range(3):
            await intake.send(caller, sms(*[PHONE] * 2))
            due.ring()
            await stage.until(lambda tx, count=2 * number + 2: len(legs.of_messages(tx, range(10, 70, 10))) == count)  # type: ignore[misc]
        told = [f"p{leg}" for leg in link.told]
        await receipts.take([Receipt(link.name, name, Status.UNDELIVERED, stage.clock.now()) for name in told])
    assert last(statements) >= 5  # three of intake, one of submit at least, one of receipts


@pytest.mark.sqlite
def test_a_turn_that_ends_something_changes_balances_once_and_last(stage: Stage) -> None:
    """What is overdue gives its money back in the turn that stores the answers to others."""
    stage.accept(PHONE)
    delivery, database, now = stage.delivery, stage.database, stage.clock.now()
    ((_, (submission,)),) = [database.write_now(lambda tx: delivery.claim(tx, "loop", now, 1))]
    (overdue,) = stage.accept(PHONE)
    stage.clock.advance(timedelta(days=2))
    statements = watched(stage)
    results = [Submitted(submission, "test", Sent(("p1",)), 0)]
    wanted, late = Wanted("loop", 100, None), stage.clock.now()
    database.write_now(lambda tx: delivery.turn(tx, wanted, results, [], late))
    assert [leg.status for leg in stage.legs(overdue)] == [Status.EXPIRED]
    assert last(statements) == 1


def watched(stage: Stage) -> list[str]:
    """Return where every statement of what is written from now on will be."""
    statements: list[str] = []

    def watch(connection: Connection) -> None:
        cast(sqlite3.Connection, connection.connection.dbapi_connection).set_trace_callback(statements.append)

    event.listen(stage.database.writer, "begin", watch)
    return statements


def last(statements: list[str]) -> int:
    """See that nothing comes behind a change of balances; return how many jobs changed some."""
    jobs = "\n".join(statements).split("SAVEPOINT job\n")
    changing = [job.splitlines() for job in jobs if CHANGE in job]
    for job in changing:
        first = next(at for at, line in enumerate(job) if line.startswith(CHANGE))
        assert [line for line in job[first:] if line.startswith(VERBS) and not line.startswith(CHANGE)] == []
    return len(changing)
