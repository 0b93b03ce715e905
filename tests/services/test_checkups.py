"""Checkups: sound when all is well, and a finding for everything that is not."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, update

from tests.cli.stage import NOON, opened, seed
from tests.databases import Databases
from tests.services.test_messages import post
from tolmach.core.condition import LinkState
from tolmach.core.content import Channel
from tolmach.core.ids import AccountId
from tolmach.core.moments import to_ms
from tolmach.core.route import Conditions, Rule, Target
from tolmach.core.status import Status
from tolmach.services import accounts, routing
from tolmach.services.accounts import Changes
from tolmach.services.checkups import Finding, Level, examine, examine_links, examine_routes
from tolmach.services.links import View
from tolmach.services.senders import add as asked_for
from tolmach.store import callbacks
from tolmach.store.callbacks import Callback
from tolmach.store.database import Database
from tolmach.store.schema import balances, queue


@pytest.fixture
def database(databases: Databases, tmp_path: Path) -> Iterator[Database]:
    with opened(databases.new(tmp_path)) as database:
        database.write_now(seed)
        yield database


def found(database: Database, check: str, now: datetime = NOON) -> list[Finding]:
    return [finding for finding in database.read_now(lambda tx: examine(tx, now)) if finding.check == check]


def levels(database: Database, now: datetime = NOON) -> set[Level]:
    return {finding.level for finding in database.read_now(lambda tx: examine(tx, now))}


def test_all_is_well_with_and_without_live_messages(database: Database) -> None:
    assert levels(database) == {Level.OK}
    post(database, "79161234500")
    assert levels(database) == {Level.OK}


def test_a_balance_that_is_not_the_sum_of_its_entries(database: Database) -> None:
    database.write_now(lambda tx: tx.execute(update(balances).values(available=1)))
    (finding,) = found(database, "ledger")
    assert finding.level is Level.FAIL
    assert "demo (0.0001 + 0.00 held against 1000.00 + 0.00 held)" in finding.text
    assert finding.advice


def test_money_that_is_held_for_nothing(database: Database) -> None:
    post(database, "79161234500")
    database.write_now(lambda tx: tx.execute(delete(queue)))
    (finding,) = found(database, "holds")
    assert finding.level is Level.FAIL
    assert "demo (1.00 held, 0.00 for live messages)" in finding.text


@pytest.mark.parametrize(
    ("late", "level"),
    [(timedelta(seconds=30), Level.OK), (timedelta(minutes=30), Level.WARN), (timedelta(hours=2), Level.FAIL)],
)
def test_an_overdue_queue(database: Database, late: timedelta, level: Level) -> None:
    post(database, "79161234500")
    (finding,) = found(database, "queue", NOON + late)
    assert finding.level is level
    assert bool(finding.advice) == (level is not Level.OK)


def test_a_clock_that_is_wrong(database: Database) -> None:
    post(database, "79161234500")
    (before,) = found(database, "clock", NOON - timedelta(hours=1))
    (ancient,) = found(database, "clock", datetime(1970, 1, 1, tzinfo=UTC))
    assert (before.level, ancient.level) == (Level.FAIL, Level.FAIL)
    assert "lies ahead" in before.text


def test_accounts_that_cannot_send(database: Database) -> None:
    database.write_now(lambda tx: accounts.add(tx, "shop", "hash", Changes(), NOON))
    database.write_now(lambda tx: accounts.add(tx, "bank", "hash", Changes(any_sender=True, tariff="demo"), NOON))
    assert [(finding.level, finding.text) for finding in found(database, "accounts")] == [
        (Level.WARN, "shop has no tariff and cannot send"),
        (Level.WARN, "shop has no approved sender and cannot send"),
    ]


def test_no_accounts_at_all(databases: Databases, tmp_path: Path) -> None:
    with opened(databases.new(tmp_path)) as nothing:
        (finding,) = found(nothing, "accounts")
    assert (finding.level, finding.text) == (Level.WARN, "there are no accounts")


def test_callbacks_that_wait_too_long_or_failed(database: Database) -> None:
    at = to_ms(NOON)
    rows = [Callback(AccountId(1), 10, Status.SENT, at, at)] * 2
    database.write_now(lambda tx: callbacks.add(tx, rows))
    assert [finding.level for finding in found(database, "callbacks")] == [Level.OK]
    (late,) = found(database, "callbacks", NOON + timedelta(minutes=5))
    assert (late.level, late.text.startswith("2 wait, the oldest since 2026-03-02 09:00:00")) == (Level.WARN, True)
    database.write_now(
        lambda tx: callbacks.settle(tx, [Callback(AccountId(1), 10, Status.SENT, at, at, state="failed", id=1)])
    )
    (failed,) = found(database, "callbacks")
    assert (failed.level, failed.text) == (Level.WARN, "1 failed for good, 1 wait")


def test_what_waits_for_a_moderator_for_long(database: Database) -> None:
    assert [finding.level for finding in found(database, "moderation")] == [Level.OK]
    database.write_now(lambda tx: asked_for(tx, "demo", "Shop", NOON))
    (fresh,) = found(database, "moderation", NOON + timedelta(hours=1))
    assert (fresh.level, fresh.text.startswith("1 text or sender waits")) == (Level.OK, True)
    (old,) = found(database, "moderation", NOON + timedelta(days=2))
    assert old.level is Level.WARN


def test_routes_name_links_that_exist(database: Database) -> None:
    database.write_now(lambda tx: routing.add(tx, Rule(0, 0, Conditions(), (Target("a"), Target("b")))))
    found = database.read_now(lambda tx: examine_routes(tx, ["b"]))
    assert (found.level, found.text) == (Level.WARN, "routes name links that do not exist: a; what goes by them waits")
    assert database.read_now(lambda tx: examine_routes(tx, ["b", "a"])).level is Level.OK


@pytest.mark.parametrize(
    ("states", "level"),
    [
        ([LinkState.UP, LinkState.DOWN], Level.OK),
        ([LinkState.DOWN, LinkState.PAUSED], Level.WARN),
        ([LinkState.DOWN, LinkState.STALE], Level.WARN),
        ([LinkState.STALE, LinkState.STALE], Level.OK),
        ([], Level.OK),
    ],
)
def test_links_by_channel(states: list[LinkState], level: Level) -> None:
    views = {Channel.SMS: [View(f"l{number}", state, None, None) for number, state in enumerate(states)]}
    (found,) = examine_links(views)
    assert (found.check, found.level) == ("links", level)
