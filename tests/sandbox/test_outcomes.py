import pytest

from tolmach.core.content import Channel
from tolmach.core.status import RECEIPT_EVENTS, Status
from tolmach.sandbox.outcomes import FATES, Fate, fate, outcome, receipts

TABLE = [
    # ending, SMS receipts, Viber receipts
    ("90", (Status.UNDELIVERED,), (Status.UNDELIVERED,)),
    ("91", (Status.EXPIRED,), (Status.EXPIRED,)),
    ("92", (), ()),
    ("93", (), ()),
    ("94", (Status.DELIVERED,), (Status.DELIVERED,)),
    ("95", (Status.DELIVERED,), (Status.DELIVERED, Status.READ)),
    *((f"{ending:02}", (Status.DELIVERED,), (Status.DELIVERED, Status.READ)) for ending in range(90)),
    ("96", (Status.DELIVERED,), ()),
    ("97", (Status.DELIVERED,), (Status.UNDELIVERED,)),
    ("98", (), (Status.DELIVERED, Status.READ)),
    ("99", (Status.UNDELIVERED,), (Status.DELIVERED, Status.READ)),
]


@pytest.mark.parametrize(("ending", "sms", "viber"), TABLE)
def test_receipts_by_the_last_two_digits(ending: str, sms: tuple[Status, ...], viber: tuple[Status, ...]) -> None:
    number = f"791612345{ending}"

    assert receipts(fate(number), Channel.SMS) == sms
    assert receipts(fate(number, Channel.VIBER), Channel.VIBER) == viber


def test_refused_and_busy_have_fates_of_their_own() -> None:
    assert fate("79161234592") is Fate.REFUSED
    assert fate("79161234595") is Fate.BUSY


@pytest.mark.parametrize("recipient", ["", "0", "x", "9", "number"])
def test_what_is_no_number_is_delivered(recipient: str) -> None:
    assert fate(recipient) is Fate.DELIVERED


@pytest.mark.parametrize("its_fate", Fate)
@pytest.mark.parametrize("channel", Channel)
def test_the_outcome_is_the_last_receipt(its_fate: Fate, channel: Channel) -> None:
    expected = receipts(its_fate, channel)

    assert set(expected) <= set(RECEIPT_EVENTS)
    assert outcome(its_fate, channel) == (expected[-1] if expected else "silent")


def test_every_fate_can_be_had() -> None:
    assert {*FATES.values(), Fate.DELIVERED} == set(Fate)
