from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from tests.services.world import (
    BALANCE,
    GRACE,
    LINK,
    PHONE,
    SMS_PRICE,
    UKRAINE_PRICE,
    VIBER_PRICE,
    World,
    command,
    draft,
    sms,
    viber,
)
from tolmach.core.content import Channel, SmsText
from tolmach.core.delivery import Busy, Lost, Outcome, Receipt, Refused, Sent, Submission
from tolmach.core.drafts import ChargeOn
from tolmach.core.moments import from_ms, to_ms
from tolmach.core.results import Accepted
from tolmach.core.status import Status
from tolmach.store import legs, parts, queue, stops
from tolmach.store.queue import Kind
from tolmach.store.schema import orphans

S = Status
LONG = "я" * 150  # three parts


def charged(amount: int) -> tuple[int, int]:
    return (BALANCE - amount, 0)


# --- one step


def test_a_submission_says_what_was_accepted(world: World) -> None:
    id_ = world.send(sms("Привет", lasts=timedelta(hours=2)))
    (submission,) = world.claim()
    expires = world.clock.now() + timedelta(hours=2)
    assert submission == Submission(id_ + 1, PHONE, "Tolmach", Channel.SMS, SmsText("Привет"), 1, expires)  # type: ignore[arg-type]


def test_sent_and_delivered(world: World) -> None:
    id_ = world.send()
    assert (world.state(id_).status, world.money()) == (S.QUEUED, (BALANCE - SMS_PRICE, SMS_PRICE))
    world.submit()
    assert (world.state(id_).status, world.money()) == (S.SENT, charged(SMS_PRICE))
    effects, unknown = world.receive((f"{id_ + 1}", S.DELIVERED))
    assert (effects.callbacks, effects.steps, unknown) == (True, False, 0)
    assert (world.legs(id_), world.money()) == ([(S.DELIVERED, SMS_PRICE)], charged(SMS_PRICE))
    assert world.told(id_) == [S.DELIVERED]


@pytest.mark.parametrize(
    ("said", "status"),
    [
        (S.DELIVERED, S.DELIVERED),
        (S.READ, S.READ),
        (S.UNDELIVERED, S.UNDELIVERED),
        (S.EXPIRED, S.EXPIRED),
        (S.REFUSED, S.UNDELIVERED),
        (S.UNKNOWN, S.UNKNOWN),
    ],
)
@pytest.mark.parametrize("charge_on", ChargeOn)
def test_every_receipt_ends_a_message_and_its_money(
    world: World, said: Status, status: Status, charge_on: ChargeOn
) -> None:
    id_ = world.send(charge_on=charge_on)
    world.submit()
    world.receive((f"{id_ + 1}", said))
    paid = charge_on is ChargeOn.SENT or status in (S.DELIVERED, S.READ)
    assert (world.state(id_).status, world.told(id_)) == (status, [status])
    assert world.money() == charged(SMS_PRICE if paid else 0)
    assert world.claim() == []


def test_refused_by_the_carrier(world: World) -> None:
    id_ = world.send()
    world.submit(Refused("69"))
    state = world.state(id_)
    assert (state.status, state.reason, world.money(), world.told(id_)) == (S.REFUSED, "69", charged(0), [S.REFUSED])


def test_busy_is_tried_again_and_no_earlier(world: World) -> None:
    id_ = world.send()
    world.submit(Busy(2.5))
    world.wait(seconds=2, milliseconds=499)
    assert world.claim() == []
    world.wait(milliseconds=1)
    (again,) = world.claim()
    assert (again.leg, again.attempt, again.uncertain) == (id_ + 1, 2, False)
    assert world.money() == (BALANCE - SMS_PRICE, SMS_PRICE)


def test_busy_until_the_validity_is_over(world: World) -> None:
    id_ = world.send(sms(lasts=timedelta(minutes=1)))
    world.submit(Busy(59.999))
    world.wait(minutes=1)
    assert world.claim() == []
    assert (world.state(id_).status, world.money(), world.told(id_)) == (S.EXPIRED, charged(0), [S.EXPIRED])


