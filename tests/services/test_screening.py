"""What waits, what passes and what is refused at acceptance."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event

from tests.services.world import World, command, draft, sms, viber
from tolmach.core.drafts import Step, Until
from tolmach.core.moderation import Ruling, Verdict
from tolmach.core.moments import to_ms
from tolmach.core.rejections import Rejection
from tolmach.core.results import Accepted, Rejected
from tolmach.core.status import Status
from tolmach.services import moderation
from tolmach.services.acceptance import Order
from tolmach.store import moderations, patterns, queue
from tolmach.store.queue import Kind

LINK = "see http://example.com"


@pytest.fixture
def strict(world: World) -> World:
    world.change(moderation="all")
    return world


def status(world: World, id_: int) -> Status:
    return world.state(id_).status


def decide(world: World, *, approved: bool, number: int = 1) -> None:
    verdict = Verdict(approved, "ann", "because")
    world.write(lambda tx: moderation.decide(tx, number, verdict, world.clock.now()))
    while world.write(lambda tx: moderation.carry_out(tx, world.delivery, world.clock.now()))[1]:
        pass


def texts(world: World) -> list[tuple[str, int]]:
    found = world.read(moderation.listing)
    return [(one.moderation.text, one.moderation.messages) for one in found]


def test_accounts_without_moderation_ask_nothing(world: World) -> None:
    asked: list[str] = []
    event.listen(world.database.writer, "before_cursor_execute", lambda *a: asked.append(a[2]))
    world.send(sms(LINK))
    assert [
        one for one in asked if any(name in one for name in ("moderations", "moderated", "patterns", "words"))
    ] == []
    assert world.read(lambda tx: queue.next_due(tx, Kind.MODERATE)) is None


def test_every_text_waits_and_equal_ones_are_one(strict: World) -> None:
    first, second = strict.send(sms("one"), phone="79030000001"), strict.send(sms("one"), phone="79030000002")
    strict.send(sms("two"))
    assert status(strict, first) is Status.ON_MODERATION
    (leg,) = strict.states(first + 1)
    assert leg is not None
    assert leg.status is Status.ON_MODERATION
    assert texts(strict) == [("one", 2), ("two", 1)]
    assert strict.claim() == []
    decide(strict, approved=True)
    assert {submission.leg - 1 for submission in strict.claim()} == {first, second}
    assert texts(strict) == [("two", 1)]


def test_an_approved_text_passes_and_a_rejected_one_is_refused(strict: World) -> None:
    strict.send(sms("good"))
    decide(strict, approved=True)
    assert status(strict, strict.send(sms("good"))) is Status.QUEUED
    strict.send(sms("bad"))
    decide(strict, approved=False, number=2)
    before = strict.money()
    (item,) = strict.result(command(draft("79030000003", sms("bad")))).items
    assert item == Rejected(Rejection.TEXT_DECLINED, "79030000003")
    assert strict.money() == before


def test_by_pattern(world: World) -> None:
    world.change(moderation="pattern")
    world.write(lambda tx: moderation.add_words(tx, ["Казино"], world.clock.now()))
    assert status(world, world.send(sms("Привет"))) is Status.QUEUED
    assert status(world, world.send(sms(LINK))) is Status.ON_MODERATION
    assert status(world, world.send(sms("наше КАЗИНО"))) is Status.ON_MODERATION
    number = world.write(lambda tx: patterns.add(tx, world.demo, "n", "go http://shop.ru/#n#", 1))
    assert status(world, world.send(sms("go http://shop.ru/1"))) is Status.ON_MODERATION
    kept = world.read(lambda tx: patterns.by_id(tx, world.demo, number))
    assert kept is not None

    world.write(lambda tx: patterns.change(tx, replace(kept, state="completed")))
    assert status(world, world.send(sms("go http://shop.ru/2"))) is Status.QUEUED


def test_the_texts_of_all_steps_are_looked_at(strict: World) -> None:
    id_ = strict.send(viber(), sms("fall back"))
    assert texts(strict) == [("Hello\nfall back", 1)]
    decide(strict, approved=False)
    state = strict.state(id_)
    assert (state.status, state.reason) == (Status.REFUSED, "text-declined")
    assert [leg.status for leg in state.legs] == [Status.REFUSED] * 2


def test_a_dry_run_leaves_nothing(strict: World) -> None:
    (item,) = strict.result(command(draft("79030000003", sms("x")), dry_run=True)).items
    assert isinstance(item, Accepted)
    assert strict.read(lambda tx: moderations.listed(tx, list(Ruling), 10)) == []


def test_what_an_operator_sends_is_not_moderated(strict: World) -> None:
    order = Order(strict.principal(), command(), moderated=False)
    strict.accept(order)
    assert len(strict.claim()) == 1


def test_one_account_decides_nothing_for_another(strict: World) -> None:
    strict.change(strict.other, moderation="all")
    strict.send(sms("same"))
    decide(strict, approved=True)
    strict.result(command(draft("79030000003", sms("same"))), strict.other)
    assert [one.login for one in strict.read(moderation.listing)] == ["other"]


def test_a_repeat_is_the_message_that_waits(strict: World) -> None:
    asked = command(draft("79030000003", sms("x"), key="k"))
    (first,), (again,) = strict.result(asked).items, strict.result(asked).items
    assert isinstance(first, Accepted)
    assert isinstance(again, Accepted)
    assert (first.id, again.repeated) == (again.id, True)
    assert texts(strict) == [("x", 1)]


def until(world: World, text: str, after: timedelta) -> Step:
    wall = (world.clock.now() + timedelta(hours=3) + after).replace(tzinfo=None)  # Moscow
    return Step(sms().channel, sms(text).content, None, Until(wall))


def test_how_long_a_message_waits(strict: World) -> None:
    now = to_ms(strict.clock.now())

    def due(id_: int) -> int:
        return strict.read(lambda tx: queue.by_ids(tx, [id_]))[id_].due_at - now

    assert due(strict.send(sms("a", lasts=timedelta(minutes=1)))) == 3 * 86_400_000
    assert due(strict.send(until(strict, "b", timedelta(hours=2)))) == 7_200_000
    assert due(strict.send(until(strict, "c", timedelta(hours=2)), sms("d"))) == 3 * 86_400_000
