"""Messages as an operator handles them."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.cli.stage import NOON, opened, seed
from tests.databases import Databases
from tolmach.core.commands import SendMessages
from tolmach.core.content import Channel, SmsText
from tolmach.core.drafts import Draft, For, Step
from tolmach.core.errors import Failure, RequestError
from tolmach.core.rejections import Rejection
from tolmach.core.results import Accepted, Rejected, SendResult
from tolmach.core.status import Status
from tolmach.services import accounts, messages
from tolmach.services.accounts import Changes
from tolmach.services.administration import BadValueError, NotFoundError
from tolmach.store.database import Database


@pytest.fixture
def database(databases: Databases, tmp_path: Path) -> Iterator[Database]:
    with opened(databases.new(tmp_path)) as database:
        database.write_now(seed)
        yield database


STEPS = (Step(Channel.SMS, SmsText("Hello"), None, For(timedelta(days=1))),)


def post(database: Database, *numbers: str) -> SendResult:
    command = SendMessages(tuple(Draft(number, STEPS) for number in numbers), messages.DIALECT)
    return database.write_now(lambda tx: messages.post(tx, "demo", command, NOON))[1]


def test_accepted_and_refused_side_by_side(database: Database) -> None:
    good, bad = post(database, "+7 916 123-45-00", "x").items
    assert isinstance(good, Accepted)
    assert bad == Rejected(Rejection.BAD_RECIPIENT, "x")
    assert database.read_now(lambda tx: accounts.overview(tx, "demo")).balance.held == 10_000


@pytest.mark.parametrize("networks", [(), ("10.0.0.0/8",), ("::1",)])
def test_an_operator_comes_from_everywhere(database: Database, networks: tuple[str, ...]) -> None:
    database.write_now(lambda tx: accounts.change(tx, "demo", Changes(networks=networks)))
    assert isinstance(post(database, "79161234500").items[0], Accepted)


def test_a_block_holds_for_operators_too(database: Database) -> None:
    database.write_now(lambda tx: accounts.set_blocked(tx, "demo", blocked=True))
    with pytest.raises(RequestError) as caught:
        post(database, "79161234500")
    assert caught.value.failure is Failure.BLOCKED


def test_the_newest_come_first(database: Database) -> None:
    post(database, "79161234500", "79161234501", "79161234500")
    found = database.read_now(lambda tx: messages.latest(tx, 10, "demo", "8 916 123 45 00"))
    assert [(one.id, one.login, one.sender, one.channels) for one in found] == [
        (30, "demo", "Tolmach", (Channel.SMS,)),
        (10, "demo", "Tolmach", (Channel.SMS,)),
    ]
    assert (found[0].status, found[0].dialect) == (Status.QUEUED, "cli")
    assert found[0].accepted_at.isoformat() == "2026-03-02T12:00:00+03:00"
    assert [one.id for one in database.read_now(lambda tx: messages.latest(tx, 1))] == [30]


def test_what_is_refused(database: Database) -> None:
    with pytest.raises(BadValueError, match="limit"):
        database.read_now(lambda tx: messages.latest(tx, 0))
    with pytest.raises(BadValueError, match="'x'"):
        database.read_now(lambda tx: messages.latest(tx, 1, None, "x"))
    with pytest.raises(NotFoundError):
        database.read_now(lambda tx: messages.latest(tx, 1, "nobody"))