def test_lost_waits_for_a_receipt_and_is_not_sent_again(world: World) -> None:
    id_ = world.send()
    world.submit(Lost("timeout"))
    assert (world.state(id_).status, world.state(id_).reason) == (S.SENT, "lost: timeout")
    assert world.money() == (BALANCE - SMS_PRICE, SMS_PRICE)
    world.wait(hours=24)
    assert world.claim() == []
    assert world.give_up() == 0
    world.wait(hours=1)
    assert world.give_up() == 1
    assert (world.legs(id_), world.money(), world.told(id_)) == ([(S.UNKNOWN, 0)], charged(0), [S.UNKNOWN])


def test_sent_and_never_heard_of_again(world: World) -> None:
    id_ = world.send()
    world.submit()
    world.wait(hours=24)
    assert world.give_up() == 0
    world.clock.advance(GRACE)
    assert world.give_up() == 1
    assert (world.legs(id_), world.money(), world.told(id_)) == (
        [(S.UNKNOWN, SMS_PRICE)],
        charged(SMS_PRICE),
        [S.UNKNOWN],
    )
    world.receive((f"{id_ + 1}", S.DELIVERED))
    assert (world.state(id_).status, world.told(id_)) == (S.UNKNOWN, [S.UNKNOWN])


def test_validity_that_ends_before_it_could_be_sent(world: World) -> None:
    id_ = world.send(sms(lasts=timedelta(minutes=1)))
    world.wait(minutes=1)
    assert world.claim() == []
    assert (world.state(id_).status, world.money(), world.told(id_)) == (S.EXPIRED, charged(0), [S.EXPIRED])


def test_a_scheduled_message_waits_for_its_time_and_is_valid_from_then(world: World) -> None:
    due = world.clock.now().replace(tzinfo=None) + timedelta(hours=3 + 5)  # Moscow is three hours ahead
    (item,) = world.result(command(draft(PHONE, sms(lasts=timedelta(hours=1)), due=due))).items
    assert isinstance(item, Accepted)
    world.wait(hours=4, minutes=59)
    assert world.claim() == []
    world.wait(minutes=1)
    (submission,) = world.claim()
    assert (submission.leg, submission.expires_at) == (item.id + 1, world.clock.now() + timedelta(hours=1))


# --- receipts


def test_a_repeated_receipt_changes_nothing(world: World) -> None:
    id_ = world.send()
    world.submit()
    first, again = (f"{id_ + 1}", S.DELIVERED), (f"{id_ + 1}", S.UNDELIVERED)
    world.receive(first, first, again)
    world.receive(first)
    world.receive(again)
    assert (world.legs(id_), world.money(), world.told(id_)) == (
        [(S.DELIVERED, SMS_PRICE)],
        charged(SMS_PRICE),
        [S.DELIVERED],
    )


def test_read_comes_after_delivered(world: World) -> None:
    id_ = world.send(viber())
    world.submit()
    world.receive((f"{id_ + 1}", S.DELIVERED))
    world.wait(days=30)
    world.receive((f"{id_ + 1}", S.READ))
    assert (world.legs(id_), world.money(), world.told(id_)) == (
        [(S.READ, VIBER_PRICE)],
        charged(VIBER_PRICE),
        [S.DELIVERED, S.READ],
    )


@pytest.mark.parametrize("together", [True, False])
def test_read_that_comes_before_delivered(world: World, together: bool) -> None:
    id_ = world.send(viber())
    world.submit()
    read, delivered = (f"{id_ + 1}", S.READ), (f"{id_ + 1}", S.DELIVERED)
    for batch in [[read, delivered]] if together else [[read], [delivered]]:
        world.receive(*batch)
    assert (world.state(id_).status, world.told(id_)) == (S.READ, [S.READ])


def test_a_receipt_before_the_answer_to_the_submission(world: World) -> None:
    id_ = world.send()
    (submission,) = world.claim()
    assert world.receive(("early", S.DELIVERED))[1] == 1
    assert world.state(id_).status is S.QUEUED
    effects = world.settle(submission, Sent(("early",)))
    assert effects.callbacks
    assert (world.legs(id_), world.money(), world.told(id_)) == (
        [(S.DELIVERED, SMS_PRICE)],
        charged(SMS_PRICE),
        [S.DELIVERED],
    )
    assert world.read(lambda tx: tx.execute(select(orphans)).all()) == []


