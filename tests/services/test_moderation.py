"""Decisions on texts: money, statuses, two moderators, waiting for too long; and any traffic with all of it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from tests.databases import Databases
from tests.services.test_screening import decide, status, texts
from tests.services.world import BALANCE, SMS_PRICE, World, command, draft, sms, viber
from tolmach.core.delivery import Sent
from tolmach.core.moderation import Ruling, Verdict
from tolmach.core.results import Accepted
from tolmach.core.status import FINAL, Status
from tolmach.services import moderation
from tolmach.services.administration import BadValueError, ConflictError, NotFoundError
from tolmach.services.progress import Effects
from tolmach.store import moderations
from tolmach.store.place import Place

YES, NO = Verdict(approved=True, by="ann"), Verdict(approved=False, by="bob", reason="no")


@pytest.fixture
def strict(world: World) -> World:
    world.change(moderation="all")
    return world


def lapse(world: World) -> tuple[Effects, int]:
    return world.write(lambda tx: world.delivery.lapse(tx, "upkeep", world.clock.now(), 100))


def test_validity_counts_from_the_approval(strict: World) -> None:
    id_ = strict.send(sms("x", lasts=timedelta(hours=1)))
    strict.wait(days=2)
    assert status(strict, id_) is Status.ON_MODERATION
    decide(strict, approved=True)
    assert strict.submit().expires_at == strict.clock.now() + timedelta(hours=1)
    assert strict.money() == (BALANCE - SMS_PRICE, 0)


def test_a_refused_text_gives_the_money_back_and_tells(strict: World) -> None:
    id_ = strict.send(sms("x"))
    assert strict.money() == (BALANCE - SMS_PRICE, SMS_PRICE)
    decide(strict, approved=False)
    assert strict.money() == (BALANCE, 0)
    assert strict.told(id_) == [Status.REFUSED]


def test_who_waits_too_long_expires(strict: World) -> None:
    id_ = strict.send(sms("x"))
    strict.wait(days=3, seconds=-1)
    assert lapse(strict)[1] == 0
    strict.wait(seconds=1)
    effects, count = lapse(strict)
    assert (effects.callbacks, count) == (True, 1)
    assert (status(strict, id_), strict.told(id_), strict.money()) == (Status.EXPIRED, [Status.EXPIRED], (BALANCE, 0))
    assert texts(strict) == []
    later = strict.send(sms("y"))
    assert [one.moderation.text for one in strict.read(lambda tx: moderation.listing(tx, limit=1))] == ["y"]
    strict.cancel(later)
    decide(strict, approved=True)  # too late, and harmless
    assert status(strict, id_) is Status.EXPIRED


def test_who_waits_can_be_cancelled(strict: World) -> None:
    id_ = strict.send(sms("x"))
    assert strict.cancel(id_, dry_run=True) == 1
    assert strict.cancel(id_) == 1
    assert (status(strict, id_), strict.money()) == (Status.CANCELLED, (BALANCE, 0))
    assert texts(strict) == []


def test_a_scheduled_message_keeps_its_time(strict: World) -> None:
    wall = (strict.clock.now() + timedelta(hours=3 + 5)).replace(tzinfo=None)
    strict.result(command(draft("79030000001", sms("x"), due=wall)))
    decide(strict, approved=True)
    assert strict.claim() == []
    strict.wait(hours=5)
    assert len(strict.claim()) == 1


def test_the_second_moderator_is_told(strict: World) -> None:
    strict.send(sms("x"))
    strict.write(lambda tx: moderation.decide(tx, 1, YES, strict.clock.now()))
    for verdict in (YES, NO):
        with pytest.raises(ConflictError, match="approved already by ann"):
            strict.write(lambda tx, said=verdict: moderation.decide(tx, 1, said, strict.clock.now()))  # type: ignore[misc]


def test_two_moderators_at_the_same_moment(strict: World) -> None:
    """One of them decides; the messages go one way, and the money with them."""
    ids = [strict.send(sms("x"), phone=f"7903000000{n}") for n in range(5)]

    def decide_once(verdict: Verdict) -> bool:
        try:
            strict.write(lambda tx: moderation.decide(tx, 1, verdict, strict.clock.now()))
            while strict.write(lambda tx: moderation.carry_out(tx, strict.delivery, strict.clock.now(), 2))[1]:
                pass
        except ConflictError:
            return False
        return True

    with ThreadPoolExecutor(2) as both:
        approved, rejected = both.map(decide_once, [YES, NO])
    assert approved is not rejected
    assert {status(strict, id_) for id_ in ids} == {Status.QUEUED if approved else Status.REFUSED}
    assert strict.money()[1] == (5 * SMS_PRICE if approved else 0)


def test_a_decision_can_be_revised(strict: World) -> None:
    strict.send(sms("x"))
    decide(strict, approved=False)
    strict.write(lambda tx: moderation.decide(tx, 1, YES, strict.clock.now(), revise=True))
    assert strict.write(lambda tx: moderation.carry_out(tx, strict.delivery, strict.clock.now()))[1] == 0
    assert status(strict, strict.send(sms("x"))) is Status.QUEUED


def test_a_decision_survives_the_end_of_its_process(strict: World) -> None:
    """It is carried out in batches, by whoever is there; what is accepted meanwhile knows it already."""
    ids = [strict.send(sms("x"), phone=f"7903000000{n}") for n in range(5)]
    strict.write(lambda tx: moderation.decide(tx, 1, NO, strict.clock.now()))
    assert strict.write(lambda tx: moderation.carry_out(tx, strict.delivery, strict.clock.now(), 2))[1] == 2
    assert [status(strict, id_) for id_ in ids].count(Status.REFUSED) == 2
    again = World(strict.database.place, strict.clock.now())
    while again.write(lambda tx: moderation.carry_out(tx, again.delivery, again.clock.now(), 2))[1]:
        pass
    assert {status(again, id_) for id_ in ids} == {Status.REFUSED}
    assert again.read(moderations.unsettled) == []
    assert again.money() == (BALANCE, 0)
    again.close()


def test_what_is_shown_of_a_text(strict: World) -> None:
    strict.send(sms("x"), phone="79030000001")
    shown = strict.read(lambda tx: moderation.shown(tx, 1))
    assert (shown.login, shown.moderation.text, shown.recipients) == ("demo", "x", ["79030000001"])
    decide(strict, approved=True)
    (decided,) = strict.read(lambda tx: moderation.listing(tx, "demo", decided=True))
    assert (decided.moderation.state, decided.moderation.decided_by) == (Ruling.APPROVED, "ann")


def test_what_cannot_be_done(world: World) -> None:
    now = world.clock.now()
    with pytest.raises(NotFoundError):
        world.write(lambda tx: moderation.decide(tx, 1, YES, now))
    with pytest.raises(NotFoundError):
        world.read(lambda tx: moderation.shown(tx, 1))
    with pytest.raises(NotFoundError):
        world.read(lambda tx: moderation.listing(tx, "nobody"))
    with pytest.raises(BadValueError):
        world.read(lambda tx: moderation.listing(tx, limit=0))
    with pytest.raises(BadValueError):
        world.write(lambda tx: moderation.add_words(tx, ["!?"], now))
    assert world.write(lambda tx: moderation.add_words(tx, ["A  b!", "a B"], now)) == 1
    assert world.write(lambda tx: moderation.remove_words(tx, ["a b"])) == 1


PLANS = [(sms("one"),), (sms("two"),), (sms("three"), viber()), (viber(), sms("four"))]


class Moderated(RuleBasedStateMachine):
    """Whatever is sent, decided, cancelled, forgotten and delivered: money adds up and final statuses stay."""

    databases: Databases
    seeded: Place
    directory: Path

    def __init__(self) -> None:
        super().__init__()
        self.world = World(self.databases.copy(self.seeded, self.directory))
        self.world.change(moderation="all")
        self.seen: dict[int, Status] = {}
        self.step = 0

    @rule(seed=st.integers(0, 2**32))
    def happen(self, seed: int) -> None:
        self.step += 1
        choose = Random(f"{seed} {self.step}")
        choose.choice([self._send, self._send, self._decide, self._deliver, self._wait, self._cancel])(choose)

    def _send(self, choose: Random) -> None:
        plan = choose.choice(PLANS)
        phones = [f"7903000000{n}" for n in range(choose.randint(1, 4))]
        for item in self.world.result(command(*(draft(phone, *plan) for phone in phones))).items:
            if isinstance(item, Accepted):
                self.seen[item.id] = Status.ON_MODERATION

    def _decide(self, choose: Random) -> None:
        found = self.world.read(moderation.listing)
        if found:
            number, verdict = choose.choice(found).moderation.id, choose.choice([YES, YES, NO])
            self.world.write(lambda tx: moderation.decide(tx, number, verdict, self.world.clock.now()))
        limit = choose.choice([1, 2, 500])
        self.world.write(lambda tx: moderation.carry_out(tx, self.world.delivery, self.world.clock.now(), limit))

    def _deliver(self, choose: Random) -> None:
        for submission in self.world.claim(limit=choose.randint(1, 9)):
            self.world.settle(submission, Sent((str(submission.leg),)))
            self.world.receive((str(submission.leg), choose.choice([Status.DELIVERED, Status.UNDELIVERED])))

    def _wait(self, choose: Random) -> None:
        self.world.wait(seconds=choose.choice([60, 3_600, 90_000, 260_000]))
        self.world.give_up()
        lapse(self.world)

    def _cancel(self, choose: Random) -> None:
        if self.seen:
            self.world.cancel(choose.choice(sorted(self.seen)))

    @invariant()
    def money_and_statuses(self) -> None:
        self.world.money()  # checks the books: only live messages hold money
        for state in self.world.states(*self.seen):
            assert state is not None
            before = self.seen[state.id]
            assert before not in FINAL or before is state.status, (state.id, before, state.status)
            self.seen[state.id] = state.status

    def teardown(self) -> None:
        try:
            while self.world.write(lambda tx: moderation.carry_out(tx, self.world.delivery, self.world.clock.now()))[1]:
                pass
            for _ in range(6):
                self.world.wait(days=8)
                lapse(self.world)
                self.world.claim(limit=1_000)
                self.world.give_up()
            self.money_and_statuses()
            assert set(self.seen.values()) <= FINAL
            assert self.world.money()[1] == 0
            assert texts(self.world) == []
        finally:
            self.world.close()


def test_any_traffic_with_moderation(databases: Databases, seeded: Place, tmp_path: Path) -> None:
    Moderated.databases, Moderated.seeded, Moderated.directory = databases, seeded, tmp_path
    run_state_machine_as_test(
        Moderated,
        settings=settings(
            max_examples=12,
            stateful_step_count=40,
            deadline=None,
            phases=(Phase.reuse, Phase.generate),
            suppress_health_check=list(HealthCheck),
        ),
    )
