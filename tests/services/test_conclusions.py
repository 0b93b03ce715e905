"""The closing sentence, where a whole life (see test_timelines) is too long a way to it."""

import pytest

from tests.cli.stage import NOON
from tolmach.core.content import Channel, SmsText, ViberCard
from tolmach.core.drafts import ChargeOn, Success
from tolmach.core.ids import AccountId, MessageId
from tolmach.core.moments import to_ms
from tolmach.core.money import Money
from tolmach.core.plans import PlannedStep, dump
from tolmach.core.states import message_status
from tolmach.core.status import FINAL, SUCCESS, Status
from tolmach.services.conclusions import Facts, conclude
from tolmach.store.legs import Leg
from tolmach.store.messages import Message
from tolmach.store.queue import Entry, Kind

AT = to_ms(NOON)
PLAN = dump((PlannedStep(Channel.SMS, "Tolmach", SmsText("x"), 1, Money(1), 1000),))
MESSAGE = Message(MessageId(10), AccountId(1), None, "cli", "", "79161234500", "", PLAN, ChargeOn.SENT, AT, AT)
LEG = Leg(10, 1, AccountId(1), Status.SENT, AT, AT, submitted_at=AT)


@pytest.mark.parametrize("status", sorted(FINAL))
@pytest.mark.parametrize("submitted_at", [None, AT])
def test_every_final_status_is_concluded(status: Status, submitted_at: int | None) -> None:
    leg = LEG._replace(status=status, submitted_at=submitted_at)
    sentence = conclude(Facts(MESSAGE, "UTC", status, [leg], None, NOON))
    assert sentence.startswith("Delivered" if status in SUCCESS else "Not ")
    assert sentence.endswith(".")


@pytest.mark.parametrize(
    ("statuses", "sentence"),
    [
        ((Status.READ,), "Delivered and read by Viber."),
        ((Status.DELIVERED, Status.DELIVERED), "Delivered by SMS; by Viber it was delivered before, and not read."),
        ((Status.DELIVERED, Status.UNDELIVERED), "Delivered by Viber, and not read."),
        ((Status.UNDELIVERED, Status.DELIVERED), "Delivered by SMS."),
    ],
)
def test_what_was_to_be_read(statuses: tuple[Status, ...], sentence: str) -> None:
    first = PlannedStep(Channel.VIBER, "Tolmach", ViberCard("x"), 1, Money(1), 1000, success=Success.READ)
    plan = dump((first, PlannedStep(Channel.SMS, "Tolmach", SmsText("x"), 1, Money(1), 1000)))
    message = MESSAGE._replace(stored_plan=plan)
    tried = [LEG._replace(step=step, status=status) for step, status in enumerate(statuses, 1)]
    status = message_status(message.plan, [(leg.step, leg.status) for leg in tried])
    assert conclude(Facts(message, "UTC", status, tried, None, NOON)) == sentence


@pytest.mark.parametrize("status", sorted(set(Status) - FINAL))
@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("claimed_by", ["", "worker"])
@pytest.mark.parametrize("due_at", [AT - 60_000, AT, AT + 60_000])
def test_every_live_message_waits_for_something(status: Status, kind: Kind, claimed_by: str, due_at: int) -> None:
    duty = Entry(10, kind, due_at, 1, AT, claimed_by=claimed_by)
    assert conclude(Facts(MESSAGE, "UTC", status, [], duty, NOON)).startswith("Waiting ")
