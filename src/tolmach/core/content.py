"""What is sent: one value per channel."""

from dataclasses import dataclass
from enum import StrEnum


class Channel(StrEnum):
    """A way to a subscriber's phone."""

    SMS = "sms"
    VIBER = "viber"


@dataclass(frozen=True, slots=True)
class SmsText:
    """An ordinary text message; line breaks are LF."""

    text: str


@dataclass(frozen=True, slots=True)
class ViberCard:
    """A Viber business message: text, and optionally a button with its link, and a picture (only with a button)."""

    text: str
    button_text: str = ""
    button_url: str = ""
    image_url: str = ""


Content = SmsText | ViberCard
