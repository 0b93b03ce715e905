from dataclasses import FrozenInstanceError, replace

import pytest

from tolmach.core.content import (
    CHANNELS,
    KINDS,
    Address,
    Channel,
    Content,
    SilentPing,
    SmsText,
    VCard,
    ViberCard,
    WapPush,
    from_fields,
    to_fields,
)


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
    assert [channel.value for channel in Channel] == ["sms", "viber", "whatsapp", "vk"]
    assert Channel("viber") is Channel.VIBER


def test_every_kind_has_a_channel_and_a_stored_name() -> None:
    assert set(CHANNELS) == set(KINDS.values())


@pytest.mark.parametrize(
    "content",
    [
        SmsText("a"),
        SilentPing(),
        WapPush("news", "https://shop.example/a"),
        VCard("Ivan", cell="79031234567", address=Address(city="Moscow")),
        VCard("Ivan"),
        ViberCard("a", "b", "c", "d"),
    ],
)
def test_what_is_stored_is_read_back(content: Content) -> None:
    assert from_fields(to_fields(content)) == content


def test_what_is_empty_is_not_stored() -> None:
    assert to_fields(VCard("Ivan", fax="1")) == {"kind": "vcard", "text": "Ivan", "fax": "1"}
