"""Receipts that nothing answers to, looked at again when it is known how a carrier writes its ids.

A carrier may call a message 1D405F4C in its answer and 490757964 in its receipt. Until the rules of the link say so its
receipts match nothing, and are kept with their ids as they came.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from tolmach.core.delivery import Receipt
from tolmach.core.links import IdRules
from tolmach.core.moments import from_ms
from tolmach.providers.smpp_receipts import receipt_id, respelled
from tolmach.services.delivery import Delivery
from tolmach.services.progress import Effects
from tolmach.store import parts
from tolmach.store import rematching as kept_receipts
from tolmach.store.database import Tx
from tolmach.store.rematching import Kept

BATCH = 2_000


@dataclass(frozen=True, slots=True)
class Rematching:
    """What is to be done: the receipts of ``link`` by ``rules``, while its parts are stored by the rules ``stored``."""

    link: str
    rules: IdRules
    stored: IdRules

    def part_id(self, kept: Kept) -> str | None:
        """Return the id of the part that a receipt is about, as it is stored."""
        orphan = kept.orphan
        if orphan.text_id or orphan.tlv_id:
            found = receipt_id(orphan.text_id, orphan.tlv_id, self.rules)
        else:  # kept by a version that did not keep the ids as they came
            found = receipt_id(orphan.provider_id, "", replace(self.rules, tlv=self.rules.text))
        return None if found is None else respelled(found, self.rules.answer, self.stored.answer)


@dataclass(frozen=True, slots=True)
class Page:
    """What came of some of the receipts: how many were looked at, the (id as kept, part's id) that match, the last."""

    seen: int
    matched: Sequence[tuple[str, str]]
    last: int
    effects: Effects = field(default_factory=Effects)


def plan(tx: Tx, link: str, rules: IdRules, configured: IdRules) -> Rematching:
    """Return the rematching of a link whose settings have the rules ``configured``."""
    return Rematching(link, rules, kept_receipts.rules(tx, link) or configured)


def look(tx: Tx, asked: Rematching, last: int = 0) -> tuple[Page, Mapping[int, Receipt]]:
    """Return which of the next receipts behind number ``last`` match a part, and change nothing."""
    kept = kept_receipts.behind(tx, asked.link, last, BATCH)
    named = {one.id: asked.part_id(one) for one in kept}
    known = parts.by_provider_id(tx, asked.link, {name for name in named.values() if name})
    found: dict[int, Receipt] = {}
    matched: list[tuple[str, str]] = []
    for one in kept:
        name = named[one.id]
        if name is not None and name in known:
            found[one.id] = Receipt(asked.link, name, one.orphan.status, from_ms(one.orphan.at))
            matched.append((one.orphan.text_id or one.orphan.tlv_id or one.orphan.provider_id, name))
    return Page(len(kept), matched, kept[-1].id if kept else last), found


def rematch(tx: Tx, delivery: Delivery, asked: Rematching, now: datetime, last: int = 0) -> Page:
    """Match the next receipts behind number ``last``: store what they say, and keep them no longer."""
    page, found = look(tx, asked, last)
    if not found:
        return page
    kept_receipts.forget(tx, list(found))
    effects, _ = delivery.receive(tx, list(found.values()), now)
    return replace(page, effects=effects)


def outdated(tx: Tx, rules: Mapping[str, IdRules]) -> list[Rematching]:
    """Return the rematchings of links whose rules are others than those that their parts are stored by."""
    found: list[Rematching] = []
    for link, now in rules.items():
        before = kept_receipts.rules(tx, link)
        if before is None:
            kept_receipts.set_rules(tx, link, now)
        elif before != now:
            found.append(Rematching(link, now, before))
    return found


def settle(tx: Tx, asked: Rematching) -> int:
    """Have the parts of live messages stored by the new rules, for receipts to come; return how many changed."""
    old, new = asked.stored.answer, asked.rules.answer
    names = (
        [(id_, respelled(id_, old, new)) for id_ in kept_receipts.live_ids(tx, asked.link)] if old is not new else []
    )
    changed = [(before, after) for before, after in names if before != after]
    kept_receipts.rename(tx, asked.link, changed)
    kept_receipts.set_rules(tx, asked.link, asked.rules)
    return len(changed)


def adopt(tx: Tx, delivery: Delivery, rules: Mapping[str, IdRules], now: datetime) -> tuple[int, Effects]:
    """Take over changed id rules of links before they run; return how many kept receipts match now."""
    matched, effects = 0, Effects()
    for asked in outdated(tx, rules):
        last, seen = 0, BATCH
        while seen:
            page = rematch(tx, delivery, asked, now, last)
            matched, effects, last, seen = matched + len(page.matched), effects | page.effects, page.last, page.seen
        settle(tx, asked)
    return matched, effects
