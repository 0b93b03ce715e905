"""What pages of the desk call the states of things; colours are those of badges."""

from typing import Final

from tolmach.core.condition import LinkState
from tolmach.core.registry import RegistryState
from tolmach.core.results.pulse import Alert
from tolmach.core.status import Status
from tolmach.core.traffic import Traffic
from tolmach.web.languages import N_
from tolmach.web.words import CHANNELS

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
    "off": N_("Nothing is moderated"),
    "pattern": N_("What fits no pattern and looks suspicious"),
    "all": N_("Every text"),
}
CONDITIONS: Final = {
    "channel": N_("channel"),
    "direction": N_("direction"),
    "operator": N_("operator"),
    "prefix": N_("prefix"),
    "account": N_("account"),
    "sender": N_("sender"),
    "traffic": N_("class"),
}
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
WORDS: Final = {
    "statuses": STATUSES,
    "link_states": LINK_STATES,
    "alerts": ALERTS,
    "duties": DUTIES,
    "classes": TRAFFIC,
    "movements": MOVEMENTS,
    "moderations": MODERATION,
    "conditions": CONDITIONS,
    "rulings": RULINGS,
    "registry_states": REGISTRY,
    "link_events": LINK_EVENTS,
    "channels": CHANNELS,
}
"""All of them, as templates are given them."""
