"""What becomes of a message in the sandbox: the last two digits of the number decide."""

from enum import StrEnum

from tolmach.core.content import Channel
from tolmach.core.status import Status


class Fate(StrEnum):
    """What the sandbox carrier does with a message."""

    DELIVERED = "delivered"  # Viber: and read
    UNDELIVERED = "undelivered"
    EXPIRED = "expired"
    REFUSED = "refused"  # at submit, for good
    SILENT = "silent"  # taken, and no receipt ever
    UNREAD = "unread"  # Viber: delivered, never read
    BUSY = "busy"  # busy twice, then as DELIVERED


# every other ending that is not in SPLIT is DELIVERED
FATES: dict[str, Fate] = {
    "90": Fate.UNDELIVERED,
    "91": Fate.EXPIRED,
    "92": Fate.REFUSED,
    "93": Fate.SILENT,
    "94": Fate.UNREAD,
    "95": Fate.BUSY,
}
# for cascades: what becomes of an SMS, and of a card (Viber, WhatsApp, VK)
SPLIT: dict[str, tuple[Fate, Fate]] = {
    "96": (Fate.DELIVERED, Fate.REFUSED),
    "97": (Fate.DELIVERED, Fate.UNDELIVERED),
    "98": (Fate.REFUSED, Fate.DELIVERED),
    "99": (Fate.UNDELIVERED, Fate.DELIVERED),
}

BUSY_TIMES = 2

_ALWAYS: dict[Fate, tuple[Status, ...]] = {
    Fate.UNDELIVERED: (Status.UNDELIVERED,),
    Fate.EXPIRED: (Status.EXPIRED,),
    Fate.REFUSED: (),
    Fate.SILENT: (),
    Fate.UNREAD: (Status.DELIVERED,),
}
_GOOD: dict[Channel, tuple[Status, ...]] = {
    Channel.SMS: (Status.DELIVERED,),
    Channel.VIBER: (Status.DELIVERED, Status.READ),
    Channel.WHATSAPP: (Status.DELIVERED, Status.READ),
    Channel.VK: (Status.DELIVERED, Status.READ),
}


def fate(recipient: str, channel: Channel = Channel.SMS) -> Fate:
    """Return what happens to a message to ``recipient`` (international digits) on a channel."""
    split = SPLIT.get(recipient[-2:])
    if split is not None:
        return split[0] if channel is Channel.SMS else split[1]
    return FATES.get(recipient[-2:], Fate.DELIVERED)


def receipts(fate: Fate, channel: Channel) -> tuple[Status, ...]:
    """Return the receipts that each part gets, in order, one delay apart."""
    return _ALWAYS[fate] if fate in _ALWAYS else _GOOD[channel]


def receipts_of(outcome: str) -> tuple[Status, ...]:
    """Return the receipts that a message with this outcome gets, in order."""
    if outcome == Fate.SILENT:
        return ()
    return (Status.DELIVERED, Status.READ) if outcome == Status.READ else (Status(outcome),)


def outcome(fate: Fate, channel: Channel) -> str:
    """Return how it ends in one word: the last receipt's status, or ``silent``."""
    words = receipts(fate, channel)
    return str(words[-1]) if words else str(Fate.SILENT)
