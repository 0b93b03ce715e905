"""Statuses, reasons, channels and the like in the words of people."""

from typing import Final

from tolmach.core.content import NAMES
from tolmach.core.results.callbacklog import Told
from tolmach.core.results.invoices import InvoiceState
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
INVOICES: Final = {
    InvoiceState.OPEN: (N_("not paid"), "azure"),
    InvoiceState.PAID: (N_("paid"), "green"),
    InvoiceState.CANCELLED: (N_("cancelled"), "secondary"),
}
TOLD: Final = {
    Told.PENDING: (N_("waits"), "azure"),
    Told.ACKNOWLEDGED: (N_("confirmed"), "green"),
    Told.FAILED: (N_("given up"), "red"),
}
CALLBACK_ERRORS: Final = {
    "not acknowledged": N_("answered, but did not confirm the id"),
}
"""What is kept of a status that was not confirmed; anything else is what the server or the network said."""
CHANNELS: Final = NAMES
ACTIONS: Final = {
    "SignIn": N_("signed in"),
    "Locked": N_("login locked"),
    "SetPreferences": N_("language or theme changed"),
    "ChangePassword": N_("password changed"),
    "SetSecondFactor": N_("second factor turned on"),
    "DropSecondFactor": N_("second factor turned off"),
    "ResetTotp": N_("second factor taken away"),
    "EndSession": N_("session ended"),
    "AddUser": N_("user added"),
    "EditUser": N_("user changed"),
    "BlockUser": N_("user blocked"),
    "UnblockUser": N_("user let in again"),
    "SendMessages": N_("messages sent"),
    "EditStops": N_("stop list changed"),
    "EditBases": N_("bases changed"),
    "EditSubscribers": N_("subscribers changed"),
    "AskInvoice": N_("invoice asked for"),
    "CancelInvoice": N_("invoice cancelled"),
    "SettleInvoice": N_("invoice settled"),
    "NoteImport": N_("file of subscribers put up"),
    "RunImport": N_("file of subscribers taken in"),
    "DropImport": N_("file of subscribers forgotten"),
    "EditPatterns": N_("templates changed"),
    "RegisterSenders": N_("sender asked for"),
    "StoreFile": N_("file uploaded"),
    "NoteFile": N_("file uploaded"),
    "AddKey": N_("token made"),
    "RevokeKey": N_("token revoked"),
    "SetCallbackUrl": N_("callback address changed"),
    "RepeatCallbacks": N_("statuses told again"),
    "SetNetworks": N_("addresses of programs changed"),
    "CancelCampaign": N_("campaign cancelled"),
    "StopCampaign": N_("campaign cancelled"),
    "PauseCampaign": N_("campaign paused or resumed"),
    "CancelScheduled": N_("scheduled messages cancelled"),
    "TransferMoney": N_("money moved between accounts"),
    "AddClient": N_("account added"),
    "ChangeClient": N_("account changed"),
    "SetClientPassword": N_("password of an account changed"),
    "BlockClient": N_("account blocked or let in again"),
    "LookInto": N_("cabinet looked into"),
    "LookAway": N_("cabinet left"),
    "ImportPrices": N_("prices replaced"),
    "OpenDirection": N_("direction opened or closed"),
    "TopUp": N_("balance topped up or corrected"),
    "CloseDays": N_("days closed"),
    "DecideSender": N_("sender decided on"),
    "DecideFile": N_("file decided on"),
    "DecideText": N_("text decided on"),
    "DecidePattern": N_("template decided on"),
    "DecideRegistration": N_("registration at a mobile operator changed"),
    "EditStopWords": N_("words of moderation changed"),
    "EditEverybodysStops": N_("stop list of everybody changed"),
    "ReplayCallbacks": N_("statuses told again"),
    "RematchReceipts": N_("kept receipts matched by other rules"),
    "PauseLink": N_("link paused or resumed"),
    "AddLink": N_("link added"),
    "ChangeLink": N_("link changed"),
    "RemoveLink": N_("link removed"),
    "AddRoute": N_("route added"),
    "MoveRoute": N_("route moved"),
    "RemoveRoute": N_("route removed"),
    "EditRegistry": N_("registration of senders changed"),
}
"""What changes of the audit log are called; a change that is not here is called by its command."""
