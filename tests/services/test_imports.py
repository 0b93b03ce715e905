import io
import os
from datetime import timedelta
from pathlib import Path
from typing import IO

import pytest

from tests.services.visiting import Person, person
from tests.services.world import World
from tolmach.core.commands import EditBases, ListSubscribers, PutBase
from tolmach.core.commands.bases import DropBase
from tolmach.core.commands.imports import DropImport, GetImport, ListImports, ListLeftOut, PutImport, RunImport
from tolmach.core.errors import RequestError
from tolmach.core.results.imports import Import, ImportState
from tolmach.core.users import Role
from tolmach.services import imports as services
from tolmach.services.administration import BadValueError
from tolmach.services.dispatch import Dispatcher
from tolmach.services.imports import KEPT, PIECE, Imports
from tolmach.store import imports as stored_imports
from tolmach.store.folder import Folder

ROSTER = "телефон;имя\n79161230001;Иван\n12;Никто\n79161230002;Анна\n"


@pytest.fixture
def keeper(tmp_path: Path) -> Imports:
    return Imports(Folder(tmp_path / "imports"))


class Desk:
    """An owner with a base, and where his files are kept."""

    def __init__(self, world: World, keeper: Imports, owner: Person, base: str) -> None:
        self.world, self.keeper, self.owner, self.base = world, keeper, owner, base

    async def put(self, content: str | bytes, label: str = "people.csv") -> int:
        data = content.encode() if isinstance(content, str) else content
        return await self.owner.ask(PutImport(self.base, label, io.BytesIO(data)))

    async def get(self, number: int) -> Import:
        found = await self.owner.ask(GetImport(number))
        assert found is not None
        return found

    def work(self) -> bool:
        return self.keeper.advance(self.world.database, self.world.clock.now())


async def with_files(world: World, keeper: Imports, login: str, account: str = "demo") -> Person:
    owner = await person(world, login, Role.OWNER, account)
    dispatcher: Dispatcher = owner.reception._dispatcher
    dispatcher._imports = keeper
    return owner


@pytest.fixture
async def desk(world: World, keeper: Imports) -> Desk:
    owner = await with_files(world, keeper, "anna")
    (made,) = (await owner.ask(EditBases([PutBase(None, {"name": "Customers"})]))).items
    return Desk(world, keeper, owner, str(made.id))


async def test_a_file_waits_until_somebody_has_looked_at_it(desk: Desk) -> None:
    number = await desk.put(ROSTER.encode("cp1251"))
    found = await desk.get(number)
    assert (found.state, found.encoding, found.delimiter) == (ImportState.WAITING, "windows-1251", ";")
    assert (found.fields, found.preview[1]) == (["phone", "name"], ["79161230001", "Иван"])
    assert not desk.work()
    assert await desk.owner.ask(RunImport(number))
    assert not await desk.owner.ask(RunImport(number))
    assert desk.work()
    assert not desk.work()
    found = await desk.get(number)
    assert (found.state, found.share, found.added, found.known, found.bad) == (ImportState.DONE, 1.0, 2, 0, 1)
    (left,) = await desk.owner.ask(ListLeftOut(number))
    assert (left.line, left.reason, left.cells) == (3, "this is no phone number", ["12", "Никто"])
    assert [one.id for one in await desk.owner.ask(ListImports(desk.base))] == [number]


async def test_columns_that_were_taken_wrongly_are_corrected(desk: Desk) -> None:
    number = await desk.put("a;b\n79161230001;Иван\n")
    assert (await desk.get(number)).fields == [None, None]
    for wrong in ([None, None], ["phone", "phone"], ["name", "name"]):
        with pytest.raises(BadValueError):
            await desk.owner.ask(RunImport(number, wrong))
    assert await desk.owner.ask(RunImport(number, ["phone", "name"]))
    assert desk.work()
    (one,) = (await desk.owner.ask(ListSubscribers(desk.base))).subscribers
    assert (one.phone, one.name) == ("79161230001", "Иван")


