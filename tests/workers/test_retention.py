"""What is too old leaves, whole, archived first, and without holding anybody up."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from tests.gateway import assert_balanced, rows
from tests.workers.stage import PHONE, Stage, take_all
from tolmach.core.delivery import Receipt
from tolmach.core.ids import CampaignId
from tolmach.core.limits import KeepingRules
from tolmach.core.moments import to_ms
from tolmach.core.status import Status
from tolmach.services import retention as services
from tolmach.services.delivery import Submitted
from tolmach.services.retention import Fate
from tolmach.store import campaigns, counters, dumps, messages, partitions
from tolmach.store import retention as stored
from tolmach.store.archive import Archive, ArchiveInUseError, Form, read_jsonl
from tolmach.store.callbacks import FAILED
from tolmach.store.campaigns import Campaign
from tolmach.store.database import Tx
from tolmach.store.postgresql import PostgresqlServer
from tolmach.store.schema import accounts, callbacks
from tolmach.workers import retention
from tolmach.workers.retention import RetentionWorker

DAYS = 30


async def delivered(stage: Stage, count: int) -> list[int]:
    """Have messages accepted, sent and delivered."""
    numbers = stage.accept(*[PHONE] * count)
    now = stage.clock.now()
    _, claimed = stage.database.write_now(lambda tx: stage.delivery.claim(tx, "worker", now, 10_000))
    answers = zip(claimed, await take_all(claimed), strict=True)
    results = [Submitted(leg, "test", outcome, to_ms(now)) for leg, outcome in answers]
    stage.database.write_now(lambda tx: stage.delivery.settle(tx, results, now))
    receipts = [Receipt("test", f"p{leg.leg}", Status.DELIVERED, now) for leg in claimed]
    stage.database.write_now(lambda tx: stage.delivery.receive(tx, receipts, now))
    return numbers


def archived(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.gz"))


def worker(stage: Stage, archive: Archive | None = None, days: int = DAYS) -> RetentionWorker:
    return RetentionWorker(stage.database, KeepingRules(days), archive, stage.clock, pause=0)


async def test_what_is_too_old_leaves_and_the_money_stays_right(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "FILE", 4)
    monkeypatch.setattr(retention, "PIECE", 3)
    await delivered(stage, 10)
    before = stage.database.read_now(rows)
    stage.clock.advance(timedelta(days=DAYS - 1))
    assert await worker(stage).turn() == 0
    (live,) = stage.accept(PHONE)
    stage.clock.advance(timedelta(days=2))
    assert await worker(stage, days=0).turn() == 0
    assert await worker(stage).turn() == 10
    after = stage.database.read_now(rows)
    assert (after["messages"], after["legs"], after["parts"], after["callbacks"]) == (1, 0, 0, 0)
    assert after["ledger"] == before["ledger"] + 1
    assert stage.duty(live) is not None
    stage.database.read_now(assert_balanced)
    assert await worker(stage).turn() == 0


async def test_what_is_on_its_way_stays_however_old(stage: Stage) -> None:
    (waits,) = stage.accept(PHONE)
    stage.clock.advance(timedelta(days=10 * DAYS))
    assert await worker(stage).turn() == 0
    assert stage.duty(waits) is not None


async def test_what_a_client_has_still_to_be_told_stays(stage: Stage) -> None:
    """A receiver that is down is tried for longer than a short period lasts."""
    stage.database.write_now(lambda tx: tx.execute(update(accounts).values(callback_url="http://down.example")).close())
    await cut(stage)
    stage.clock.advance(timedelta(days=2, seconds=1))
    assert await worker(stage).turn() == 0
    stage.database.write_now(lambda tx: tx.execute(update(callbacks).values(state=FAILED)).close())
    assert await worker(stage).turn() == 3


async def cut(stage: Stage) -> list[int]:
    """Have three old messages in a partition that is full, and two new ones behind it; return the old ones."""

    def fill(tx: Tx) -> None:
        counters.put(tx, counters.MESSAGES, 3 * partitions.SIZE - 4)
        partitions.set_size(tx, partitions.SMALLEST)

    stage.database.write_now(fill)
    old = await delivered(stage, 3)
    stage.clock.advance(timedelta(days=DAYS - 2))
    await delivered(stage, 2)
    return old


def ranges(stage: Stage) -> int:
    return len(stage.database.read_now(partitions.spans))


async def test_a_partition_leaves_as_a_whole(stage: Stage, tmp_path: Path) -> None:
    old = await cut(stage)
    before, archive = stage.database.read_now(rows), Archive(tmp_path, Form.JSONL)
    stage.clock.advance(timedelta(days=1, hours=23))
    assert await worker(stage, archive).turn() == 0
    stage.clock.advance(timedelta(hours=1, seconds=1))
    assert await worker(stage, archive).turn() == 3
    assert [record["id"] for path in archived(tmp_path) for record in read_jsonl(tmp_path / path)] == old
    after = stage.database.read_now(rows)
    assert (after["messages"], after["legs"], after["parts"]) == (2, 2, 2)
    assert after["ledger"] == before["ledger"]
    stage.database.read_now(assert_balanced)
    assert ranges(stage) == 1
    assert await worker(stage, archive).turn() == 0
    assert len(stage.accept(PHONE)) == 1


async def test_a_partition_that_a_backup_keeps_is_archived_once(stage: Stage, tmp_path: Path) -> None:
    """A dump may take hours, and retention looks every ten minutes."""
    place, archive = stage.database.place, Archive(tmp_path, Form.JSONL)
    if not isinstance(place, PostgresqlServer):
        pytest.skip("a file has no partitions")
    await cut(stage)
    stage.clock.advance(timedelta(days=2, seconds=1))
    with dumps._moment(place):
        assert await worker(stage, archive).turn() == 3
        written = [(tmp_path / path).stat().st_ino for path in archived(tmp_path)]
        assert await worker(stage, archive).turn() == 0
        assert [(tmp_path / path).stat().st_ino for path in archived(tmp_path)] == written
    kept = ranges(stage)
    assert await worker(stage, archive).turn() == 0
    assert ranges(stage) < kept


async def test_a_partition_that_may_go_soon_is_waited_for(stage: Stage) -> None:
    await cut(stage)
    apart = ranges(stage) > 1
    stage.clock.advance(timedelta(days=2, seconds=1))
    soon, at_once = KeepingRules(DAYS, late_days=7), KeepingRules(DAYS, late_days=0)
    fates = stage.database.read_now(lambda tx: services.fates(tx, soon, stage.clock.now() - timedelta(seconds=2)))
    assert (Fate.WAITS in fates.values()) is apart
    fates = stage.database.read_now(lambda tx: services.fates(tx, at_once, stage.clock.now() - timedelta(seconds=2)))
    assert Fate.WAITS not in fates.values()


async def test_it_is_archived_first(stage: Stage, tmp_path: Path) -> None:
    march = await delivered(stage, 3)
    stage.clock.advance(timedelta(days=31))
    april = await delivered(stage, 2)
    stage.clock.advance(timedelta(days=DAYS + 1))
    assert await worker(stage, Archive(tmp_path, Form.JSONL)).turn() == 5
    files = archived(tmp_path)
    assert files == ["2026-03/demo-10-30.jsonl.gz", "2026-04/demo-40-50.jsonl.gz"]
    found = [record for path in files for record in read_jsonl(tmp_path / path)]
    assert [record["id"] for record in found] == march + april
    assert {record["status"] for record in found} == {"delivered"}


async def test_an_empty_campaign_leaves_where_no_message_is_due(stage: Stage) -> None:
    """A partition may have taken all old messages of an account before anybody looks for single ones."""
    at = to_ms(stage.clock.now())
    (number,) = await delivered(stage, 1)
    owner = stage.database.read_now(lambda tx: messages.by_ids(tx, [number]))[number].account
    empty = Campaign(CampaignId(1), owner, "prontosms", "k", "Tolmach", "a text", at - 1)
    stage.database.write_now(lambda tx: campaigns.add(tx, empty))
    await worker(stage).turn()
    assert stage.database.read_now(rows)["campaigns"] == 1
    stage.clock.advance(timedelta(days=DAYS))
    assert await worker(stage).turn() == 0
    assert stage.database.read_now(rows)["campaigns"] == 0


async def test_two_at_a_time_do_not_spoil_the_archive(stage: Stage, tmp_path: Path) -> None:
    """`tolmach retention run` beside the gateway: one is behind, and would archive what has lost its steps already."""
    await delivered(stage, 3)
    stage.clock.advance(timedelta(days=DAYS + 1))
    archive, ahead = Archive(tmp_path, Form.JSONL), worker(stage, Archive(tmp_path, Form.JSONL))
    behind = worker(stage, archive)
    (due,) = stage.database.read_now(lambda tx: services.due(tx, DAYS, stage.clock.now()))
    found = stage.database.read_now(lambda tx: stored.final(tx, due.account, 0, due.below, 10))
    with archive.alone(), pytest.raises(ArchiveInUseError):
        await ahead.turn()
    assert await ahead.turn() == 3
    await behind._write_down(due.login, found)
    (path,) = archived(tmp_path)
    assert {record["status"] for record in read_jsonl(tmp_path / path)} == {"delivered"}


async def test_without_room_for_the_archive_nothing_leaves(stage: Stage, tmp_path: Path) -> None:
    await delivered(stage, 3)
    stage.clock.advance(timedelta(days=DAYS + 1))
    blocked = tmp_path / "archive"
    blocked.write_text("a file is in the way")
    with pytest.raises(OSError, match="archive"):
        await worker(stage, Archive(blocked, Form.JSONL)).turn()
    assert stage.database.read_now(rows)["messages"] == 3
