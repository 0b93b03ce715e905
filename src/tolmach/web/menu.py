"""The menus: what stands on the left of every page, for whom."""

from dataclasses import dataclass
from typing import Any

from tolmach.core.commands import Command, ListBases, ListPatterns, ListSenders, ListStops
from tolmach.core.commands.campaigns import BrowseCampaigns
from tolmach.core.commands.carriage import ListLinks, ListRoutes
from tolmach.core.commands.clientele import ListClients
from tolmach.core.commands.composing import ComposeMessages
from tolmach.core.commands.dashboards import GetDashboard
from tolmach.core.commands.desk import ListEveryChange
from tolmach.core.commands.finance import ListLedger
from tolmach.core.commands.inbox import BrowseIncoming
from tolmach.core.commands.installation import GetNumbering, GetSettings, ListEverybodysStops
from tolmach.core.commands.invoices import ListEveryInvoice
from tolmach.core.commands.keys import ListKeys, ListPayments
from tolmach.core.commands.messages import ListMessages
from tolmach.core.commands.prices import ListTariffs
from tolmach.core.commands.pulse import GetPulse, ListFailedCallbacks, ListOrphans
from tolmach.core.commands.rulings import ListCases
from tolmach.core.commands.users import ListAudit, ListUsers
from tolmach.web.languages import N_


@dataclass(frozen=True, slots=True)
class Item:
    """A page in a menu; it is shown to those who may give the command."""

    path: str
    title: str
    icon: str
    needs: type[Command[Any]]


CABINET = (
    Item("/cabinet/", N_("Overview"), "dashboard", GetDashboard),
    Item("/cabinet/compose", N_("Compose"), "send", ComposeMessages),
    Item("/cabinet/messages", N_("Messages"), "messages", ListMessages),
    Item("/cabinet/campaigns", N_("Campaigns"), "speakerphone", BrowseCampaigns),
    Item("/cabinet/inbox", N_("Inbox"), "inbox", BrowseIncoming),
    Item("/cabinet/bases", N_("Bases"), "address-book", ListBases),
    Item("/cabinet/stops", N_("Stop list"), "ban", ListStops),
    Item("/cabinet/senders", N_("Senders"), "id-badge-2", ListSenders),
    Item("/cabinet/patterns", N_("Templates"), "template", ListPatterns),
    Item("/cabinet/api", N_("For programs"), "code", ListKeys),
    Item("/cabinet/users", N_("Users"), "users", ListUsers),
    Item("/cabinet/payments", N_("Payments"), "wallet", ListPayments),
    Item("/cabinet/changes", N_("Audit log"), "history", ListAudit),
)
DESK = (
    Item("/desk/traffic", N_("Live traffic"), "activity", GetPulse),
    Item("/desk/moderation", N_("Moderation"), "shield-check", ListCases),
    Item("/desk/accounts", N_("Accounts"), "users", ListClients),
    Item("/desk/ledger", N_("Money"), "cash", ListLedger),
    Item("/desk/invoices", N_("Invoices"), "file", ListEveryInvoice),
    Item("/desk/tariffs", N_("Tariffs and directions"), "list-details", ListTariffs),
    Item("/desk/links", N_("Links"), "antenna", ListLinks),
    Item("/desk/routes", N_("Routes"), "route", ListRoutes),
    Item("/desk/stops", N_("Stop list"), "ban", ListEverybodysStops),
    Item("/desk/callbacks", N_("Failed callbacks"), "bell", ListFailedCallbacks),
    Item("/desk/receipts", N_("Stray receipts"), "receipt-2", ListOrphans),
    Item("/desk/numbering", N_("Numbering plan"), "hash", GetNumbering),
    Item("/desk/settings", N_("Settings"), "settings", GetSettings),
    Item("/desk/changes", N_("Audit log"), "history", ListEveryChange),
)
