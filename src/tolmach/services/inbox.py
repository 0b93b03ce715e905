"""The inbox: long messages joined, each message given to its account, STOP and START obeyed. All in the batch's
transaction, so that a carrier's message is acknowledged only when everything of it is stored.
"""

from collections.abc import Sequence, Set
from dataclasses import replace
from datetime import datetime, timedelta

from tolmach.core.commands import ListIncoming
from tolmach.core.delivery import Inbound
from tolmach.core.ids import AccountId
from tolmach.core.inbox import Claim, InboxPolicy, Wish, joined, mended, owner
from tolmach.core.moments import duration_ms, from_ms, to_ms
from tolmach.core.phone import normalise
from tolmach.core.rejections import Rejection
from tolmach.core.results import Incoming, IncomingResult
from tolmach.core.timezones import to_utc, to_wall
from tolmach.services.catalogue import Catalogue
from tolmach.services.context import Context, Handlers
from tolmach.services.delivery import Delivery
from tolmach.store import inbox, inbox_parts, schedule, stops
from tolmach.store.database import Tx
from tolmach.store.flavours import flavour
from tolmach.store.inbox import Letter
from tolmach.store.inbox_parts import Bundle, InboxPart

LONGEST_NUMBER = 21  # SMPP: source_addr and destination_addr without their NUL
COPIES = timedelta(days=1)
"""How long a part is remembered after it came: carriers repeat what they saw no answer to."""
SWEEP = 500
PAGE = 10_000
SECOND = 1_000


class Inbox:
    """Takes what subscribers write."""

    def __init__(self, catalogue: Catalogue, delivery: Delivery, policy: InboxPolicy) -> None:
        self._catalogue = catalogue
        self._delivery = delivery
        self._policy = policy

    def receive(self, tx: Tx, events: Sequence[Inbound], now: datetime) -> int:
        """Store messages and parts of messages; return how many messages are whole and in the inbox now."""
        whole: list[Letter] = []
        letters = [_letter(event, to_ms(now)) for event in events]
        pieces = [one for one, event in zip(letters, events, strict=True) if event.piece is not None]
        _wait_for_others(tx, {(one.sender, one.recipient) for one in pieces})
        for event, letter in zip(events, letters, strict=True):
            if event.piece is None:
                whole.append(letter)
            else:
                bundle = Bundle(letter.sender, letter.recipient, event.piece.reference, event.piece.total)
                part = InboxPart(bundle, event.piece.number, event.link, event.text, letter.received_at)
                whole += _take_part(tx, part)
        self._deliver(tx, whole, now)
        return len(whole)

    def sweep(self, tx: Tx, now: datetime) -> int:
        """Give up on parts that never came: what there is goes to the inbox. Return how many messages that were."""
        moment = to_ms(now)
        before = moment - duration_ms(self._policy.patience)
        late = inbox_parts.waiting(tx, before, SWEEP)
        if late:
            _wait_for_others(tx, {(one.sender, one.recipient) for one in late})
            still = set(inbox_parts.waiting(tx, before, SWEEP))  # the last part may have come meanwhile
            late = [one for one in late if one in still]
        self._deliver(tx, [_join(tx, bundle, moment) for bundle in late], now)
        inbox_parts.purge(tx, moment - duration_ms(COPIES))
        return len(late)

    def assign(self, tx: Tx, letter: Letter, account: AccountId, now: datetime) -> Wish | None:
        """Give a message that is nobody's to an account; return the wish that it held and that was obeyed."""
        inbox.assign(tx, letter.id, account, to_ms(now))
        return self._obey(tx, letter, [Claim(account)], now)

    def _deliver(self, tx: Tx, letters: Sequence[Letter], now: datetime) -> None:
        claims = self._catalogue.at(tx).inbox_claims(tx) if letters else {}
        stored: list[Letter] = []
        for letter in letters:
            claimants = claims.get(letter.recipient, ())
            claim = owner(claimants, letter.text)
            # on a shared number a bare STOP is meant for whoever sends from it
            self._obey(tx, letter, [claim] if claim is not None else claimants, now)
            stored.append(letter if claim is None else _of(letter, claim))
        inbox.add(tx, stored)

    def _obey(self, tx: Tx, letter: Letter, claims: Sequence[Claim], now: datetime) -> Wish | None:
        """Put the sender on the stop lists of the accounts and cancel what is scheduled for him, or take him off."""
        moment = to_ms(now)
        said: Wish | None = None
        for claim in claims:
            wish = self._policy.words.wish(letter.text, claim.prefix)
            if wish is None or isinstance(normalise(letter.sender), Rejection):
                continue  # a name or a short number: nobody could write to it
            said = wish
            if wish is Wish.START:
                stops.remove(tx, claim.account, [letter.sender], moment)
            else:
                stops.add(tx, claim.account, [letter.sender], moment)
                self._delivery.cancel(tx, schedule.to_phone(tx, claim.account, letter.sender, moment), now)
        return said


