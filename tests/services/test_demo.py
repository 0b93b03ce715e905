"""The seed of a demonstration: everything once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.stage import NOON, opened, seed
from tests.databases import Databases
from tolmach.core.content import Channel
from tolmach.core.money import Money, fixed
from tolmach.services import accounts, demo, ledger, senders, tariffs
from tolmach.store.database import Database


@pytest.fixture
def database(databases: Databases, tmp_path: Path) -> Iterator[Database]:
    with opened(databases.new(tmp_path)) as database:
        database.write_now(seed)
        yield database


def test_what_is_there(database: Database) -> None:
    one = database.read_now(lambda tx: accounts.overview(tx, "demo"))
    assert (one.account.client_number, one.account.time_zone, one.tariff) == (1, "Europe/Moscow", "demo")
    assert (fixed(one.balance.available), one.account.currency, one.account.any_sender) == ("1000.00", "RUB", False)
    listed = database.read_now(senders.listing)
    assert {(s.name, s.state, s.default) for s in listed} == {
        ("Tolmach", "completed", True),
        ("INFORM", "completed", False),
    }
    shown = database.read_now(lambda tx: tariffs.show(tx, "demo"))
    assert [(d.name, d.prefixes, d.prices) for d in shown] == [
        ("Россия", ("79",), {Channel.SMS: 10_000, Channel.VIBER: 15_000, Channel.WHATSAPP: 30_000, Channel.VK: 8_000}),
        ("Украина", ("380",), {Channel.SMS: 20_000, Channel.VIBER: 25_000}),
    ]


def test_a_second_seed_touches_nothing(database: Database) -> None:
    database.write_now(lambda tx: ledger.top_up(tx, "demo", Money(-5), "", NOON, adjust=True))
    before = database.read_now(lambda tx: accounts.overview(tx, "demo"))
    assert database.read_now(demo.seeded)
    assert database.write_now(lambda tx: demo.seed(tx, "another hash", NOON)) is False
    assert database.read_now(lambda tx: accounts.overview(tx, "demo")) == before
