from dataclasses import FrozenInstanceError, replace

import pytest

from tolmach.core.content import Channel, SmsText, ViberCard


def test_content_is_compared_by_value_and_by_channel() -> None:
    assert SmsText("a") == SmsText("a")
    assert ViberCard("a") == ViberCard("a", "", "", "")
    assert hash(ViberCard("a", "b")) == hash(ViberCard("a", "b"))
    assert len({SmsText("a"), ViberCard("a"), ViberCard("a", "b"), SmsText("a")}) == 3


def test_content_cannot_be_changed() -> None:
    card = ViberCard("a", "b", "c", "d")
    with pytest.raises(FrozenInstanceError):
        card.text = "other"  # type: ignore[misc]
    assert replace(card, text="other") == ViberCard("other", "b", "c", "d")


def test_channels_are_stored_by_these_words() -> None:
    assert {channel: channel.value for channel in Channel} == {Channel.SMS: "sms", Channel.VIBER: "viber"}
    assert Channel("viber") is Channel.VIBER
