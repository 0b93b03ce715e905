"""Any interleaving of sending for later, cancelling, stopping and waiting agrees with a simple model."""

from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from tests.databases import Databases
from tests.services.world import World, command, draft
from tolmach.core.commands import CancelScheduled, EditStops, ListScheduled, StopEdit
from tolmach.core.delivery import Sent
from tolmach.core.ids import AccountId
from tolmach.core.results import Accepted, Rejected, Stopped
from tolmach.core.status import Status
from tolmach.core.timezones import to_wall
from tolmach.services import schedule, stopedits
from tolmach.services.bookmarks import Bookmarks
from tolmach.services.context import Context
from tolmach.store.database import Tx
from tolmach.store.place import Place

PAGE = 3
LOGINS = st.sampled_from(["demo", "other"])
PHONES = st.sampled_from([f"7903000000{number}" for number in range(3)])


class Schedule(RuleBasedStateMachine):
    """The services beside plain dictionaries: what waits (id -> owner, number, hour), who is stopped, what became."""

    databases: Databases
    seeded: Place

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.world = World(self.databases.copy(self.seeded, Path(self.folder.name)))
        self.bookmarks = Bookmarks()
        self.hour = 0
        self.waiting: dict[int, tuple[str, str, int]] = {}
        self.ended: dict[int, Status] = {}
        self.stops: set[tuple[str, str]] = set()

    def teardown(self) -> None:
        """Leave nothing behind."""
        self.world.check_books()
        self.world.close()
        self.databases.sweep()
        self.folder.cleanup()

    @rule(login=LOGINS, phone=PHONES, hours=st.integers(1, 4))
    def send(self, login: str, phone: str, hours: int) -> None:
        """Send for later: not to a number on the account's stop list."""
        wall = to_wall(self.world.clock.now() + timedelta(hours=hours), "Europe/Moscow").replace(tzinfo=None)
        (item,) = self.world.result(command(draft(phone, due=wall)), self.account(login)).items
        assert isinstance(item, Rejected) == ((login, phone) in self.stops)
        if isinstance(item, Accepted):
            self.waiting[item.id] = (login, phone, self.hour + hours)

    @rule(login=LOGINS, data=st.data())
    def cancel(self, login: str, data: st.DataObject) -> None:
        """Cancel some ids, one's own and others, live and dead, some twice."""
        known = sorted({*self.waiting, *self.ended, 999_990})
        ids = data.draw(st.lists(st.sampled_from(known), max_size=4))
        asked = CancelScheduled([str(id_) for id_ in ids])
        found = self.world.write(lambda tx: schedule.cancel_scheduled(self.context(tx, login), asked)).items
        expected = []
        for id_ in ids:
            mine = self.waiting.get(id_, ("", "", 0))[0] == login
            expected.append(mine)
            if mine:
                del self.waiting[id_]
                self.ended[id_] = Status.CANCELLED
        assert list(found) == expected

    @rule(login=LOGINS, phone=PHONES, delete=st.booleans())
    def stop(self, login: str, phone: str, delete: bool) -> None:
        """Put a number on a stop list, or take it off."""
        asked = EditStops([StopEdit(phone, delete)])
        (found,) = self.world.write(lambda tx: stopedits.edit_stops(self.context(tx, login), asked)).items
        there = (login, phone) in self.stops
        assert found is (Stopped.ADDED if not delete else Stopped.DELETED if there else Stopped.NOT_FOUND)
        (self.stops.discard if delete else self.stops.add)((login, phone))

    @rule()
    def an_hour_passes(self) -> None:
        """What is due is sent, but not to a number that is stopped by now."""
        self.world.wait(hours=1)
        self.hour += 1
        for submission in self.world.claim():
            self.world.settle(submission, Sent((f"c{submission.leg}",)))
        for id_, (login, phone, hour) in list(self.waiting.items()):
            if hour <= self.hour:
                del self.waiting[id_]
                self.ended[id_] = Status.REFUSED if (login, phone) in self.stops else Status.SENT

    @invariant()
    def lists_are_those_of_the_model(self) -> None:
        """Every page from the first to one beyond the last, for both accounts."""
        for login in ("demo", "other"):
            expected = [
                id_
                for id_, (owner, _, _) in sorted(self.waiting.items(), key=lambda item: (item[1][2], item[0]))
                if owner == login
            ]
            count = max(1, -(-len(expected) // PAGE))
            for number in range(1, count + 2):
                found = self.world.read(
                    lambda tx, login=login, number=number: schedule.list_scheduled(  # type: ignore[misc]
                        self.context(tx, login), ListScheduled(number)
                    )
                )
                assert [one.id for one in found.items] == expected[PAGE * (number - 1) : PAGE * number]
                assert found.pages == count

    @invariant()
    def everything_that_ended_ended_so(self) -> None:
        """Cancelled, refused or sent, and nothing else."""
        for id_, status in self.ended.items():
            (state,) = [one for one in (self.state(id_, owner) for owner in ("demo", "other")) if one is not None]
            assert state is status

    def context(self, tx: Tx, login: str) -> Context:
        """What an answer starts from."""
        world, account = self.world, self.world.account(self.account(login))
        return Context(tx, world.catalogue.at(tx), account, world.clock.now(), world.delivery, self.bookmarks)

    def account(self, login: str) -> AccountId:
        """Return an account's number."""
        return self.world.demo if login == "demo" else self.world.other

    def state(self, id_: int, login: str) -> Status | None:
        """Return what an account is told of a message."""
        (found,) = self.world.states(id_, id_=self.account(login))
        return None if found is None else found.status


def test_every_interleaving_agrees_with_the_model(
    databases: Databases, seeded: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedule, "PAGE", PAGE)
    machine = type("Seeded", (Schedule,), {"databases": databases, "seeded": seeded})
    run_state_machine_as_test(machine, settings=settings(max_examples=40, stateful_step_count=25, deadline=None))