def test_early_receipts_are_merged_in_their_order(world: World) -> None:
    id_ = world.send(viber())
    (submission,) = world.claim()
    for status in (S.DELIVERED, S.READ, S.UNDELIVERED):
        world.receive(("early", status))
    world.settle(submission, Sent(("early",)))
    assert world.state(id_).status is S.READ


def test_an_early_receipt_of_another_link_is_not_ours(world: World) -> None:
    id_ = world.send()
    (submission,) = world.claim()
    world.receive(("early", S.UNDELIVERED), link="another")
    world.settle(submission, Sent(("early",)))
    assert world.state(id_).status is S.SENT


def test_early_receipts_of_some_parts_wait_for_the_others(world: World) -> None:
    id_ = world.send(sms(LONG))
    (submission,) = world.claim()
    world.receive(("a", S.DELIVERED), ("c", S.DELIVERED))
    world.settle(submission, Sent(("a", "b", "c")))
    assert (world.state(id_).status, world.told(id_)) == (S.SENT, [])
    world.receive(("b", S.DELIVERED))
    assert (world.state(id_).status, world.told(id_)) == (S.DELIVERED, [S.DELIVERED])
    found = world.read(lambda tx: parts.of_messages(tx, [id_]))[id_]
    assert [(part.provider_id, part.status) for part in found] == [(each, S.DELIVERED) for each in "abc"]


def test_an_early_receipt_under_an_id_that_waits_already_is_that_message_s(world: World) -> None:
    first = world.send()
    world.submit(Sent(("same",)))
    second = world.send()
    (submission,) = world.claim()
    world.write(lambda tx: parts.keep_orphans(tx, [parts.Orphan(LINK, "same", S.DELIVERED, 0, 0)]))
    world.settle(submission, Sent(("same",)))
    assert (world.state(first).status, world.state(second).status) == (S.DELIVERED, S.SENT)


def test_an_early_receipt_under_an_id_given_twice_in_a_batch_is_the_first_one_s(world: World) -> None:
    ids = [world.send(), world.send()]
    submissions = world.claim()
    world.receive(("same", S.DELIVERED))
    world.settle_all([(submission, Sent(("same",))) for submission in submissions])
    assert [world.state(id_).status for id_ in ids] == [S.DELIVERED, S.SENT]


def test_an_early_receipt_for_a_second_answer_to_the_same_step(world: World) -> None:
    id_ = world.send(sms(LONG))
    (submission,) = world.claim()
    world.settle(submission, Sent(("a", "b", "c")))
    world.receive(("d", S.UNDELIVERED))
    world.settle(submission, Sent(("d", "e", "f")))
    assert (world.state(id_).status, world.money()) == (S.UNDELIVERED, charged(3 * SMS_PRICE))
    found = world.read(lambda tx: parts.of_messages(tx, [id_]))[id_]
    assert [part.provider_id for part in found if part.status is S.UNDELIVERED] == ["d"]


def test_a_thousand_early_receipts_are_all_matched(world: World) -> None:
    drafts = [draft(f"7903{number:07d}") for number in range(1_000)]
    world.top_up(10**8)
    items = world.result(command(*drafts)).items
    submissions = world.claim(limit=1_000)
    world.receive(*((str(submission.leg), S.DELIVERED) for submission in reversed(submissions)))
    world.settle_all([(submission, Sent((str(submission.leg),))) for submission in submissions])
    ids = [item.id for item in items if isinstance(item, Accepted)]
    assert len(ids) == 1_000
    assert {state.status for state in world.states(*ids) if state} == {S.DELIVERED}
    assert world.money() == (BALANCE + 10**8 - 1_000 * SMS_PRICE, 0)


def test_receipts_that_nothing_answers_to_are_kept(world: World) -> None:
    effects, unknown = world.receive(("x", S.DELIVERED), ("y", S.READ))
    assert (effects.callbacks, unknown) == (False, 2)
    kept = world.read(lambda tx: tx.execute(select(orphans.c.provider_id, orphans.c.status)).all())
    assert [tuple(row) for row in kept] == [("x", "delivered"), ("y", "read")]


