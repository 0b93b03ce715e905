"""Hours are counted once they are over, and again when what was on its way has arrived."""

from collections.abc import Mapping
from datetime import timedelta

import pytest

from tests.workers.stage import PHONE, Stage
from tests.workers.test_retention import delivered
from tolmach.core.commands.dashboards import GetDashboard
from tolmach.core.moments import to_ms
from tolmach.core.status import Status
from tolmach.services import dashboards as services
from tolmach.services.context import Context
from tolmach.store import accounts, dashboards, hours
from tolmach.store.dashboards import Totals
from tolmach.store.database import Tx
from tolmach.workers.hours import HoursWorker


def sums(stage: Stage) -> Mapping[int, Mapping[Status, int]]:
    """Return what is kept of the account, by hours back from the present one."""
    now = to_ms(stage.clock.now()) // hours.LASTS

    def read(tx: Tx) -> Mapping[int, Totals]:
        account = accounts.by_login(tx, "demo")
        assert account is not None
        return hours.of_account(tx, account.id, 0, (now + 1) * hours.LASTS)

    return {now - start // hours.LASTS: totals.counts for start, totals in stage.database.read_now(read).items()}


async def test_an_hour_is_counted_when_it_is_over(stage: Stage) -> None:
    worker = HoursWorker(stage.database, stage.clock, rest=0)
    assert await worker.turn() == 0
    await delivered(stage, 2)
    assert await worker.turn() == 0
    stage.clock.advance(timedelta(hours=1, minutes=3))
    stage.accept(PHONE)
    assert await worker.turn() == 1
    assert sums(stage) == {1: {Status.DELIVERED: 2}}
    assert await worker.turn() == 0
    stage.clock.advance(timedelta(hours=2))
    assert await HoursWorker(stage.database, stage.clock, rest=0).turn() == 2
    assert sums(stage) == {3: {Status.DELIVERED: 2}, 2: {Status.QUEUED: 1}}


async def test_what_was_on_its_way_is_counted_again_when_it_has_arrived(stage: Stage) -> None:
    worker = HoursWorker(stage.database, stage.clock, rest=0)
    stage.accept(PHONE)
    stage.clock.advance(timedelta(hours=2))
    assert (await worker.turn(), sums(stage)) == (1, {2: {Status.QUEUED: 1}})
    assert await worker.turn() == 0
    await delivered(stage, 1)  # the earlier one goes out with it
    assert await worker.turn() == 1
    assert sums(stage) == {2: {Status.DELIVERED: 1}}
    assert stage.database.read_now(hours.live) == {}


async def test_a_dashboard_adds_up_what_is_kept(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    await delivered(stage, 2)
    stage.clock.advance(timedelta(days=1))
    await delivered(stage, 1)
    await HoursWorker(stage.database, stage.clock, rest=0).turn()
    looked: list[tuple[int, int]] = []
    plain = dashboards.totals

    def totals(tx: Tx, account: int, first: int, end: int) -> Totals:
        looked.append((first, end))
        return plain(tx, account, first, end)  # type: ignore[arg-type]

    monkeypatch.setattr(dashboards, "totals", totals)

    def ask(tx: Tx) -> list[tuple[int, int]]:
        account = accounts.by_login(tx, "demo")
        assert account is not None
        asked = Context(tx, stage.catalogue.at(tx), account, stage.clock.now(), stage.delivery)
        return [(day.delivered, day.total) for day in services.show(asked, GetDashboard(2)).days]

    assert stage.database.read_now(ask) == [(2, 2), (1, 1)]
    assert len(looked) == 1  # the hour that is not over
