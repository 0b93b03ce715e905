"""Which commands the operator's staff may give, who carries each out, and which roles may give it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

from tolmach.core.commands import Command
from tolmach.core.commands.addedlinks import AddLink, ChangeLink, GetAddedLink, ListAddedLinks, RemoveLink
from tolmach.core.commands.carriage import (
    AddRoute,
    ExplainRoute,
    GetLink,
    ListLinks,
    ListRoutes,
    MoveRoute,
    PauseLink,
    RemoveRoute,
)
from tolmach.core.commands.clientele import (
    AddClient,
    BlockClient,
    ChangeClient,
    GetClient,
    ListClients,
    LookAway,
    LookInto,
    SetClientPassword,
)
from tolmach.core.commands.desk import ListEveryChange
from tolmach.core.commands.finance import CloseDays, GetDay, ListDays, ListLedger, TopUp
from tolmach.core.commands.installation import EditEverybodysStops, GetNumbering, GetSettings, ListEverybodysStops
from tolmach.core.commands.invoices import ListEveryInvoice, SettleInvoice
from tolmach.core.commands.prices import GetTariff, ImportPrices, ListTariffs, OpenDirection
from tolmach.core.commands.pulse import (
    GetPulse,
    ListAlerts,
    ListFailedCallbacks,
    ListOrphans,
    LookAtReceipts,
    RematchReceipts,
    ReplayCallbacks,
)
from tolmach.core.commands.rulings import (
    DecideFile,
    DecidePattern,
    DecideRegistration,
    DecideSender,
    DecideText,
    EditStopWords,
    GetFile,
    ListCases,
    ListDecided,
    ListFiles,
    ListRegistrations,
    ListStopWords,
)
from tolmach.core.users import Role
from tolmach.services import (
    addedlinks,
    alerts,
    carriage,
    changes,
    clientele,
    finance,
    invoices,
    lookins,
    numbering,
    orphans,
    prices,
    pulse,
    replays,
    rulings,
    stoplist,
)
from tolmach.services.context import PersonContext
from tolmach.store.database import Tx

Handler = Callable[[PersonContext, Any], object]


class DeskCommand(NamedTuple):
    """How a command of the operator's staff is carried out; an administrator may give any."""

    handler: Handler
    roles: frozenset[Role] = frozenset()
    writes: bool = False


def _plain(function: Callable[[Tx, Any, datetime], object]) -> Handler:
    """Return a handler of a function that only asks for the transaction, the command and the moment."""
    return lambda asked, command: function(asked.tx, command, asked.now)


ADMINS: frozenset[Role] = frozenset()
EVERYBODY = frozenset({Role.MODERATOR, Role.FINANCE, Role.SUPPORT})
WATCHERS = frozenset({Role.SUPPORT})
MODERATORS = frozenset({Role.MODERATOR})
CASHIERS = frozenset({Role.FINANCE})

_READ: dict[type[Command[Any]], tuple[Handler, frozenset[Role]]] = {
    ListEveryChange: (changes.everything, WATCHERS),
    ListClients: (_plain(clientele.listing), EVERYBODY),
    GetClient: (_plain(clientele.show), EVERYBODY),
    ListTariffs: (_plain(prices.listing), CASHIERS | WATCHERS),
    GetTariff: (_plain(prices.show), CASHIERS | WATCHERS),
    ListLedger: (_plain(finance.movements), CASHIERS),
    ListDays: (_plain(finance.listing), CASHIERS),
    GetDay: (_plain(finance.show), CASHIERS),
    ListEveryInvoice: (invoices.everything, CASHIERS),
    ListCases: (rulings.waiting, MODERATORS),
    ListDecided: (rulings.decided, MODERATORS),
    ListRegistrations: (rulings.list_registrations, MODERATORS),
    ListFiles: (rulings.list_files, MODERATORS),
    GetFile: (rulings.get_file, MODERATORS),
    ListStopWords: (rulings.words, MODERATORS),
    ListEverybodysStops: (_plain(stoplist.page), MODERATORS | WATCHERS),
    GetNumbering: (_plain(numbering.status), WATCHERS),
    GetSettings: (lambda asked, _: asked.installation.settings, ADMINS),
    GetPulse: (_plain(pulse.show), WATCHERS),
    ListAlerts: (lambda asked, _: alerts.listing(asked.tx, asked.installation.names, asked.now), WATCHERS),
    ListOrphans: (_plain(orphans.listing), WATCHERS),
    LookAtReceipts: (_plain(orphans.look), WATCHERS),
    ListFailedCallbacks: (_plain(replays.listing), WATCHERS),
    ListLinks: (carriage.list_links, WATCHERS),
    GetLink: (carriage.get_link, WATCHERS),
    ListAddedLinks: (addedlinks.listing, ADMINS),
    GetAddedLink: (addedlinks.show, ADMINS),
    ListRoutes: (carriage.list_routes, WATCHERS),
    ExplainRoute: (carriage.explain, WATCHERS),
}
_WRITE: dict[type[Command[Any]], tuple[Handler, frozenset[Role]]] = {
    AddClient: (_plain(clientele.add), ADMINS),
    ChangeClient: (_plain(clientele.change), ADMINS),
    SetClientPassword: (_plain(clientele.set_password), ADMINS),
    BlockClient: (_plain(clientele.block), CASHIERS | WATCHERS),
    LookInto: (lookins.look_into, WATCHERS),
    LookAway: (lookins.look_away, WATCHERS),
    ImportPrices: (_plain(prices.replace), ADMINS),
    OpenDirection: (_plain(prices.open_direction), ADMINS),
    TopUp: (_plain(finance.top_up), CASHIERS),
    SettleInvoice: (invoices.settle, CASHIERS),
    CloseDays: (lambda asked, _: finance.close(asked.tx, asked.now, asked.user.login), CASHIERS),
    DecideSender: (rulings.decide_sender, MODERATORS),
    DecideFile: (rulings.decide_file, MODERATORS),
    DecideText: (rulings.decide_text, MODERATORS),
    DecidePattern: (rulings.decide_pattern, MODERATORS),
    DecideRegistration: (rulings.decide_registration, MODERATORS),
    EditStopWords: (rulings.edit_words, MODERATORS),
    EditEverybodysStops: (_plain(stoplist.edit), MODERATORS),
    ReplayCallbacks: (_plain(replays.replay), WATCHERS),
    RematchReceipts: (orphans.rematch, ADMINS),
    PauseLink: (carriage.pause, ADMINS),
    AddLink: (addedlinks.put, ADMINS),
    ChangeLink: (addedlinks.change, ADMINS),
    RemoveLink: (addedlinks.take_away, ADMINS),
    AddRoute: (carriage.add_route, ADMINS),
    MoveRoute: (carriage.move_route, ADMINS),
    RemoveRoute: (carriage.remove_route, ADMINS),
}
DESK: dict[type[Command[Any]], DeskCommand] = {
    **{kind: DeskCommand(handler, roles) for kind, (handler, roles) in _READ.items()},
    **{kind: DeskCommand(handler, roles, writes=True) for kind, (handler, roles) in _WRITE.items()},
}
"""Commands about the operator's affairs."""