# --- several parts


def parts_of(world: World, id_: int) -> list[Status]:
    return [part.status for part in world.read(lambda tx: parts.of_messages(tx, [id_])).get(id_, [])]


def test_a_long_message_is_delivered_with_its_last_part(world: World) -> None:
    id_ = world.send(sms(LONG))
    world.submit(Sent(("a", "b", "c")))
    assert world.money() == charged(3 * SMS_PRICE)
    world.receive(("c", S.DELIVERED))
    world.receive(("a", S.DELIVERED), ("a", S.DELIVERED))
    assert (world.state(id_).status, world.told(id_)) == (S.SENT, [])
    world.receive(("b", S.DELIVERED))
    assert (world.state(id_).status, world.told(id_)) == (S.DELIVERED, [S.DELIVERED])
    assert parts_of(world, id_) == [S.DELIVERED] * 3


def test_a_part_that_fails_fails_the_message(world: World) -> None:
    id_ = world.send(sms(LONG), charge_on=ChargeOn.DELIVERED)
    world.submit(Sent(("a", "b", "c")))
    world.receive(("a", S.DELIVERED), ("b", S.UNDELIVERED))
    assert (world.state(id_).status, world.money(), world.told(id_)) == (S.UNDELIVERED, charged(0), [S.UNDELIVERED])
    world.receive(("c", S.DELIVERED))
    assert (world.state(id_).status, world.told(id_)) == (S.UNDELIVERED, [S.UNDELIVERED])
    assert parts_of(world, id_) == [S.DELIVERED, S.UNDELIVERED, S.DELIVERED]


def test_parts_some_of_which_were_told_early(world: World) -> None:
    id_ = world.send(sms(LONG))
    (submission,) = world.claim()
    world.receive(("a", S.DELIVERED), ("b", S.DELIVERED))
    world.settle(submission, Sent(("a", "b", "c")))
    assert world.state(id_).status is S.SENT
    world.receive(("c", S.DELIVERED))
    assert world.state(id_).status is S.DELIVERED


# --- stop lists and cancellation


@pytest.mark.parametrize("of_everybody", [True, False])
def test_a_stop_that_was_entered_after_acceptance(world: World, of_everybody: bool) -> None:
    id_, other = world.send(), world.send(phone="79030000000")
    world.stop(PHONE, stops.EVERYBODY if of_everybody else None)
    assert [submission.leg for submission in world.claim()] == [other + 1]
    state = world.state(id_)
    assert (state.status, state.reason, world.told(id_)) == (S.REFUSED, "stopped", [S.REFUSED])
    assert world.money() == (BALANCE - SMS_PRICE, SMS_PRICE)


def test_a_stop_of_another_account_is_not_ours(world: World) -> None:
    world.send()
    world.stop(PHONE, world.other)
    assert len(world.claim()) == 1


def test_a_message_that_does_not_heed_the_accounts_stops_heeds_everybodys(world: World) -> None:
    step = replace(sms(), own_stops=False)
    world.stop(PHONE)
    id_ = world.send(step)
    assert len(world.claim()) == 1
    assert world.legs(id_) == []
    later = world.send(step, phone="79030000000")
    world.stop("79030000000", stops.EVERYBODY)
    assert world.claim() == []
    assert world.state(later).reason == "stopped"


def test_a_stop_between_two_steps_of_a_cascade(world: World) -> None:
    id_ = world.send(viber(), sms())
    world.submit()
    world.stop(PHONE)
    world.receive((f"{id_ + 1}", S.UNDELIVERED))
    assert world.claim() == []
    assert (world.legs(id_), world.state(id_).status) == ([(S.UNDELIVERED, 0), (S.REFUSED, 0)], S.REFUSED)
    assert world.money() == charged(0)


