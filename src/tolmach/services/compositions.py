"""Compositions: from a pasted list and bases to drafts, one per recipient, with the fields of subscribers filled in."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice

from tolmach.codecs import segments
from tolmach.codecs.foreigners import foreigners, replaced
from tolmach.codecs.segments import Alphabet, TextTooLong
from tolmach.core.bases import Subscriber
from tolmach.core.commands.composing import Composition, ExpandComposition, QuoteText
from tolmach.core.content import Channel, VkCard, WhatsAppCard
from tolmach.core.drafts import Draft, Step
from tolmach.core.errors import Failure, RequestError
from tolmach.core.greeting import compose
from tolmach.core.money import Money
from tolmach.core.phone import Phone, normalise
from tolmach.core.rejections import Rejection
from tolmach.core.results import Accepted, SendItem
from tolmach.core.results.composing import ComposeResult, ForeignSign, TextQuote
from tolmach.core.timezones import to_utc, to_wall
from tolmach.services import bases
from tolmach.services.acceptance import check_date
from tolmach.services.context import Context, Handlers
from tolmach.services.greetings import zone_at
from tolmach.store import subscribers

# a number per line, or between commas and semicolons; spaces inside a number are a person's
_BETWEEN = re.compile(r"[\n\r,;\t]+")
ROOM = {Alphabet.GSM7: (160, 153), Alphabet.UCS2: (70, 67)}  # of one part, and of each of several


def expand(asked: Context, command: ExpandComposition) -> Sequence[Draft]:
    """Return the drafts; RequestError UNKNOWN_BASE, BAD_DATE."""
    composition = command.composition
    check_date(composition.due, asked.account.time_zone, asked.now)
    drafts = (_draft(asked, composition, *one) for one in _once(_everyone(asked, composition)))
    return list(islice(drafts, command.limit or None))


def numbers(text: str) -> list[str]:
    """Return the numbers of a list as people write it, one per line or between commas."""
    return [one.strip() for one in _BETWEEN.split(text) if one.strip()]


def _everyone(asked: Context, composition: Composition) -> Iterator[Subscriber]:
    for number in numbers(composition.recipients):
        yield Subscriber(number)
    for reference in composition.bases:
        base = bases.find(asked.tx, asked.account.id, reference)
        if base is None:
            raise RequestError(Failure.UNKNOWN_BASE)
        for piece in subscribers.everyone(asked.tx, base.id, base.size):
            yield from piece


def _once(found: Iterator[Subscriber]) -> Iterator[tuple[Subscriber, Phone | Rejection]]:
    """Leave out whoever stands in the list or the bases twice; a base knows more of somebody, a list comes first.

    With each comes the number that it is, or why it is none.
    """
    seen: set[str] = set()
    for one in found:
        phone = normalise(one.phone)
        key = one.phone if isinstance(phone, Rejection) else str(phone)
        if key not in seen:
            seen.add(key)
            yield one, phone


def _draft(asked: Context, composition: Composition, subscriber: Subscriber, phone: Phone | Rejection) -> Draft:
    steps = tuple(_filled(step, subscriber) for step in composition.steps)
    return Draft(subscriber.phone, steps, due=_due(asked, composition, subscriber.region, phone))


def _due(asked: Context, composition: Composition, region: str, phone: Phone | Rejection) -> datetime | None:
    """Return when to send by the account's clock: where the quiet hours of the recipient are over."""
    if composition.quiet is None:
        return composition.due
    own = asked.account.time_zone
    planned = asked.now if composition.due is None else to_utc(composition.due, own)
    zone = own if isinstance(phone, Rejection) else zone_at(asked.snapshot.numbering(asked.tx), phone, region)
    later = composition.quiet.after(planned, zone)
    return to_wall(later, own).replace(tzinfo=None) if later > planned else composition.due


def _filled(step: Step, subscriber: Subscriber) -> Step:
    content = step.content
    if "#" in content.text:
        content = replace(content, text=compose(content.text, subscriber))
    if isinstance(content, WhatsAppCard | VkCard) and "#" in content.template_data:
        content = replace(content, template_data=compose(content.template_data, subscriber))
    return step if content is step.content else replace(step, content=content)


def summed(drafts: Sequence[Draft], items: Sequence[SendItem]) -> ComposeResult:
    """Return the sums of what became of drafts."""
    accepted = [item for item in items if isinstance(item, Accepted)]
    prices: dict[Channel, Money] = {}
    for leg in (leg for item in accepted for leg in item.legs):
        prices[leg.channel] = Money(prices.get(leg.channel, 0) + leg.price)
    reasons: Counter[Rejection] = Counter()
    examples: dict[Rejection, str] = {}
    for item in items:
        if not isinstance(item, Accepted):
            reasons[item.reason] += 1
            examples.setdefault(item.reason, item.recipient)
    return ComposeResult(
        recipients=len(drafts),
        looked_at=len(items),
        accepted=len(accepted),
        rejected=reasons,
        examples=examples,
        parts=sum(item.parts for item in accepted),
        price=Money(sum(prices.values())),
        prices=prices,
        first=accepted[0].id if accepted else None,
    )


def quote(_asked: Context, command: QuoteText) -> TextQuote:
    """Return what a text is to a phone network."""
    text = command.text
    foreign = [ForeignSign(*one) for one in foreigners(text)]
    plain = replaced(text)
    try:
        cut = segments.split(text)
    except TextTooLong:
        return TextQuote(len(text), 0, 0, bool(foreign), foreign, plain, 0, too_long=True)
    single, each = ROOM[cut.alphabet]
    room = single if cut.count == 1 else each * cut.count
    return TextQuote(
        characters=len(text),
        parts=cut.count,
        left=room - (each * (cut.count - 1)) - _units(cut.parts[-1], cut.alphabet),
        is_unicode=cut.alphabet is Alphabet.UCS2,
        foreigners=foreign,
        plain=plain,
        plain_parts=segments.count(plain),
    )


def _units(part: str, alphabet: Alphabet) -> int:
    """Return how much of a part's room a text takes: septets, or UTF-16 units."""
    return len(segments.encode(part, alphabet)) // (2 if alphabet is Alphabet.UCS2 else 1)


READERS: Handlers = {ExpandComposition: expand, QuoteText: quote}
