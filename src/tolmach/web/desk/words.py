"""What pages of the desk call the states of things; colours are those of badges."""

from typing import Final

from tolmach.core.condition import LinkState
from tolmach.core.moderation import EVERY_TEXT, HAS_LINK, STOP_WORD
from tolmach.core.registry import RegistryState
from tolmach.core.results.pulse import Alert
from tolmach.core.status import Status
from tolmach.core.traffic import Traffic
from tolmach.services.checks import CONDITIONS
from tolmach.web.languages import N_
from tolmach.web.words import CALLBACK_ERRORS, CHANNELS

STATUSES: Final = {
    Status.QUEUED: (N_("Waits"), "secondary"),
    Status.ON_MODERATION: (N_("On moderation"), "yellow"),
    Status.SENT: (N_("Sent"), "azure"),
    Status.DELIVERED: (N_("Delivered"), "green"),
    Status.READ: (N_("Read"), "green"),
    Status.UNDELIVERED: (N_("Not delivered"), "red"),
    Status.EXPIRED: (N_("Expired"), "red"),
    Status.UNKNOWN: (N_("Unknown"), "yellow"),
    Status.REFUSED: (N_("Refused"), "red"),
    Status.CANCELLED: (N_("Cancelled"), "secondary"),
}
LINK_STATES: Final = {
    LinkState.UP: (N_("Up"), "green"),
    LinkState.DOWN: (N_("Down"), "red"),
    LinkState.PAUSED: (N_("Paused"), "yellow"),
    LinkState.STALE: (N_("Silent"), "secondary"),
}
ALERTS: Final = {
    Alert.LINK_DOWN: (N_("Link is down"), "red"),
    Alert.LINK_SILENT: (N_("Nothing is heard of a link"), "red"),
    Alert.LINK_PAUSED: (N_("Link is paused"), "yellow"),
    Alert.LINK_THROTTLED: (N_("Carrier throttles the link"), "yellow"),
    Alert.LINK_LOW: (N_("Our balance at the provider is low"), "yellow"),
    Alert.QUEUE_LATE: (N_("Messages wait longer than they should"), "red"),
    Alert.MODERATION_LATE: (N_("Moderation waits for more than two hours"), "yellow"),
    Alert.CALLBACKS_FAILED: (N_("Callbacks failed in the last day"), "yellow"),
    Alert.CALLBACKS_LATE: (N_("Callbacks wait longer than they should"), "red"),
    Alert.ORPHANS: (N_("Receipts without a message in the last day"), "yellow"),
}
ALERT_PLACES: Final = {
    Alert.QUEUE_LATE: "#queue-title",
    Alert.MODERATION_LATE: "/desk/moderation",
    Alert.CALLBACKS_FAILED: "/desk/callbacks",
    Alert.ORPHANS: "/desk/receipts",
}
"""Where one sees more of what an alert is about, and can do something about it; that of a link is its page."""
DUTIES: Final = {
    "submit": N_("To be sent"),
    "give-up": N_("Receipt is awaited"),
    "moderate": N_("Moderator is awaited"),
    "paused": N_("Campaign is paused"),
}
TRAFFIC: Final = {
    Traffic.OTP: N_("One-time passwords"),
    Traffic.SERVICE: N_("Service"),
    Traffic.ADVERT: N_("Advertising"),
}
MOVEMENTS: Final = {
    "top-up": N_("Top-up"),
    "hold": N_("Set aside"),
    "capture": N_("Charged"),
    "release": N_("Given back"),
    "transfer": N_("Transfer"),
}
MODERATION: Final = {
    "off": N_("No text is looked at"),
    "pattern": N_("Texts with a link or a stop word"),
    "all": N_("Every text"),
}
CAUSES: Final = {
    EVERY_TEXT: N_("every text of this account is looked at"),
    HAS_LINK: N_("it has a link"),
    STOP_WORD: N_("it has a stop word:"),
}
"""Why a text waits; the last is followed by the word."""
RULINGS: Final = {
    "waiting": (N_("Waits"), "yellow"),
    "approving": (N_("Approved"), "green"),
    "approved": (N_("Approved"), "green"),
    "rejecting": (N_("Rejected"), "red"),
    "rejected": (N_("Rejected"), "red"),
    "order": (N_("Waits"), "yellow"),
    "completed": (N_("Approved"), "green"),
}
REGISTRY: Final = {
    RegistryState.POSTED: (N_("Asked for"), "yellow"),
    RegistryState.SENT: (N_("Sent to the operator"), "azure"),
    RegistryState.APPROVED: (N_("Approved"), "green"),
    RegistryState.REFUSED: (N_("Rejected"), "red"),
    RegistryState.TO_DELETE: (N_("Deletion asked for"), "yellow"),
    RegistryState.DELETED: (N_("Deleted"), "secondary"),
}
LINK_EVENTS: Final = {
    "up": N_("works"),
    "down": N_("does not work"),
    "bound": N_("connected"),
    "lost": N_("connection lost"),
    "error": N_("error"),
    "throttled": N_("the carrier throttles"),
    "paused": N_("sending is paused"),
    "resumed": N_("sending goes on"),
    "low balance": N_("balance is low"),
    "balance recovered": N_("balance is enough again"),
    "receipts late": N_("receipts are late"),
    "receipts in time": N_("receipts come in time again"),
}
COUNTERS: Final = {
    "submitted": N_("Submitted"),
    "accepted": N_("Taken by the carrier"),
    "refused": N_("Refused by the carrier"),
    "throttled": N_("Put off: the carrier throttles"),
    "lost": N_("Without an answer"),
    "late": N_("Answers after their time"),
    "stray": N_("Answers to nothing that was asked"),
    "garbled": N_("Streams that could not be read"),
    "receipts": N_("Receipts"),
    "intermediate": N_("Receipts of a status on the way"),
    "unreadable": N_("Receipts that could not be read"),
    "inbound": N_("Incoming messages"),
    "unstored": N_("Not stored, so that the carrier sends it again"),
    "connects": N_("Connections made"),
    "posted": N_("Statuses that the provider told"),
    "repeated": N_("Asked again, safely"),
    "unanswered": N_("Requests without an answer"),
    "unsent": N_("Requests that did not get out"),
    "sent": N_("Taken by the provider"),
    "busy": N_("Put off: the provider is busy"),
    "resolved": N_("Cleared up afterwards"),
    "polled": N_("Statuses asked for"),
}
"""What a link counts; what is not here is shown under its own name."""
WORDS: Final = {
    "statuses": STATUSES,
    "link_states": LINK_STATES,
    "alerts": ALERTS,
    "alert_places": ALERT_PLACES,
    "duties": DUTIES,
    "classes": TRAFFIC,
    "movements": MOVEMENTS,
    "moderations": MODERATION,
    "conditions": CONDITIONS,
    "rulings": RULINGS,
    "registry_states": REGISTRY,
    "link_events": LINK_EVENTS,
    "counters": COUNTERS,
    "causes": CAUSES,
    "stop_word": STOP_WORD,
    "callback_errors": CALLBACK_ERRORS,
    "channels": CHANNELS,
}
"""All of them, as templates are given them."""