def _of(letter: Letter, claim: Claim) -> Letter:
    return replace(letter, account=claim.account, prefix=claim.prefix.upper())


def _letter(event: Inbound, moment: int) -> Letter:
    ends = (address(event.sender), address(event.recipient))
    return Letter(None, moment, *ends, prefix="", link=event.link, text=mended(event.text))


def address(written: str) -> str:
    """Return a number as it is compared: international digits, or a short number or name as it is written."""
    number = normalise(written)
    return mended(written.strip().removeprefix("+"))[:LONGEST_NUMBER] if isinstance(number, Rejection) else str(number)


def _wait_for_others(tx: Tx, ends: Set[tuple[str, str]]) -> None:
    """Have the parts of one message come one after the other, in whichever process.

    Two that do not see each other would both find that the message is not whole yet. Locks are taken in one order.
    """
    for sender, recipient in sorted(ends):
        flavour(tx).lock(tx, f"parts of {sender} to {recipient}")


def _take_part(tx: Tx, part: InboxPart) -> list[Letter]:
    """Store a part unless it is a copy; return the messages that are whole now."""
    found = {one.number: one for one in inbox_parts.of_bundle(tx, part.bundle)}
    ready: list[Letter] = []
    known = found.get(part.number)
    if known is not None and known.text == part.text:
        return ready
    if known is not None:  # the reference comes round again: another message
        if not known.joined:
            ready.append(_join(tx, part.bundle, part.arrived_at))
        inbox_parts.drop(tx, part.bundle)
        found = {}
    inbox_parts.add(tx, part)
    if len(found) + 1 == part.bundle.total and not any(one.joined for one in found.values()):
        ready.append(_join(tx, part.bundle, part.arrived_at))
    return ready


def _join(tx: Tx, bundle: Bundle, now: int) -> Letter:
    parts = inbox_parts.of_bundle(tx, bundle)
    text = joined({part.number: part.text for part in parts if not part.joined}, bundle.total)
    inbox_parts.join(tx, bundle, now)
    return Letter(None, now, bundle.sender, bundle.recipient, prefix="", link=parts[0].link, text=text)


def list_incoming(asked: Context, command: ListIncoming) -> IncomingResult:
    """Return the account's messages between two moments, both exclusive as ProntoSMS has it, by whole seconds.

    Programs ask for what came after the last second that they have seen, so a second is shown only when it is over,
    and never in part.
    """
    zone = asked.account.time_zone
    start = to_ms(to_utc(command.start, zone)) // SECOND * SECOND + SECOND
    end = to_ms(asked.now) // SECOND * SECOND
    if command.end is not None:
        end = min(end, to_ms(to_utc(command.end, zone)))
    found = list(inbox.between(asked.tx, asked.account.id, start, end, PAGE + 1))
    if len(found) > PAGE:
        cut = found[-1].received_at // SECOND
        found = [one for one in found if one.received_at // SECOND < cut] or found[:-1]
    return IncomingResult([incoming(one, zone) for one in found])


def incoming(one: Letter, zone: str) -> Incoming:
    """Return a message as its account sees it."""
    at = to_wall(from_ms(one.received_at), zone)
    return Incoming(one.id, one.sender, one.recipient, one.prefix, one.text, at)


READERS: Handlers = {ListIncoming: list_incoming}
