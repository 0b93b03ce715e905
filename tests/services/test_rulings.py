"""Everything that waits for a moderator, and the decisions."""

from pathlib import Path

import pytest

from tests.services.visiting import Person, person
from tests.services.world import World, command, draft, sms
from tolmach.core.commands.rulings import (
    DecideFile,
    DecidePattern,
    DecideRegistration,
    DecideSender,
    DecideText,
    EditStopWords,
    GetFile,
    ListCases,
    ListDecided,
    ListFiles,
    ListRegistrations,
    ListStopWords,
)
from tolmach.core.moments import to_ms
from tolmach.core.papers import Papers
from tolmach.core.registry import TO_DO, RegistryState
from tolmach.core.users import Role
from tolmach.services import rulings
from tolmach.services.administration import BadValueError, ConflictError, NotFoundError
from tolmach.services.installation import Installation
from tolmach.store import files, patterns, registrations, registry, senders
from tolmach.store.files import StoredFile
from tolmach.store.folder import Folder
from tolmach.store.registry import Listing


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
    (decided,) = (await moderator.ask(ListDecided())).texts
    assert (decided.decided_by, decided.reason, decided.decided_at) == ("mod", "no", world.clock.now())
    assert (await moderator.ask(ListCases())).texts == []


async def test_a_pattern(world: World, moderator: Person) -> None:
    number = world.write(lambda tx: patterns.add(tx, world.demo, "code", "Code #code#", to_ms(world.clock.now())))
    (case,) = (await moderator.ask(ListCases())).patterns
    assert (case.id, case.login, case.text, case.changed_at) == (number, "demo", "Code #code#", world.clock.now())
    await moderator.ask(DecidePattern(number, approved=True))
    assert (await moderator.ask(ListCases())).patterns == []


async def test_what_was_decided_on_is_kept_in_view(world: World, moderator: Person) -> None:
    number = world.write(lambda tx: patterns.add(tx, world.demo, "code", "Code #code#", to_ms(world.clock.now())))
    await moderator.ask(DecideSender("demo", "Waits", approved=True, reason="theirs"))
    await moderator.ask(DecidePattern(number, approved=False, reason="no"))
    found = await moderator.ask(ListDecided())
    (sender,), (pattern,) = found.senders, found.patterns
    assert (sender.name, sender.state, sender.decided_by, sender.reason) == ("Waits", "completed", "mod", "theirs")
    assert (sender.decided_at, pattern.changed_at) == (world.clock.now(), world.clock.now())
    assert (pattern.id, pattern.state, pattern.decided_by, pattern.reason) == (number, "rejected", "mod", "no")


async def test_registrations(world: World, moderator: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rulings, "SHOWN", 1)
    for turn, word in enumerate(("mts", "tele2")):
        asked = Listing(world.demo, "Tolmach", word, "", "", "", RegistryState.POSTED, 1, turn)
        world.write(lambda tx, asked=asked: registry.put(tx, asked))  # type: ignore[misc]
    first = await moderator.ask(ListRegistrations())
    second = await moderator.ask(ListRegistrations(states=TO_DO, skip=first.skip))
    assert [one.operator for one in (*first.rows, *second.rows)] == ["mts", "tele2"]
    assert (first.skip, second.skip) == (1, 0)
    assert (await moderator.ask(ListRegistrations("other"))).rows == []
    await moderator.ask(DecideRegistration("demo", "Tolmach", "mts", "approval", "paid"))
    (row,) = (await moderator.ask(ListRegistrations(states=(RegistryState.APPROVED,)))).rows
    assert (row.changed_by, row.reason, row.changed_at) == ("mod", "paid", world.clock.now())
    with pytest.raises(BadValueError):
        await moderator.ask(DecideRegistration("demo", "Tolmach", "mts", "perhaps"))
    with pytest.raises(NotFoundError):
        await moderator.ask(DecideRegistration("demo", "Waits", "mts", "approval"))


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


async def test_a_file_is_decided_on_by_itself_or_with_its_sender(world: World, moderator: Person) -> None:
    def add(name: str) -> int:
        row = StoredFile(0, world.demo, name, f"{name}.pdf", "pdf", 8, name, to_ms(world.clock.now()))
        return world.write(lambda tx: files.add(tx, row))

    bad, good = add("bad"), add("good")
    papers = Papers(files=(bad, good))
    world.write(lambda tx: registrations.put(tx, world.demo, "Waits", papers, to_ms(world.clock.now())))
    assert [(one.id, one.label) for one in (await moderator.ask(ListCases())).files] == [
        (bad, "bad.pdf"),
        (good, "good.pdf"),
    ]
    await moderator.ask(DecideFile(bad, approved=False, reason="no stamp"))
    await moderator.ask(DecideSender("demo", "Waits", approved=True))
    assert (await moderator.ask(ListCases())).files == []
    decided = {one.id: (one.state, one.decided_by, one.reason) for one in (await moderator.ask(ListDecided())).files}
    assert decided == {bad: ("rejected", "mod", "no stamp"), good: ("completed", "mod", "")}
    with pytest.raises(NotFoundError):
        await moderator.ask(DecideFile(99, approved=True))
