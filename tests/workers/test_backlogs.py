import pytest

from tests.workers.stage import PHONE, Stage, working
from tolmach.core.content import Channel
from tolmach.core.errors import RequestError
from tolmach.core.limits import BacklogLimits, LinkBound
from tolmach.services.backlogs import Backlogs
from tolmach.store import accounts
from tolmach.workers.backlogs import BacklogsWorker


async def test_what_is_due_and_in_nobodys_hands_is_counted(stage: Stage) -> None:
    account = stage.database.read_now(lambda tx: accounts.by_login(tx, "demo"))
    assert account is not None
    stage.accept(*[PHONE] * 5)
    backlogs = Backlogs(BacklogLimits(account=3))
    worker = BacklogsWorker(stage.database, backlogs, stage.clock)
    await worker.count()
    with pytest.raises(RequestError, match="5 messages of the account wait for a link"):
        backlogs.check(account.id, ())
    stage.database.write_now(lambda tx: stage.delivery.claim(tx, "worker", stage.clock.now(), 4))
    await worker.count()
    backlogs.check(account.id, ())


async def test_what_waits_for_links_is_counted_where_there_is_no_bound(stage: Stage) -> None:
    stage.accept(*[PHONE] * 5)
    backlogs = Backlogs(BacklogLimits(), lambda: [LinkBound("one", frozenset({Channel.SMS}))])
    await BacklogsWorker(stage.database, backlogs, stage.clock).count()
    assert (backlogs.of_links, backlogs.full) == ({"one": 5}, None)


async def test_it_goes_on_counting(stage: Stage) -> None:
    backlogs = Backlogs(BacklogLimits(all=1))
    stage.accept(PHONE)
    async with working(BacklogsWorker(stage.database, backlogs, stage.clock).run()):
        await stage.until(lambda _: backlogs._all == 1)
