"""Any interleaving of edits to bases and stop lists, by two accounts and over days, agrees with a simple model."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.databases import Databases
from tests.services.world import World
from tolmach.core.bases import PAGE, pages
from tolmach.core.commands import (
    DropBase,
    DropSubscriber,
    EditBases,
    EditSubscribers,
    ListBases,
    ListSubscribers,
    PutBase,
    PutSubscriber,
    SubscriberEdits,
)
from tolmach.core.errors import RequestError
from tolmach.core.results import Edit
from tolmach.services import bases, greetings, stoplist, subscribers
from tolmach.services.context import Context
from tolmach.store import greetings as stored
from tolmach.store.database import Tx
from tolmach.store.place import Place

LOGINS = ("demo", "other")
PHONES = [f"7903000000{number}" for number in range(8)]
BIRTHDAYS = ["", "1990-08-21", "1991-08-22", "1992-08-23"]
START = datetime(2026, 8, 21, 6, 0, tzinfo=UTC)

NUMBERS = st.integers(1, 5).map(str)
FIELDS = st.fixed_dictionaries(
    {}, optional={"name": st.sampled_from(["", "x", "y"]), "born": st.sampled_from(BIRTHDAYS)}
)
SUBSCRIBER_EDITS = st.lists(
    st.one_of(
        st.builds(PutSubscriber, st.sampled_from([*PHONES, "no number"]), FIELDS),
        st.builds(DropSubscriber, st.sampled_from([*PHONES, "no number"])),
    ),
    max_size=8,
)
CHANGES = st.fixed_dictionaries({"name": st.sampled_from(["a", "b", "c"])}, optional={"on": st.booleans()})
STEPS = st.lists(
    st.tuples(
        st.sampled_from(LOGINS),
        st.one_of(
            st.builds(PutBase, st.one_of(st.none(), NUMBERS), CHANGES),
            st.builds(DropBase, NUMBERS),
            st.builds(SubscriberEdits, NUMBERS, SUBSCRIBER_EDITS),
            st.tuples(st.sampled_from(["stop", "allow"]), st.sets(st.sampled_from(PHONES), min_size=1)),
            st.sampled_from(["greet", "tomorrow"]),
        ),
    ),
    max_size=30,
)


@dataclass
class ModelBase:
    owner: str
    name: str = ""
    on: bool = False
    people: dict[str, dict[str, str]] = field(default_factory=dict)
    greeted: dict[str, bool] = field(default_factory=dict)


@dataclass
class Model:
    """What should be there, in plain dictionaries."""

    bases: dict[str, ModelBase] = field(default_factory=dict)
    stops: set[tuple[str, str]] = field(default_factory=set)
    created: int = 0
    today: date = field(default_factory=START.date)

    def put_base(self, login: str, edit: PutBase) -> tuple[Edit, str | None]:
        named = [key for key, base in self.bases.items() if (base.owner, base.name) == (login, edit.changes["name"])]
        key = edit.reference or (named[0] if named else None)
        if key is None:
            self.created += 1
            key = str(self.created)
            self.bases[key] = ModelBase(login)
            outcome = Edit.INSERTED
        elif key not in self.bases or self.bases[key].owner != login:
            return Edit.NOT_FOUND, None
        else:
            outcome = Edit.CHANGED
        for name, value in edit.changes.items():
            setattr(self.bases[key], name, value)
        return outcome, key

    def drop_base(self, login: str, edit: DropBase) -> tuple[Edit, str | None]:
        if edit.reference not in self.bases or self.bases[edit.reference].owner != login:
            return Edit.NOT_FOUND, None
        del self.bases[edit.reference]
        return Edit.DELETED, edit.reference

    def edit(self, login: str, asked: SubscriberEdits) -> list[Edit] | None:
        base = self.bases.get(asked.reference)
        if base is None or base.owner != login:
            return None
        return [self._edit(base, one) for one in asked.edits]

    def _edit(self, base: ModelBase, one: PutSubscriber | DropSubscriber) -> Edit:
        if one.phone not in PHONES:
            return Edit.NOT_FOUND
        there = one.phone in base.people
        if isinstance(one, DropSubscriber):
            base.people.pop(one.phone, None)
            return Edit.DELETED if there else Edit.NOT_FOUND
        base.people.setdefault(one.phone, {}).update(one.fields)
        return Edit.CHANGED if there else Edit.INSERTED

    def greet(self) -> None:
        for base in self.bases.values():
            for phone, fields in base.people.items():
                if base.on and fields.get("born", "")[5:] == f"{self.today:%m-%d}":
                    base.greeted.setdefault(phone, (base.owner, phone) not in self.stops)


class Truth:
    """The same, done by the services."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.ids = {"demo": world.demo, "other": world.other}
        world.clock.advance(START + timedelta(hours=2) - world.clock.now())

    def context(self, tx: Tx, login: str) -> Context:
        account = self.world.account(self.ids[login])
        return Context(tx, self.world.catalogue.at(tx), account, self.world.clock.now(), self.world.delivery)

    def edit_base(self, login: str, edit: PutBase | DropBase) -> tuple[Edit, str | None]:
        (item,) = self.world.write(lambda tx: bases.edit_bases(self.context(tx, login), EditBases([edit]))).items
        return item.edit, None if item.id is None else str(item.id)

    def edit(self, login: str, asked: SubscriberEdits) -> list[Edit] | None:
        command = EditSubscribers([asked])
        try:
            result = self.world.write(lambda tx: subscribers.edit_subscribers(self.context(tx, login), command))
        except RequestError:
            return None
        return list(result.bases[0])

    def stop(self, login: str, word: str, phones: set[str]) -> None:
        numbers, now = sorted(phones), self.world.clock.now()
        if word == "stop":
            self.world.write(lambda tx: stoplist.add(tx, login, numbers, now))
        else:
            self.world.write(lambda tx: stoplist.remove(tx, login, numbers, self.world.clock.now()))

    def greet(self) -> None:
        now, catalogue = self.world.clock.now(), self.world.catalogue
        due = self.world.read(lambda tx: greetings.waiting(tx, catalogue, now))
        self.world.write(lambda tx: [greetings.greet(tx, catalogue, base, now) for base in due])

    def people(self, login: str, base: str) -> tuple[int, dict[str, dict[str, str]]]:
        command = ListSubscribers(base)
        page = self.world.read(lambda tx: subscribers.list_subscribers(self.context(tx, login), command))
        return page.pages, {one.phone: {"name": one.name, "born": one.born} for one in page.subscribers}


