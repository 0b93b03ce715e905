"""Everything that waits for a moderator, and the decisions."""

from pathlib import Path

import pytest

from tests.services.visiting import Person, person
from tests.services.world import World, command, draft, sms
from tolmach.core.commands.rulings import (
    DecidePattern,
    DecideSender,
    DecideText,
    EditStopWords,
    GetFile,
    ListCases,
    ListDecidedTexts,
    ListFiles,
    ListStopWords,
)
from tolmach.core.moments import to_ms
from tolmach.core.users import Role
from tolmach.services.administration import ConflictError, NotFoundError
from tolmach.services.installation import Installation
from tolmach.store import files, patterns, senders
from tolmach.store.files import StoredFile
from tolmach.store.folder import Folder


@pytest.fixture
async def moderator(world: World) -> Person:
    return await person(world, "mod", Role.MODERATOR, None)


async def test_a_sender(world: World, moderator: Person) -> None:
    await moderator.ask(DecideSender("demo", "Waits", approved=False, reason="not theirs"))
    state = world.read(lambda tx: senders.of_account(tx, world.demo))["Waits"]
    assert state == "rejected"
    with pytest.raises(NotFoundError):
        await moderator.ask(DecideSender("demo", "Nobody", approved=True))


async def test_a_text_and_who_decided_on_it(world: World, moderator: Person) -> None:
    world.change(moderation="all")
    world.result(command(draft("79031234567", sms("Look at me"))))
    (case,) = (await moderator.ask(ListCases())).texts
    assert (case.login, case.text, case.messages, case.since) == ("demo", "Look at me", 1, world.clock.now())
    await moderator.ask(DecideText(case.id, approved=False, reason="no"))
    with pytest.raises(ConflictError):
        await moderator.ask(DecideText(case.id, approved=True))
    (decided,) = await moderator.ask(ListDecidedTexts())
    assert (decided.decided_by, decided.reason, decided.decided_at) == ("mod", "no", world.clock.now())
    assert (await moderator.ask(ListCases())).texts == []


async def test_a_pattern(world: World, moderator: Person) -> None:
    number = world.write(lambda tx: patterns.add(tx, world.demo, "code", "Code #code#", to_ms(world.clock.now())))
    (case,) = (await moderator.ask(ListCases())).patterns
    assert (case.id, case.login, case.text, case.changed_at) == (number, "demo", "Code #code#", world.clock.now())
    await moderator.ask(DecidePattern(number, approved=True))
    assert (await moderator.ask(ListCases())).patterns == []


async def test_files(world: World, moderator: Person, tmp_path: Path) -> None:
    folder = Folder(tmp_path / "files")
    row = StoredFile(0, world.demo, folder.put(b"%PDF-1.4"), "letter.pdf", "pdf", 8, "digest", 1)
    number = world.write(lambda tx: files.add(tx, row))
    (shown,) = (await moderator.ask(ListFiles())).files
    assert (shown.id, shown.login, shown.label, shown.size) == (number, "demo", "letter.pdf", 8)
    assert (await moderator.ask(ListFiles("other"))).files == []
    with pytest.raises(NotFoundError):
        await moderator.ask(GetFile(number))  # nobody knows where files are
    moderator.reception.installation = Installation(folder=folder)
    found = await moderator.ask(GetFile(number))
    assert found.content == b"%PDF-1.4"
    assert found.headers["content-disposition"] == f'attachment; filename="file-{number}.pdf"'


async def test_stop_words(moderator: Person) -> None:
    assert await moderator.ask(EditStopWords(("Казино", "free money"))) == 2
    assert await moderator.ask(ListStopWords()) == ["free money", "казино"]
    assert await moderator.ask(EditStopWords(("казино",), removes=True)) == 1
