"""Receipts that no part answers to: a carrier speaks of what was not sent by it, or not by this installation.

The desk looks at them here, and has them matched by other rules; how that is done stands in `rematching`.
"""

from datetime import datetime

from tolmach.core.commands.pulse import ListOrphans, LookAtReceipts, RematchReceipts
from tolmach.core.links import IdRules
from tolmach.core.moments import from_ms
from tolmach.core.results.pulse import OrphanRow, OrphansPage, Rematched
from tolmach.core.sentences import say
from tolmach.services import rematching
from tolmach.services.administration import BadValueError
from tolmach.services.context import PersonContext
from tolmach.services.rematching import Page, Rematching
from tolmach.store import orphans
from tolmach.store import rematching as kept_receipts
from tolmach.store.database import Tx

PAGE = 50
EXAMPLES = 5


def listing(tx: Tx, command: ListOrphans, _now: datetime) -> OrphansPage:
    """Return a page, newest first."""
    found = orphans.page(tx, command.link, command.before, PAGE + 1)
    rows = [
        OrphanRow(
            id=one.id,
            link=one.link,
            provider_id=one.provider_id,
            status=one.status,
            at=from_ms(one.at),
            received_at=from_ms(one.received_at),
            text_id=one.text_id,
            tlv_id=one.tlv_id,
        )
        for one in found[:PAGE]
    ]
    return OrphansPage(rows, rows[-1].id if len(found) > PAGE else 0, kept_receipts.every_rules(tx))


def look(tx: Tx, command: LookAtReceipts, _now: datetime) -> Rematched:
    """Return what would match, and change nothing; BadValueError."""
    return _told(rematching.look(tx, _plan(tx, command), command.after)[0])


def rematch(asked: PersonContext, command: RematchReceipts) -> Rematched:
    """Match receipts: store what they say; BadValueError."""
    plan = _plan(asked.tx, command)
    return _told(rematching.rematch(asked.tx, asked.delivery, plan, asked.now, command.after))


def _plan(tx: Tx, command: LookAtReceipts) -> Rematching:
    known = kept_receipts.rules(tx, command.link)
    if known is None:
        raise BadValueError(
            say("no link over SMPP called %(link)r has ever run: there are no ids to match", link=command.link)
        )
    rules = IdRules(
        answer=command.answer_form or known.answer,
        text=command.text_form or known.text,
        tlv=command.tlv_form or known.tlv,
        prefer=command.prefer or known.prefer,
    )
    return rematching.plan(tx, command.link, rules, known)


def _told(page: Page) -> Rematched:
    after = page.last if page.seen == rematching.BATCH else 0
    return Rematched(page.seen, len(page.matched), page.matched[:EXAMPLES], after)
