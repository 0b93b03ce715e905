"""The words of the phones' page. English stands here; the catalogues of the pages have the others."""

from collections.abc import Callable

from tolmach.sandbox.outcomes import FATES, SPLIT, Fate
from tolmach.web.languages import N_

Gettext = Callable[[str], str]

TEXTS: dict[str, str] = {
    "live": N_("live"),
    "offline": N_("connecting"),
    "failed": N_("That did not work"),
    "clear_question": N_("Remove all messages from all phones?"),
    "messages": N_("Messages"),
    "none": N_("No messages yet"),
    "off": N_("switched off"),
    "waiting_count": N_("Messages that wait"),
    "ping": N_("A silent message: the phone confirms it and shows nothing."),
    "show_picture": N_("Show the picture from"),
    "picture": N_("Picture"),
    "no_picture": N_("The picture could not be loaded"),
    "template": N_("Template"),
    "mark_read": N_("Read it"),
    "details": N_("Details"),
    "pressed": N_("Pressed at"),
    "cell": N_("mobile"),
    "work": N_("work"),
    "fax": N_("fax"),
    "email": N_("mail"),
    "url": N_("page"),
    "additional": N_("note"),
    "delivered": N_("delivered"),
    "read": N_("read"),
    "undelivered": N_("not delivered"),
    "expired": N_("expired"),
    "silent": N_("no receipt"),
    "waiting": N_("waits for the phone"),
    "channel": N_("Kind"),
    "sender": N_("From"),
    "time": N_("Arrived"),
    "outcome": N_("Outcome"),
    "encoding": N_("Encoding"),
    "parts": N_("Parts"),
    "button": N_("Button"),
    "leg": N_("Leg"),
    "ids": N_("Ids of the parts"),
    "octets": N_("Octets"),
    "show_octets": N_("Show the octets"),
    "part": N_("Part"),
    "user_data": N_("User data"),
    "concatenation": N_("long message"),
    "ports": N_("ports"),
    "raw_smpp": N_("As it came over SMPP."),
    "raw_gateway": N_("As an SMPP link with default settings would submit it."),
    "raw_none": N_("No SMS could carry this."),
    "smsc_off": N_("does not listen"),
    "you": N_("Reply to"),
    "no_sessions": N_("Nobody is connected."),
}
"""What scripts say, by the names that they use."""

_LEGEND: dict[Fate, str] = {
    Fate.DELIVERED: N_("delivered; Viber, WhatsApp and VK are then read"),
    Fate.UNDELIVERED: N_("not delivered"),
    Fate.EXPIRED: N_("expired"),
    Fate.REFUSED: N_("refused at once; no message appears here"),
    Fate.SILENT: N_("taken, but no receipt ever comes"),
    Fate.UNREAD: N_("delivered; Viber, WhatsApp and VK are never read"),
    Fate.BUSY: N_("busy twice, then delivered"),
}
FATE_WORDS: dict[Fate, str] = {
    Fate.DELIVERED: N_("delivered"),
    Fate.UNDELIVERED: N_("not delivered"),
    Fate.EXPIRED: N_("expired"),
    Fate.REFUSED: N_("refused"),
    Fate.SILENT: N_("no receipt"),
    Fate.UNREAD: N_("delivered, not read"),
    Fate.BUSY: N_("busy twice"),
}
_CARDS = "Viber, WhatsApp, VK"


def texts(gettext: Gettext) -> dict[str, str]:
    """Return what scripts say."""
    return {name: gettext(text) for name, text in TEXTS.items()}


def fates(gettext: Gettext) -> list[tuple[str, str]]:
    """Return what a person may choose to happen, with its words."""
    return [(fate.value, gettext(words)) for fate, words in FATE_WORDS.items()]


def legend(gettext: Gettext) -> list[tuple[str, str]]:
    """Return (digits, what happens) for every kind of number."""
    split = [
        (digits, f"SMS: {gettext(FATE_WORDS[sms])}; {_CARDS}: {gettext(FATE_WORDS[card])}")
        for digits, (sms, card) in SPLIT.items()
    ]
    plain = [(digits, gettext(_LEGEND[fate])) for digits, fate in FATES.items()]
    return [("00–89", gettext(_LEGEND[Fate.DELIVERED])), *plain, *split]
