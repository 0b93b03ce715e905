"""The closing sentence, where a whole life (see test_timelines) is too long a way to it."""

import pytest

from tests.cli.stage import NOON
from tolmach.core.content import Channel, SmsText
from tolmach.core.drafts import ChargeOn
from tolmach.core.ids import AccountId, MessageId
from tolmach.core.moments import to_ms
from tolmach.core.money import Money
from tolmach.core.plans import PlannedStep, dump
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


@pytest.mark.parametrize("status", sorted(set(Status) - FINAL))
@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("claimed_by", ["", "worker"])
@pytest.mark.parametrize("due_at", [AT - 60_000, AT, AT + 60_000])
def test_every_live_message_waits_for_something(status: Status, kind: Kind, claimed_by: str, due_at: int) -> None:
    duty = Entry(10, kind, due_at, 1, AT, claimed_by=claimed_by)
    assert conclude(Facts(MESSAGE, "UTC", status, [], duty, NOON)).startswith("Waiting ")
