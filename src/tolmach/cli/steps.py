"""Steps of a message as the command line writes them: ``KIND[@LINK]=TEXT``."""

from datetime import timedelta
from pathlib import Path

from tolmach.cli.errors import MISUSED, CommandError
from tolmach.codecs import vcard
from tolmach.core.binary import to_card
from tolmach.core.content import (
    CHANNELS,
    Content,
    FlashText,
    SilentPing,
    SmsText,
    VCard,
    ViberCard,
    VkCard,
    WapPush,
    WhatsAppCard,
)
from tolmach.core.drafts import For, Step

KINDS = ("sms", "flash", "ping", "wappush", "vcard", "viber", "whatsapp", "vk")
HELP = f"A step as KIND[@LINK]=TEXT, repeatable, tried in order; KIND is one of {', '.join(KINDS)}."


def read_step(written: str, sender: str | None, minutes: int) -> Step:
    """Read a step; CommandError. ``wappush`` takes its link before the text: ``wappush=https://shop.example Sale``;
    ``vcard`` takes a file: ``vcard=ivan.vcf``.
    """
    head, separator, text = written.partition("=")
    kind, at, link = head.partition("@")
    if not separator or kind not in KINDS or (at and not link):
        raise CommandError(
            f"--step {written!r} is not KIND[@LINK]=TEXT, where KIND is one of {', '.join(KINDS)}", MISUSED
        )
    content = _content(kind, text)
    return Step(CHANNELS[type(content)], content, sender, For(timedelta(minutes=minutes)), link=link)


def _content(kind: str, text: str) -> Content:
    match kind:
        case "flash":
            return FlashText(text)
        case "ping":
            return SilentPing()
        case "wappush":
            url, _, words = text.partition(" ")
            return WapPush(words, url)
        case "vcard":
            return read_card(Path(text))
        case "viber":
            return ViberCard(text)
        case "whatsapp":
            return WhatsAppCard(text)
        case "vk":
            return VkCard(text)
        case _:
            return SmsText(text)


def read_card(path: Path) -> VCard:
    """Read a vCard of any version from a file; CommandError."""
    try:
        return to_card(vcard.decode(path.read_bytes()))
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror or error}", MISUSED) from None
    except vcard.BadCard as error:
        raise CommandError(f"{path} is no vCard: {error}", MISUSED) from None