def test_cancelling_what_no_carrier_has_seen(world: World) -> None:
    waiting, claimed, sent = world.send(), world.send(phone="79030000001"), world.send(phone="79030000002")
    # the queue gives out who waits longest; make the first one wait
    cascade = world.send(viber(), sms(), phone="79030000003")
    by_leg = {submission.leg: submission for submission in world.claim(limit=4)}
    world.settle(by_leg[sent + 1], Sent(("x",)))  # type: ignore[index]
    later = world.send(phone="79030000004")
    assert world.cancel(waiting, claimed, sent, cascade, later, 99_990, dry_run=True) == 1
    assert world.state(later).status is S.QUEUED
    assert world.cancel(waiting, claimed, sent, cascade, later, 99_990) == 1
    assert (world.state(later).status, world.told(later)) == (S.CANCELLED, [S.CANCELLED])
    assert world.cancel(later) == 0
    assert world.money() == (BALANCE - 4 * SMS_PRICE - VIBER_PRICE, 3 * SMS_PRICE + VIBER_PRICE)


def test_cancelling_a_cascade_cancels_every_step(world: World) -> None:
    id_ = world.send(viber(), sms())
    assert world.cancel(id_) == 1
    assert (world.legs(id_), world.money()) == ([(S.CANCELLED, 0)] * 2, charged(0))
    assert world.claim() == []


def test_what_was_busy_can_be_cancelled_between_attempts(world: World) -> None:
    id_ = world.send()
    world.submit(Busy(10))
    assert world.cancel(id_) == 1
    assert world.state(id_).status is S.CANCELLED


# --- batches


def test_a_batch_of_everything(world: World) -> None:
    phones = [f"7903000000{number}" for number in range(5)]
    items = world.result(command(*(draft(phone) for phone in phones), draft("380442589632"))).items
    ids = [item.id for item in items if isinstance(item, Accepted)]
    answers: list[Outcome] = [Sent(("0",)), Refused("1"), Busy(9), Lost("3"), Sent(("4",)), Sent(("5",))]
    claimed = {submission.leg: submission for submission in world.claim()}
    world.settle_all([(claimed[id_ + 1], answer) for id_, answer in zip(ids, answers, strict=True)])  # type: ignore[index]
    world.receive(("0", S.DELIVERED), ("5", S.UNDELIVERED), ("nobody", S.READ))
    statuses = [state.status for state in world.states(*ids) if state]
    assert statuses == [S.DELIVERED, S.REFUSED, S.QUEUED, S.SENT, S.SENT, S.UNDELIVERED]
    spent = 2 * SMS_PRICE + UKRAINE_PRICE
    assert world.money() == (BALANCE - spent - 2 * SMS_PRICE, 2 * SMS_PRICE)


def test_nothing_to_do(world: World) -> None:
    assert world.claim() == []
    assert world.give_up() == 0
    assert world.cancel() == 0
    assert world.settle_all([]).steps is False
    assert world.receive()[1] == 0


def test_the_message_of_a_lease_is_still_there_after_a_restart(world: World) -> None:
    world.send()
    world.claim()
    entry = world.read(lambda tx: queue.next_due(tx, Kind.SUBMIT))
    assert entry is not None
    assert from_ms(entry) == world.clock.now() + timedelta(seconds=60)


def test_orphans_stand_in_the_way_of_nobody(world: World) -> None:
    row = {"link": LINK, "provider_id": "11", "status": "delivered", "at": 1, "received_at": 1}
    world.write(lambda tx: tx.execute(insert(orphans), [row]).rowcount)
    id_ = world.send()
    world.submit(Sent(("another",)))
    assert world.state(id_).status is S.SENT


def test_nothing_is_delivered_before_it_was_sent(world: World) -> None:
    """Dates of receipts often have no seconds."""
    world.wait(seconds=32)
    id_ = world.send()
    submission = world.submit()
    sent = world.clock.now()
    world.wait(seconds=2)
    receipt = Receipt(LINK, str(submission.leg), Status.DELIVERED, sent.replace(second=0, microsecond=0))
    world.write(lambda tx: world.delivery.receive(tx, [receipt], world.clock.now()))
    (leg,) = world.read(lambda tx: legs.of_messages(tx, [id_]))[id_]
    assert (leg.status, leg.submitted_at, leg.delivered_at) == (Status.DELIVERED, to_ms(sent), to_ms(sent))
