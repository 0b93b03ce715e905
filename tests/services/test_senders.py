"""Senders as clients ask for them, and as an operator decides on them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.stage import NOON, opened, seed
from tests.databases import Databases
from tests.services.world import World
from tolmach.core.commands import RegisterSenders
from tolmach.core.errors import Failure, RequestError
from tolmach.core.ids import AccountId
from tolmach.core.moderation import Verdict
from tolmach.core.papers import Papers
from tolmach.core.results import Registration, SenderRegistered
from tolmach.services import senders
from tolmach.services.administration import BadValueError, ConflictError, NotFoundError
from tolmach.services.context import Context
from tolmach.services.senders import Listed
from tolmach.store import files, registry
from tolmach.store import senders as stored
from tolmach.store.database import Database
from tolmach.store.files import StoredFile

PAPERS = Papers(inn="77", counterparty="ООО", operators=(("250", "01"), ("255", "06")))


@pytest.fixture
def database(databases: Databases, tmp_path: Path) -> Iterator[Database]:
    with opened(databases.new(tmp_path)) as database:
        database.write_now(seed)
        yield database


def test_decisions(database: Database) -> None:
    database.write_now(lambda tx: senders.add(tx, "demo", "Shop", NOON))
    decided = database.write_now(lambda tx: senders.decide(tx, "demo", "Shop", Verdict(approved=True), NOON))
    assert decided == Listed("demo", "Shop", "completed", default=False)
    decided = database.write_now(lambda tx: senders.decide(tx, "demo", "Tolmach", Verdict(approved=False), NOON))
    assert decided == Listed("demo", "Tolmach", "rejected", default=True)
    found = database.read_now(senders.listing)
    assert {one.name: one.state for one in found} == {"Shop": "completed", "Tolmach": "rejected", "INFORM": "completed"}


def test_what_is_refused(database: Database) -> None:
    with pytest.raises(ConflictError):
        database.write_now(lambda tx: senders.add(tx, "demo", "INFORM", NOON))
    with pytest.raises(BadValueError):
        database.write_now(lambda tx: senders.add(tx, "demo", "", NOON))
    with pytest.raises(NotFoundError):
        database.write_now(lambda tx: senders.decide(tx, "demo", "Shop", Verdict(approved=True), NOON))
    with pytest.raises(NotFoundError):
        database.read_now(lambda tx: senders.shown(tx, "demo", "Shop"))


def register(
    world: World, *names: str, papers: Papers = PAPERS, file_ids: tuple[str, ...] = (), id_: AccountId | None = None
) -> list[SenderRegistered]:
    def run(tx: Any) -> list[SenderRegistered]:
        asked = Context(tx, world.catalogue.at(tx), world.account(id_), world.clock.now(), world.delivery)
        return list(senders.register(asked, RegisterSenders(names, papers, file_ids)).items)

    return world.write(run)


def states(world: World) -> dict[str, str]:
    return dict(world.read(lambda tx: stored.of_account(tx, world.demo)))


def decide(world: World, name: str, *, approved: bool) -> None:
    verdict = Verdict(approved, "ann", "because")
    world.write(lambda tx: senders.decide(tx, "demo", name, verdict, world.clock.now()))


def outcomes(items: list[SenderRegistered]) -> list[str]:
    return [item.outcome.value for item in items]


def test_a_sender_that_is_asked_for_waits_and_is_approved(world: World) -> None:
    (asked,) = register(world, "Shop")
    assert asked.outcome is Registration.QUEUED
    assert states(world)["Shop"] == "order"
    (waiting,) = [one for one in world.read(senders.waiting) if one.sender.name == "Shop"]
    assert (waiting.login, waiting.sender.id, waiting.sender.papers) == ("demo", asked.id, PAPERS)
    decide(world, "Shop", approved=True)
    shown = world.read(lambda tx: senders.shown(tx, "demo", "Shop")).sender
    assert (shown.state, shown.decided_by, shown.reason) == ("completed", "ann", "because")
    assert [row.operator for row in world.read(lambda tx: registry.of_account(tx, world.demo))] == ["mts"]


def test_asking_again(world: World) -> None:
    (first,) = register(world, "Shop")
    new = Papers(inn="78")
    assert register(world, "Shop", papers=new) == [first]
    assert register(world, "Shop", papers=Papers()) == [first]
    assert world.read(lambda tx: senders.shown(tx, "demo", "Shop")).sender.papers == new
    decide(world, "Shop", approved=False)
    assert register(world, "Shop") == [first]
    assert states(world)["Shop"] == "order"
    decide(world, "Shop", approved=True)
    assert register(world, "Shop", papers=new) == [SenderRegistered(Registration.ADDED, first.id)]
    assert world.read(lambda tx: senders.shown(tx, "demo", "Shop")).sender.papers == PAPERS
    assert states(world)["Shop"] == "completed"


def test_an_account_that_may_use_any_sender_has_it_at_once(world: World) -> None:
    world.change(any_sender=True)
    assert outcomes(register(world, "Shop")) == ["added"]
    assert states(world)["Shop"] == "completed"


def test_what_cannot_be_registered_is_refused_by_itself(world: World) -> None:
    assert outcomes(register(world, "Отправитель", "", "Shop", "1" * 16, "1" * 15)) == [
        "bad-name",
        "bad-name",
        "queued",
        "bad-name",
        "queued",
    ]
    assert "Отправитель" not in states(world)


def test_a_file_must_be_the_accounts_own(world: World) -> None:
    def add(owner: AccountId, name: str) -> str:
        return str(world.write(lambda tx: files.add(tx, StoredFile(0, owner, name, "l", "pdf", 1, name, 1))))

    mine, theirs = add(world.demo, "a"), add(world.other, "b")
    assert outcomes(register(world, "Shop", file_ids=(mine, theirs))) == ["no-file"]
    assert outcomes(register(world, "Shop", file_ids=("x",))) == ["no-file"]
    assert "Shop" not in states(world)
    assert outcomes(register(world, "Shop", file_ids=(mine,))) == ["queued"]
    assert world.read(lambda tx: senders.shown(tx, "demo", "Shop")).sender.papers.files == (int(mine),)


def test_senders_of_one_account_are_nothing_to_another(world: World) -> None:
    (mine,) = register(world, "Shop")
    (theirs,) = register(world, "Shop", id_=world.other)
    assert mine.id != theirs.id
    decide(world, "Shop", approved=True)
    assert dict(world.read(lambda tx: stored.of_account(tx, world.other)))["Shop"] == "order"


def test_nobody_floods_the_moderators(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(senders, "MOST_WAITING", 2)  # the account has one that waits already
    assert outcomes(register(world, "Shop")) == ["queued"]
    with pytest.raises(RequestError) as caught:
        register(world, "Another")
    assert caught.value.failure is Failure.BUSY
    assert outcomes(register(world, "Shop")) == ["queued"]
