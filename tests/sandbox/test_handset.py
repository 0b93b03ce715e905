"""A virtual phone as a person has set it."""

from tolmach.core.content import Channel
from tolmach.sandbox.handset import RESET, Change, Handset, pack, unpack, words
from tolmach.sandbox.outcomes import Fate

CHOSEN = {Channel.SMS: Fate.REFUSED, Channel.VK: Fate.BUSY}


def test_the_number_decides_what_nobody_chose() -> None:
    handset = Handset("79161234590", chosen=CHOSEN)
    assert [handset.fate(channel) for channel in (Channel.SMS, Channel.VIBER)] == [Fate.REFUSED, Fate.UNDELIVERED]


def test_a_change_leaves_what_it_does_not_name() -> None:
    handset = Handset("79161234500", False, CHOSEN)
    assert Change().of(handset) == handset
    assert Change(on=True).of(handset) == Handset("79161234500", True, CHOSEN)
    assert Change(chosen={}).of(handset) == Handset("79161234500", False)
    assert RESET.of(handset) == Handset("79161234500")
    assert (handset.plain, RESET.of(handset).plain) == (False, True)


def test_what_was_chosen_is_stored() -> None:
    assert unpack(pack(CHOSEN)) == CHOSEN
    assert words(CHOSEN) == {"sms": "refused", "vk": "busy"}