async def test_it_goes_on_where_it_was_broken_off(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [f"7916{number:07}" for number in range(3 * PIECE)]
    lines[5] = "12"
    number = await desk.put("\n".join(["phone", *lines]))
    await desk.owner.ask(RunImport(number))
    stored, calls = services._store, []

    def breaking(*arguments: object) -> bool:
        calls.append(arguments)
        if len(calls) == 2:
            raise RuntimeError("the power is gone")
        return stored(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(services, "_store", breaking)
    with pytest.raises(RuntimeError):
        desk.work()
    found = await desk.get(number)
    assert (found.state, found.added, found.bad) == (ImportState.RUNNING, PIECE - 1, 1)
    assert 0 < found.share < 1
    monkeypatch.undo()
    assert desk.work()
    found = await desk.get(number)
    assert (found.state, found.added, found.known, found.bad) == (ImportState.DONE, 3 * PIECE - 1, 0, 1)
    assert [one.position for one in await desk.owner.ask(ListLeftOut(number))] == [5]


async def test_one_that_is_dropped_stops(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    number = await desk.put("\n".join(["phone", *(f"7916{number:07}" for number in range(2 * PIECE))]))
    await desk.owner.ask(RunImport(number))
    stored = services._store

    def dropping(*arguments: object) -> bool:
        going = stored(*arguments)  # type: ignore[arg-type]
        stored_imports.drop(arguments[0], desk.world.demo, number)  # type: ignore[arg-type]
        return going

    monkeypatch.setattr(services, "_store", dropping)
    assert desk.work()
    assert await desk.owner.ask(GetImport(number)) is None
    assert (await desk.owner.ask(ListSubscribers(desk.base))).pages == 1
    assert not desk.work()


async def test_what_cannot_be_taken_in(desk: Desk) -> None:
    for content in ("", "\n\n", b"PK\x03\x04"):
        with pytest.raises(BadValueError):
            await desk.put(content)
    number = await desk.put(ROSTER)
    await desk.owner.ask(RunImport(number))
    for name, _ in desk.keeper._folder.names():
        desk.keeper._folder.drop(name)
    assert desk.work()
    assert ((await desk.get(number)).state, (await desk.get(number)).error) == (
        ImportState.FAILED,
        "the file cannot be read",
    )
    number = await desk.put(ROSTER)
    await desk.owner.ask(RunImport(number))
    await desk.owner.ask(EditBases([DropBase(desk.base)]))
    assert desk.work()
    assert (await desk.get(number)).error == "the base is gone"


async def test_files_of_others_are_not_there(world: World, desk: Desk) -> None:
    number = await desk.put(ROSTER)
    stranger = await with_files(world, desk.keeper, "igor", "other")
    assert await stranger.ask(GetImport(number)) is None
    assert not await stranger.ask(RunImport(number))
    assert not await stranger.ask(DropImport(number))
    assert list(await stranger.ask(ListLeftOut(number))) == []
    content: IO[bytes] = io.BytesIO(ROSTER.encode())
    with pytest.raises(RequestError):
        await stranger.ask(PutImport(desk.base, "x", content))
    assert len(list(desk.keeper._folder.names())) == 1


async def test_files_that_nobody_needs_are_swept(world: World, desk: Desk) -> None:
    waiting, done = await desk.put(ROSTER), await desk.put(ROSTER)
    await desk.owner.ask(RunImport(done))
    assert desk.work()
    for name, _ in desk.keeper._folder.names():
        os.utime(desk.keeper._folder.path / name, (1, 1))
    assert desk.keeper.sweep(world.database, world.clock.now()) == 1
    world.clock.advance(KEPT + timedelta(days=1))
    assert desk.keeper.sweep(world.database, world.clock.now()) == 1
    owner = await with_files(world, desk.keeper, "boris")
    assert [await owner.ask(GetImport(number)) for number in (waiting, done)] == [None, None]
