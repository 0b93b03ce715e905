"""The tables. Moments are milliseconds since 1970 UTC, money is ten-thousandths, statuses are core's words.

A message row is written once; what must happen next stands in ``queue`` (one narrow row per live message, deleted
when the message is final); what happened to a step stands in ``legs`` and ``parts``. Invariants live here where a
database can hold them: a movement of money happens once per message, step and kind.
"""

from tolmach.store.schema.access import tokens, transfers
from tolmach.store.schema.accounts import (
    accounts,
    balances,
    closed_directions,
    counters,
    ledger,
    senders,
    stop_lists,
    stops,
)
from tolmach.store.schema.finance import closed_days, day_sums, invoices
from tolmach.store.schema.hours import counted_hours, hour_sums
from tolmach.store.schema.imports import import_errors, imports
from tolmach.store.schema.inbox import inbox, inbox_numbers, inbox_parts
from tolmach.store.schema.leases import leases
from tolmach.store.schema.links import added_links, link_events, link_health, link_history, link_ids, link_pauses
from tolmach.store.schema.messages import (
    callbacks,
    campaigns,
    client_keys,
    legs,
    messages,
    orphans,
    parts,
    queue,
)
from tolmach.store.schema.metadata import metadata
from tolmach.store.schema.moderation import (
    files,
    moderated,
    moderation_words,
    moderations,
    patterns,
    registrations,
    registry,
)
from tolmach.store.schema.numbering import numbering
from tolmach.store.schema.placement import PARTITIONED
from tolmach.store.schema.providers import costs
from tolmach.store.schema.retention import retentions
from tolmach.store.schema.routes import route_links, routes
from tolmach.store.schema.subscribers import (
    bases,
    greetings,
    subscribers,
)
from tolmach.store.schema.tariffs import (
    direction_prefixes,
    directions,
    prices,
    tariffs,
)
from tolmach.store.schema.users import audit, recovery_codes, sessions, users

__all__ = [
    "PARTITIONED",
    "accounts",
    "added_links",
    "audit",
    "balances",
    "bases",
    "callbacks",
    "campaigns",
    "client_keys",
    "closed_days",
    "closed_directions",
    "costs",
    "counted_hours",
    "counters",
    "day_sums",
    "direction_prefixes",
    "directions",
    "files",
    "greetings",
    "hour_sums",
    "import_errors",
    "imports",
    "inbox",
    "inbox_numbers",
    "inbox_parts",
    "invoices",
    "leases",
    "ledger",
    "legs",
    "link_events",
    "link_health",
    "link_history",
    "link_ids",
    "link_pauses",
    "messages",
    "metadata",
    "moderated",
    "moderation_words",
    "moderations",
    "numbering",
    "orphans",
    "parts",
    "patterns",
    "prices",
    "queue",
    "recovery_codes",
    "registrations",
    "registry",
    "retentions",
    "route_links",
    "routes",
    "senders",
    "sessions",
    "stop_lists",
    "stops",
    "subscribers",
    "tariffs",
    "tokens",
    "transfers",
    "users",
]
