"""Subscribers of bases: read in pages, and edited in bulk with a fixed number of statements a base."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from tolmach.core.bases import PAGE, Base, Subscriber, pages
from tolmach.core.commands import DropSubscriber, EditSubscribers, ListSubscribers, PutSubscriber, SubscriberEdits
from tolmach.core.errors import Failure, RequestError
from tolmach.core.moments import from_ms, to_ms
from tolmach.core.numbering import Numbering
from tolmach.core.phone import normalise
from tolmach.core.rejections import Rejection
from tolmach.core.results import Edit, SubscriberEditsResult, SubscribersPage
from tolmach.core.timezones import to_utc, to_wall
from tolmach.services import bases, numbering
from tolmach.services.context import Context, Handlers
from tolmach.store import bases as stored_bases
from tolmach.store import subscribers
from tolmach.store.database import Tx
from tolmach.store.subscribers import Edits, Known


def list_subscribers(asked: Context, command: ListSubscribers) -> SubscribersPage:
    """Return a page of a base."""
    base = bases.find(asked.tx, asked.account.id, command.reference)
    if base is None:
        raise RequestError(Failure.UNKNOWN_BASE)
    zone = asked.account.time_zone
    since = None if command.since is None else to_ms(to_utc(command.since, zone))
    first = min((command.page - 1) * PAGE, base.size)  # a page behind the last one is empty, however far behind
    if since is None or since <= (subscribers.oldest_change(asked.tx, base.id) or 0):
        size, found = base.size, subscribers.page(asked.tx, base.id, first, PAGE)
    else:
        size = subscribers.changed_since(asked.tx, base.id, since)
        found = subscribers.page_since(asked.tx, base.id, since, first, PAGE)
    local = {moment: to_wall(from_ms(moment), zone) for moment in {one.changed_at for one in found}}
    moments = [local[one.changed_at] for one in found]
    return SubscribersPage(command.page, pages(size), described(asked.snapshot.numbering(asked.tx), found), moments)


def described(plan: Numbering, found: Iterable[Subscriber]) -> list[Subscriber]:
    """Return subscribers with region and operator, by the number where the client gave none."""
    return [one if one.region and one.operator else _described(plan, one) for one in found]


def _described(plan: Numbering, one: Subscriber) -> Subscriber:
    known = plan.lookup(one.phone)
    return one._replace(region=one.region or known.region, operator=one.operator or known.operator)


def edit_subscribers(asked: Context, command: EditSubscribers) -> SubscriberEditsResult:
    """Edit the subscribers of bases; every base must be there."""
    return SubscriberEditsResult([_edit_base(asked, edits) for edits in command.bases])


def edit(tx: Tx, base: Base, edits: SubscriberEdits, now_ms: int) -> list[Edit]:
    """Edit the subscribers of a base that was read in this transaction; one outcome per edit, in order."""
    phones = [normalise(one.phone) for one in edits.edits]
    known = subscribers.among(tx, base.id, {str(phone) for phone in phones if not isinstance(phone, Rejection)})
    work = _Work({phone: one for phone, (_, one) in known.items()}, now_ms)
    outcomes = [work.carry_out(phone, one) for phone, one in zip(phones, edits.edits, strict=True)]
    planned = _planned(work, known)
    if planned is not None:
        size = subscribers.write(tx, base.id, base.size, planned, base.account)
        stored_bases.resize(tx, replace(base, size=size, changed_at=max(now_ms, base.changed_at)))
    return outcomes


def put(tx: Tx, login: str, reference: str, edits: Sequence[PutSubscriber], now: datetime) -> int:
    """Add or change subscribers as an operator; return how many are new; NotFoundError."""
    named = bases.named(tx, login, reference)
    base = stored_bases.by_id(tx, named.account, named.id, to_change=True) or named
    return edit(tx, base, SubscriberEdits(reference, edits), to_ms(now)).count(Edit.INSERTED)


def everyone(tx: Tx, login: str, reference: str, *, fill: bool = False) -> Iterator[Sequence[Subscriber]]:
    """Yield all subscribers piece by piece; ``fill``: with region and operator by the number; NotFoundError."""
    base = bases.named(tx, login, reference)
    plan = numbering.current(tx) if fill else None
    for piece in subscribers.everyone(tx, base.id, base.size):
        yield piece if plan is None else described(plan, piece)


def _edit_base(asked: Context, edits: SubscriberEdits) -> list[Edit]:
    base = bases.find(asked.tx, asked.account.id, edits.reference, to_change=True)
    if base is None:
        raise RequestError(Failure.UNKNOWN_BASE)
    return edit(asked.tx, base, edits, to_ms(asked.now))


@dataclass(slots=True)
class _Work:
    """The subscribers that edits speak of, as they are after each; None: not there."""

    there: dict[str, Subscriber]
    now_ms: int
    touched: dict[str, Subscriber | None] = field(default_factory=dict)

    def carry_out(self, phone: str | Rejection, edit: PutSubscriber | DropSubscriber) -> Edit:
        """Carry out one edit; what is no number can be no subscriber."""
        if isinstance(phone, Rejection):
            return Edit.NOT_FOUND
        before = self.touched.get(phone, self.there.get(phone))
        if isinstance(edit, DropSubscriber):
            self.touched[phone] = None
            return Edit.NOT_FOUND if before is None else Edit.DELETED
        changes: dict[str, Any] = dict(edit.fields)
        after = (before or Subscriber(phone))._replace(**changes)
        if after != before:
            self.touched[phone] = after._replace(changed_at=self.now_ms)
        return Edit.INSERTED if before is None else Edit.CHANGED


def _planned(work: _Work, known: Known) -> Edits | None:
    """Return what is to be written, None for nothing."""
    edits = Edits()
    for phone, after in work.touched.items():
        place, before = known.get(phone, (0, None))
        if before is None and after is not None:
            edits.new.append(after)
        elif before is not None and after is None:
            edits.gone.append(place)
        elif before is not None and after is not None and after != before:
            edits.changed.append((place, after))
    return edits if edits.new or edits.changed or edits.gone else None


READERS: Handlers = {ListSubscribers: list_subscribers}
WRITERS: Handlers = {EditSubscribers: edit_subscribers}
