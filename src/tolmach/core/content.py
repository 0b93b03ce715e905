"""What is sent: one value per kind. Each has a ``text``: what lists and campaigns show of it."""

from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any


class Channel(StrEnum):
    """A way to a subscriber's phone."""

    SMS = "sms"
    VIBER = "viber"
    WHATSAPP = "whatsapp"
    VK = "vk"

    @property
    def tells_reading(self) -> bool:
        """Whether its carriers report that a message was read; of an SMS nobody learns that."""
        return self is not Channel.SMS


@dataclass(frozen=True, slots=True)
class SmsText:
    """An ordinary text message; line breaks are LF."""

    text: str


@dataclass(frozen=True, slots=True)
class FlashText:
    """A text that is shown at once and not stored (message class 0)."""

    text: str


@dataclass(frozen=True, slots=True)
class SilentPing:
    """A message that the phone acknowledges and drops (TP-PID 0x40): its receipt tells whether the phone is there."""

    text: str = ""


@dataclass(frozen=True, slots=True)
class WapPush:
    """A link with its description (WAP service indication)."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address."""

    post_office_box: str = ""
    street: str = ""
    city: str = ""
    region: str = ""
    postal_code: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class VCard:
    """A contact. ``text`` is the name."""

    text: str
    cell: str = ""
    work: str = ""
    fax: str = ""
    email: str = ""
    url: str = ""
    position: str = ""
    organization: str = ""
    additional: str = ""
    address: Address = Address()


@dataclass(frozen=True, slots=True)
class ViberCard:
    """A Viber business message: text, and optionally a button with its link, and a picture (only with a button)."""

    text: str
    button_text: str = ""
    button_url: str = ""
    image_url: str = ""


@dataclass(frozen=True, slots=True)
class WhatsAppCard:
    """A WhatsApp business message: a text with button and picture, or a registered template with its data."""

    text: str
    button_text: str = ""
    button_url: str = ""
    image_url: str = ""
    template_id: str = ""
    template_data: str = ""


@dataclass(frozen=True, slots=True)
class VkCard:
    """A message of a VK community to its subscriber: a text, or a registered template with its data."""

    text: str
    template_id: str = ""
    template_data: str = ""


Content = SmsText | FlashText | SilentPing | WapPush | VCard | ViberCard | WhatsAppCard | VkCard

NAMES = {Channel.SMS: "SMS", Channel.VIBER: "Viber", Channel.WHATSAPP: "WhatsApp", Channel.VK: "VK"}
"""What people call the channels, in any language."""
CHANNELS: dict[type[Content], Channel] = {
    SmsText: Channel.SMS,
    FlashText: Channel.SMS,
    SilentPing: Channel.SMS,
    WapPush: Channel.SMS,
    VCard: Channel.SMS,
    ViberCard: Channel.VIBER,
    WhatsAppCard: Channel.WHATSAPP,
    VkCard: Channel.VK,
}
KINDS: dict[str, type[Content]] = {
    "sms": SmsText,
    "flash": FlashText,
    "ping": SilentPing,
    "wappush": WapPush,
    "vcard": VCard,
    "viber": ViberCard,
    "whatsapp": WhatsAppCard,
    "vk": VkCard,
}
KIND_NAMES = {kind: name for name, kind in KINDS.items()}


def to_fields(content: Content) -> dict[str, Any]:
    """Return a content as plain values (JSON); what is empty is left out."""
    found: dict[str, Any] = {"kind": KIND_NAMES[type(content)]}
    for one in fields(content):
        value = getattr(content, one.name)
        if isinstance(value, Address):
            value = {part.name: getattr(value, part.name) for part in fields(value) if getattr(value, part.name)}
        if value:
            found[one.name] = value
    return found


def from_fields(given: dict[str, Any]) -> Content:
    """Read what `to_fields` wrote."""
    kind = KINDS[given["kind"]]
    values = {name: value for name, value in given.items() if name != "kind"}
    values.setdefault("text", "")
    if "address" in values:
        values["address"] = Address(**values["address"])
    return kind(**values)
