from collections import Counter

from tests.clock import NOON
from tolmach.core.content import Channel
from tolmach.core.ids import CampaignId, LegId, MessageId
from tolmach.core.money import Money
from tolmach.core.results import Accepted, CampaignSummary, LegQuote, LegState, MessageState
from tolmach.core.status import Status

VIBER = LegQuote(LegId(11), Channel.VIBER, 1, Money(15_000))
FIRST_SMS = LegQuote(LegId(12), Channel.SMS, 3, Money(10_000))
SECOND_SMS = LegQuote(LegId(13), Channel.SMS, 2, Money(20_000))


def test_a_quote_is_its_parts_times_the_price_of_one() -> None:
    assert FIRST_SMS.price == 30_000


def test_an_accepted_message_shows_its_first_step_and_the_first_of_a_channel() -> None:
    item = Accepted(MessageId(10), "79031234567", (VIBER, FIRST_SMS, SECOND_SMS))
    assert item.parts == 1
    assert item.leg(Channel.SMS) is FIRST_SMS
    assert item.leg(Channel.VIBER) is VIBER
    assert Accepted(MessageId(10), "79031234567", (FIRST_SMS,)).leg(Channel.VIBER) is None


def test_a_state_shows_the_last_tried_step_of_a_channel() -> None:
    legs = tuple(
        LegState(LegId(10 + step), channel, Status.SENT, NOON, 1, Money(1))
        for step, channel in enumerate((Channel.SMS, Channel.VIBER, Channel.SMS), 1)
    )
    state = MessageState(10, "79031234567", Status.SENT, NOON, 1, Money(1), legs)
    assert state.leg(Channel.SMS) is legs[2]
    assert state.leg(Channel.VIBER) is legs[1]
    assert MessageState(10, "79031234567", Status.QUEUED, None, 1, Money(1)).leg(Channel.SMS) is None


def test_a_campaign_counts_its_messages() -> None:
    counts = Counter({Status.DELIVERED: 2, Status.QUEUED: 3})
    assert CampaignSummary(CampaignId(1), "1", NOON, "a", "Tolmach", counts, Money(0)).total == 5