@contextmanager
def worlds(databases: Databases, seeded: Place) -> Iterator[World]:
    with TemporaryDirectory() as folder:
        world = World(databases.copy(seeded, Path(folder)))
        try:
            yield world
        finally:
            world.close()
            databases.sweep()


@settings(max_examples=60)
@given(steps=STEPS)
def test_every_interleaving_agrees_with_the_model(
    databases: Databases, seeded: Place, steps: list[tuple[str, Any]]
) -> None:
    with worlds(databases, seeded) as world:
        model, truth = Model(), Truth(world)
        for login, step in steps:
            take(model, truth, login, step)
        check(model, truth)


def take(model: Model, truth: Truth, login: str, step: Any) -> None:
    """Do one step on both sides; both say the same of it."""
    match step:
        case PutBase():
            assert truth.edit_base(login, step) == model.put_base(login, step)
        case DropBase():
            assert truth.edit_base(login, step) == model.drop_base(login, step)
        case SubscriberEdits():
            assert truth.edit(login, step) == model.edit(login, step)
        case (word, phones):
            truth.stop(login, word, phones)
            change = model.stops.update if word == "stop" else model.stops.difference_update
            change({(login, phone) for phone in phones})
        case "greet":
            truth.greet()
            model.greet()
        case _:
            truth.world.wait(days=1)
            model.today += timedelta(days=1)


def check(model: Model, truth: Truth) -> None:
    """Both sides have the same bases, subscribers, sizes, stops and greetings; and the books balance."""
    for login in LOGINS:
        listed = truth.world.read(lambda tx, login=login: bases.list_bases(truth.context(tx, login), ListBases())).bases  # type: ignore[misc]
        mine = {key: base for key, base in model.bases.items() if base.owner == login}
        assert {str(base.id): (base.name, base.greeting.on, base.size) for base in listed} == {
            key: (base.name, base.on, len(base.people)) for key, base in mine.items()
        }
        for key, base in mine.items():
            count, people = truth.people(login, key)
            assert count == pages(len(base.people))
            assert people == {phone: {"name": "", "born": ""} | fields for phone, fields in base.people.items()}
            noted = truth.world.read(lambda tx, key=key: stored.latest(tx, int(key), PAGE))  # type: ignore[misc]
            assert {note.phone: note.message is not None for note in noted} == base.greeted
        stops = truth.world.read(lambda tx, login=login: stoplist.listing(tx, login))  # type: ignore[misc]
        assert set(stops) == {phone for owner, phone in model.stops if owner == login}
    truth.world.check_books()
