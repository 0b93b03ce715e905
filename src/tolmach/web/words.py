"""Statuses, reasons, channels and the like in the words of people."""

from typing import Final

from tolmach.core.content import Channel
from tolmach.core.status import Status
from tolmach.web.languages import N_

STATUSES: Final = {
    Status.QUEUED: N_("waiting"),
    Status.ON_MODERATION: N_("on moderation"),
    Status.SENT: N_("sent"),
    Status.DELIVERED: N_("delivered"),
    Status.READ: N_("read"),
    Status.UNDELIVERED: N_("not delivered"),
    Status.EXPIRED: N_("expired"),
    Status.UNKNOWN: N_("no receipt"),
    Status.REFUSED: N_("refused"),
    Status.CANCELLED: N_("cancelled"),
}
COLOURS: Final = {
    Status.QUEUED: "secondary",
    Status.ON_MODERATION: "yellow",
    Status.SENT: "azure",
    Status.DELIVERED: "green",
    Status.READ: "green",
    Status.UNDELIVERED: "red",
    Status.EXPIRED: "red",
    Status.UNKNOWN: "yellow",
    Status.REFUSED: "red",
    Status.CANCELLED: "secondary",
}
CHANNELS: Final = {Channel.SMS: "SMS", Channel.VIBER: "Viber", Channel.WHATSAPP: "WhatsApp", Channel.VK: "VK"}
