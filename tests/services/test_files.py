import os
import time
from pathlib import Path

import pytest

from tests.services.world import World
from tolmach.core.commands import NoteFile, StoreFile
from tolmach.core.commands.files import ListOwnFiles
from tolmach.core.errors import Failure, RequestError, StoreUnavailableError
from tolmach.core.ids import AccountId
from tolmach.core.moderation import Verdict
from tolmach.services import files
from tolmach.services.administration import NotFoundError
from tolmach.services.context import Context
from tolmach.services.files import SWEEP_AFTER, Files
from tolmach.store.folder import Folder

PDF = b"%PDF-1.7 letter"


@pytest.fixture
def keeper(tmp_path: Path) -> Files:
    return Files(Folder(tmp_path / "files"), limit=100, account_limit=250)


def store(world: World, keeper: Files, content: bytes, label: str = "l.pdf", id_: AccountId | None = None) -> int:
    """Do what the dispatcher does."""
    command, owner = StoreFile(label, content), id_ or world.demo
    found = world.read(lambda tx: keeper.known(tx, owner, command))
    if found is not None:
        return found.id
    note: NoteFile = keeper.keep(command)
    return world.write(
        lambda tx: files.note_file(
            Context(tx, world.catalogue.at(tx), world.account(id_), world.clock.now(), world.delivery), note
        )
    ).id


def test_an_account_sees_its_own_files_newest_first(world: World, keeper: Files) -> None:
    first, second = store(world, keeper, PDF), store(world, keeper, PDF + b"!", "charter.pdf")
    store(world, keeper, PDF, id_=world.other)
    verdict = Verdict(approved=False, by="ann", reason="no stamp")
    world.write(lambda tx: files.decide(tx, first, verdict, world.clock.now()))
    found = world.read(
        lambda tx: files.list_own(
            Context(tx, world.catalogue.at(tx), world.account(), world.clock.now(), world.delivery), ListOwnFiles()
        )
    )
    assert [(one.id, one.label, one.state, one.reason) for one in found] == [
        (second, "charter.pdf", "order", ""),
        (first, "l.pdf", "rejected", "no stamp"),
    ]


def refusal(world: World, keeper: Files, content: bytes) -> Failure:
    with pytest.raises(RequestError) as caught:
        store(world, keeper, content)
    return caught.value.failure


def test_a_file_is_kept_and_found(world: World, keeper: Files) -> None:
    number = store(world, keeper, PDF, "../../letter.pdf")
    found = world.read(lambda tx: files.find(tx, number))
    assert (found.login, found.file.label, found.file.kind, found.file.size) == ("demo", "letter.pdf", "pdf", len(PDF))
    given = world.read(lambda tx: files.download(tx, keeper.folder, number))
    assert given.content == PDF
    assert given.headers["x-content-type-options"] == "nosniff"
    assert [one.file.id for one in world.read(files.listing)] == [number]


def test_the_same_again_is_the_same_file(world: World, keeper: Files) -> None:
    assert store(world, keeper, PDF) == store(world, keeper, PDF, "other.pdf")
    assert store(world, keeper, PDF, id_=world.other) != store(world, keeper, PDF)
    assert len(list(keeper.folder.names())) == 2
    assert [one.login for one in world.read(lambda tx: files.listing(tx, "other"))] == ["other"]


def test_what_is_not_kept(world: World, keeper: Files) -> None:
    assert refusal(world, keeper, b"<?php") is Failure.BAD_FIELD
    assert refusal(world, keeper, PDF + b"x" * 100) is Failure.TOO_LARGE
    for number in range(2):
        store(world, keeper, PDF + b"x" * 80 + str(number).encode())
    assert refusal(world, keeper, PDF + b"y" * 80) is Failure.TOO_LARGE
    assert len(list(keeper.folder.names())) == 2


def test_a_full_disk(world: World, keeper: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_content: bytes) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(keeper.folder, "put", full)
    with pytest.raises(StoreUnavailableError, match="No space left"):
        store(world, keeper, PDF)
    assert world.read(files.listing) == []


def test_orphans_are_swept_when_they_are_old(world: World, keeper: Files) -> None:
    kept = store(world, keeper, PDF)
    orphan = keeper.keep(StoreFile("x", PDF + b"x")).stored
    now = world.clock.now()
    os.utime(keeper.folder.path / orphan, (now.timestamp() - SWEEP_AFTER + 10,) * 2)
    assert keeper.sweep(world.database, now) == 0
    old = time.time() - 10 * 365 * 86_400
    for name, _ in list(keeper.folder.names()):
        os.utime(keeper.folder.path / name, (old, old))
    assert keeper.sweep(world.database, now) == 1
    assert world.read(lambda tx: files.download(tx, keeper.folder, kept)).content == PDF


def test_what_is_not_there(world: World, keeper: Files) -> None:
    with pytest.raises(NotFoundError):
        world.read(lambda tx: files.find(tx, 1))
    number = store(world, keeper, PDF)
    for name, _ in list(keeper.folder.names()):
        keeper.folder.drop(name)
    with pytest.raises(NotFoundError):
        world.read(lambda tx: files.download(tx, keeper.folder, number))
