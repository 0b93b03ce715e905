"""Delivery: from a due step to a submission, from an outcome or a receipt to a status. All in batches."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from typing import NamedTuple

from tolmach.core import traffic
from tolmach.core.content import Channel
from tolmach.core.delivery import Busy, Lost, Outcome, Receipt, Refused, Sent, Submission, Uncertain
from tolmach.core.ids import leg_id, split_id
from tolmach.core.moments import duration_ms, from_ms, to_ms
from tolmach.core.rejections import Rejection
from tolmach.core.requests import place_of
from tolmach.core.status import Status
from tolmach.core.traces import Heard
from tolmach.services.catalogue import Catalogue
from tolmach.services.early import EarlyReceipts
from tolmach.services.hands import Hands
from tolmach.services.progress import Effects, Progress
from tolmach.services.recent import RecentMessages
from tolmach.services.router import Way
from tolmach.services.shares import Shares
from tolmach.services.siblings import Siblings
from tolmach.store import campaigns, ledger, messages, moderations, parts, queue, stops, waiting
from tolmach.store.database import Tx
from tolmach.store.flavours import flavour
from tolmach.store.messages import Message
from tolmach.store.parts import Orphan, Part
from tolmach.store.queue import Entry, Kind, Lease

LEASE = timedelta(seconds=60)
AGAIN = 1_000  # milliseconds until what was lost is sent once more


class Submitted(NamedTuple):
    """What a link answered to a submission that was claimed at a moment."""

    submission: Submission
    link: str
    outcome: Outcome
    claimed_at: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a loop would claim: so many steps at most, of a channel (None: all)."""

    worker: str
    limit: int
    channel: Channel | None


NOTHING = Wanted("", 0, None)


class Delivery:
    """The decisions of delivery, each a function of one transaction. ``grace`` is added to every validity."""

    def __init__(self, catalogue: Catalogue, grace: timedelta) -> None:
        self._catalogue = catalogue
        self._grace = duration_ms(grace)
        self.recent = RecentMessages()
        self._claimed: dict[str, Mapping[int, Message]] = {}  # by each loop, and not known to be committed
        self._shares = Shares()
        self.hands = Hands()
        self.early = EarlyReceipts()
        self.traced = False
        """Whether receipts are told to those who record traces."""

    def turn(
        self, tx: Tx, wanted: Wanted, results: Sequence[Submitted], early: Sequence[Receipt], now: datetime
    ) -> tuple[Effects, list[Submission]]:
        """Do what `settle` and `claim` do, in the order in which everybody locks.

        That is links, then messages, then balances; of messages, what is due is passed over while others have it.
        """
        parts.expect_receipts(tx, {result.link for result in results})
        if flavour(tx).locks_rows:
            queue.locked(tx, _messages_of(results))
        money: list[ledger.Entry] = []
        ended, claimed = Effects(), list[Submission]()
        if wanted.limit:
            ended, claimed = self.claim(tx, wanted.worker, now, wanted.limit, wanted.channel, money)
        settled = self._settle(tx, results, now, early, money)
        if money:
            with flavour(tx).together(tx):
                ledger.append(tx, money)
        return ended | settled, claimed

    def claim(
        self,
        tx: Tx,
        worker: str,
        now: datetime,
        limit: int,
        channel: Channel | None = None,
        money: list[ledger.Entry] | None = None,
    ) -> tuple[Effects, list[Submission]]:
        """Lease due steps (of a channel) and return those that can be sent; the others end here.

        `taken` is to be told when that is committed. ``money``: see `Progress.write`.
        """
        moment = to_ms(now)
        due = self._free(tx, self._shares.claim(tx, _lease(worker, moment), limit, traffic.lanes(channel)))
        if not due:
            return Effects(), []
        known = self._claimed[worker] = self.recent.find(tx, [entry.message for entry in due])
        stopped = self._stopped(tx, known.values())
        live = [entry for entry in due if not _too_late(entry, moment) and entry.message not in stopped]
        effects = self._end(tx, due, known, stopped, moment, money) if len(live) < len(due) else Effects()
        live = self._hold(tx, live, known, moment, money)
        routed = self._ways(tx, live, known)
        return effects, [_submission(known[entry.message], entry, routed.get(entry.message)) for entry in live]

    def taken(self, worker: str, claimed: Sequence[Submission]) -> None:
        """What a loop has claimed is committed: it has these in hand from now on."""
        self.hands.take(worker, claimed)
        known = self._claimed.pop(worker, {})
        if claimed:  # else it may be from a claim that came to nothing
            self.recent.remember(known)

    def _free(self, tx: Tx, claimed: Sequence[Entry]) -> Sequence[Entry]:
        """Return what nobody has in hand; what somebody has stays his, until the moment that the rows have."""
        held = self.hands.held(claimed)
        if not held:
            return claimed
        queue.renew(tx, held)
        theirs = {entry.message for entry in held}
        return [entry for entry in claimed if entry.message not in theirs]

    def settle(self, tx: Tx, results: Sequence[Submitted], now: datetime, early: Sequence[Receipt] = ()) -> Effects:
        """Store what the links answered, and the receipts that were held for it."""
        return self.turn(tx, NOTHING, results, early, now)[0]

    def _settle(
        self,
        tx: Tx,
        results: Sequence[Submitted],
        now: datetime,
        early: Sequence[Receipt],
        money: list[ledger.Entry],
    ) -> Effects:
        if not results:
            return Effects()
        progress = self._progress(tx, self.recent.by_ids(tx, _messages_of(results)), now)
        for result in results:
            if isinstance(result.outcome, Lost) and self._resends(tx, progress, result):
                progress.again(result.submission, progress.now + AGAIN)
            else:
                _apply(progress, result)
        return self._told_early(tx, progress, [*self._take_early(tx, results), *early], now, money)

    def _told_early(
        self,
        tx: Tx,
        progress: Progress,
        early: Sequence[Receipt],
        now: datetime,
        money: list[ledger.Entry],
    ) -> Effects:
        """Store a progress with the receipts that were there before it; ``money``: see `Progress.write`."""
        others = self._merge_early(tx, progress, early)
        effects = progress.write(money)
        return effects | self._receive(tx, others, now, money)[0] if others else effects

    def _resends(self, tx: Tx, progress: Progress, result: Submitted) -> bool:
        """Tell whether a lost step is sent once more: its account wants that, and it was certain until now."""
        submission, message_id = result.submission, split_id(result.submission.leg)[0]
        message, duty = progress.messages.get(message_id), progress.duty(message_id)
        if message is None or duty is None or submission.uncertain or getattr(result.outcome, "pursued", False):
            return False
        return self._uncertain(tx, message).resends_lost(traffic.traffic_of(duty.lane))

    def _uncertain(self, tx: Tx, message: Message) -> Uncertain:
        account = self._catalogue.at(tx).account(tx, message.account)
        return Uncertain.USUAL if account is None else account.uncertain

    def _hold(
        self, tx: Tx, due: list[Entry], known: Mapping[int, Message], now: int, money: list[ledger.Entry] | None
    ) -> list[Entry]:
        """Return what may be sent; what another process may have sent already waits, where its account says so."""
        held = [
            entry for entry in due if entry.uncertain and self._uncertain(tx, known[entry.message]) is Uncertain.HOLD
        ]
        if not held:
            return due
        progress = self._progress(tx, known, from_ms(now))
        for entry in held:
            submission = _submission(known[entry.message], entry)
            progress.lost(submission, "", now, "perhaps sent before its process died")
        progress.write(money)
        theirs = {entry.message for entry in held}
        return [entry for entry in due if entry.message not in theirs]

    def resolve(self, tx: Tx, result: Submitted, now: datetime) -> tuple[Effects, bool]:
        """Store what became of a lost leg; also return False when its loss is not stored yet."""
        message, step = split_id(result.submission.leg)
        parts.expect_receipts(tx, {result.link})
        progress = self._progress(tx, self.recent.by_ids(tx, [message]), now)
        if progress.duty(message) is not None and progress.leg(message, step) is None:
            return Effects(), False
        if isinstance(result.outcome, Sent):
            progress.resolve(result.submission, result.outcome.provider_ids)
        elif isinstance(result.outcome, Refused):
            progress.resolve(result.submission, None, result.outcome.code)
        money: list[ledger.Entry] = []
        effects = self._told_early(tx, progress, self._take_early(tx, [result]), now, money)
        ledger.append(tx, money)
        return effects, True

    def doubts(self, tx: Tx, link: str) -> list[tuple[Submission, datetime]]:
        """Return the legs of a link whose answer was lost and which still wait, with the moments of their sending."""
        found = waiting.doubtful(tx, link)
        ids = [message for message, _, _ in found]
        known, duties = messages.by_ids(tx, ids), queue.by_ids(tx, ids)
        return [(_submission(known[id_], duties[id_]), from_ms(since)) for id_, _, since in found]

    def receive(self, tx: Tx, receipts: Sequence[Receipt], now: datetime) -> tuple[Effects, int]:
        """Store receipts; also return how many nothing answers to (they are kept)."""
        return self._receive(tx, receipts, now)

    def _receive(
        self, tx: Tx, receipts: Sequence[Receipt], now: datetime, money: list[ledger.Entry] | None = None
    ) -> tuple[Effects, int]:
        moment = to_ms(now)
        known = _parts_told(tx, receipts)
        unknown = _unknown(receipts, known)
        if unknown and parts.await_answers(tx, {receipt.link for receipt in unknown}):
            known |= _parts_told(tx, unknown)  # their answers have been stored just now
            unknown = _unknown(receipts, known)
        parts.keep_orphans(tx, [_orphan(receipt, moment) for receipt in unknown])
        effects = self._merge(tx, receipts, known, now, money) if known else Effects()
        return effects, len(unknown)

    def give_up(self, tx: Tx, worker: str, now: datetime, limit: int) -> tuple[Effects, int]:
        """End steps whose validity and grace are over; also return how many there were."""
        moment = to_ms(now)
        due = queue.claim(tx, Kind.GIVE_UP, _lease(worker, moment), limit)
        progress = self._progress(tx, messages.by_ids(tx, {entry.message for entry in due}), now)
        for entry in due:
            progress.timed_out(entry.message, entry.step)
        return progress.write(), len(due)

    def expire(self, tx: Tx, now: datetime, limit: int) -> tuple[Effects, int]:
        """End steps that no link had room for while they were valid; also return how many there were.

        What this process has in hand is left for its answer: a carrier may have taken it while nothing could be stored.
        """
        moment = to_ms(now)
        until = _lease("", moment).until  # of what is in hand: else it would be found again at once
        due = self._free(tx, [entry._replace(due_at=until) for entry in queue.expired(tx, moment, limit)])
        known = messages.by_ids(tx, [entry.message for entry in due])
        overdue = [entry._replace(uncertain=entry.uncertain or bool(entry.claimed_by)) for entry in due]
        return self._end(tx, overdue, known, frozenset(), moment), len(due)

    def cancel(self, tx: Tx, ids: Sequence[int], now: datetime, *, dry_run: bool = False) -> int:
        """Cancel the messages that no carrier has seen yet; return how many there were."""
        found = queue.by_ids(tx, ids) if dry_run else queue.locked(tx, ids)
        waiting = [entry for entry in found.values() if _untouched(entry)]
        if waiting and not dry_run:
            self._drop(tx, waiting, now, Status.CANCELLED, "cancelled")
        return len(waiting)

    def cancellable(self, tx: Tx, ids: Collection[int]) -> list[int]:
        """Return which of these messages no carrier has seen, nor will before the transaction ends."""
        return [message for message, entry in queue.locked(tx, ids).items() if _untouched(entry)]

    def release(self, tx: Tx, ids: Collection[int], now: datetime) -> Effects:
        """Send what a moderator has approved; its validity counts from now, or from its time if that is later."""
        moment = to_ms(now)
        waiting = self._on_moderation(tx, ids)
        known = messages.by_ids(tx, [entry.message for entry in waiting])
        paused = campaigns.paused_among(tx, {one.campaign for one in known.values() if one.campaign is not None})
        ready = [_released(known[entry.message], entry, moment) for entry in waiting]
        queue.change(tx, [_held(entry) if known[entry.message].campaign in paused else entry for entry in ready])
        moderations.leave(tx, ids)
        return Effects(steps=bool(waiting))

    def decline(self, tx: Tx, ids: Collection[int], now: datetime) -> Effects:
        """Refuse what a moderator has rejected; its money goes back."""
        effects = self._drop(tx, self._on_moderation(tx, ids), now, Status.REFUSED, Rejection.TEXT_DECLINED.value)
        moderations.leave(tx, ids)
        return effects

    def lapse(self, tx: Tx, worker: str, now: datetime, limit: int) -> tuple[Effects, int]:
        """End messages that no moderator has decided on in time; also return how many there were."""
        moment = to_ms(now)
        due = queue.claim(tx, Kind.MODERATE, _lease(worker, moment), limit)
        return self._drop(tx, due, now, Status.EXPIRED, "not moderated in time"), len(due)

    def lapse_paused(self, tx: Tx, worker: str, now: datetime, limit: int) -> tuple[Effects, int]:
        """End messages of paused campaigns whose validity is over; also return how many there were."""
        moment = to_ms(now)
        due = queue.claim(tx, Kind.PAUSED, _lease(worker, moment), limit)
        return self._drop(tx, due, now, Status.EXPIRED, "paused"), len(due)

    def _on_moderation(self, tx: Tx, ids: Collection[int]) -> Sequence[Entry]:
        return [entry for entry in queue.locked(tx, ids).values() if entry.kind is Kind.MODERATE]

    def _drop(self, tx: Tx, waiting: Sequence[Entry], now: datetime, status: Status, reason: str) -> Effects:
        """End messages of which no carrier has seen anything."""
        if not waiting:
            return Effects()
        progress = self._progress(tx, messages.by_ids(tx, {entry.message for entry in waiting}), now)
        for entry in waiting:
            progress.end_all(entry.message, entry.step, status, reason)
        moderations.leave(tx, [entry.message for entry in waiting if entry.kind is Kind.MODERATE])
        return progress.write()

    def _progress(self, tx: Tx, known: Mapping[int, Message], now: datetime) -> Progress:
        return Progress(tx, self._catalogue.at(tx), known, to_ms(now), self._grace)

    def _ways(self, tx: Tx, due: Sequence[Entry], known: Mapping[int, Message]) -> dict[int, Way]:
        """Return which links to ask for what is due, where a route or the step itself says so."""
        snapshot = self._catalogue.at(tx)
        router = snapshot.router(tx)
        found: dict[int, Way] = {}
        for entry in due:
            message = known[entry.message]
            step = message.plan[entry.step - 1]
            if router.rules or step.link:
                way = router.way(snapshot.subject(tx, message, step, entry.lane), entry.message, step, entry.tried)
                if way is not None:
                    found[entry.message] = way
        return found

    def _stopped(self, tx: Tx, found: Collection[Message]) -> frozenset[int]:
        """Return the messages whose recipients have got on a stop list since they were accepted."""
        if not self._catalogue.at(tx).stops_exist(tx):
            return frozenset()
        on_list = stops.among(tx, {m.account for m in found}, {m.recipient for m in found})
        return frozenset(
            m.id
            for m in found
            if (stops.EVERYBODY, m.recipient) in on_list
            or ((m.account, m.recipient) in on_list and m.plan[0].own_stops)
        )

    def _end(
        self,
        tx: Tx,
        due: Sequence[Entry],
        known: Mapping[int, Message],
        stopped: frozenset[int],
        now: int,
        money: list[ledger.Entry] | None = None,
    ) -> Effects:
        ending = [entry for entry in due if entry.message in stopped or _too_late(entry, now)]
        progress = self._progress(tx, known, from_ms(now))
        for entry in ending:
            if entry.message in stopped and not entry.uncertain:
                progress.end_all(entry.message, entry.step, Status.REFUSED, Rejection.STOPPED.value)
            else:
                progress.overdue(entry.message, entry.step, uncertain=entry.uncertain)
        return progress.write(money)

    def _take_early(self, tx: Tx, results: Sequence[Submitted]) -> list[Receipt]:
        """Return receipts that came before the answers that name their messages, oldest first."""
        found: list[Receipt] = []
        for link in {result.link for result in results}:
            sent = [r.outcome for r in results if r.link == link and isinstance(r.outcome, Sent)]
            early = parts.take_orphans(tx, link, [id_ for outcome in sent for id_ in outcome.provider_ids])
            found += [Receipt(o.link, o.provider_id, o.status, from_ms(o.at), o.text_id, o.tlv_id) for o in early]
        return found

    def _merge_early(self, tx: Tx, progress: Progress, early: Sequence[Receipt]) -> Sequence[Receipt]:
        """Merge receipts into the parts of new legs, which so are stored once; return those about anything else."""
        if not early:
            return early
        stored = _parts_told(tx, early)  # an id that a carrier gives twice may still be another message's
        siblings = Siblings(progress, progress.new_parts)
        others: list[Receipt] = []
        for receipt in early:
            name = (receipt.link, receipt.provider_id)
            part = None if name in stored else siblings.called(name)
            if part is not None and progress.is_new(part.message, part.step):
                siblings.tell(part, receipt)
                if self.traced:
                    _hear(progress, part, receipt)
            else:
                others.append(receipt)
        progress.new_parts = siblings.all()
        return others

    def _merge(
        self,
        tx: Tx,
        receipts: Sequence[Receipt],
        known: dict[tuple[str, str], Part],
        now: datetime,
        money: list[ledger.Entry] | None,
    ) -> Effects:
        ids = {part.message for part in known.values()}
        progress = self._progress(tx, self.recent.by_ids(tx, ids), now)
        known = parts.once_locked(tx, known)
        several = {part.message for part in known.values() if _parts_of(progress, part) != 1}
        siblings = Siblings(progress, [*known.values(), *chain(*parts.of_messages(tx, several).values())])
        for receipt in receipts:
            part = known.get((receipt.link, receipt.provider_id))
            if part is not None and part.message in progress.messages:
                siblings.tell(part, receipt)
                if self.traced:
                    _hear(progress, part, receipt)
        parts.save(tx, siblings.changed())
        return progress.write(money)  # the last, see there


def _messages_of(results: Sequence[Submitted]) -> set[int]:
    return {split_id(result.submission.leg)[0] for result in results}


def _orphan(receipt: Receipt, now: int) -> Orphan:
    at = to_ms(receipt.at)
    return Orphan(receipt.link, receipt.provider_id, receipt.status, at, now, receipt.text_id, receipt.tlv_id)


def _parts_told(tx: Tx, receipts: Sequence[Receipt]) -> dict[tuple[str, str], Part]:
    known: dict[tuple[str, str], Part] = {}
    for link in {receipt.link for receipt in receipts}:
        ids = {receipt.provider_id for receipt in receipts if receipt.link == link}
        known.update(((link, id_), part) for id_, part in parts.by_provider_id(tx, link, ids).items())
    return known


def _hear(progress: Progress, part: Part, receipt: Receipt) -> None:
    """Tell those who record traces of a receipt, if its message belongs to one."""
    message = progress.messages[part.message]
    if place_of(message.request) is not None:
        progress.heard.append(Heard(message.request, message.id, part.step, receipt.link, receipt.status.value))


def _unknown(receipts: Sequence[Receipt], known: Mapping[tuple[str, str], Part]) -> list[Receipt]:
    return [receipt for receipt in receipts if (receipt.link, receipt.provider_id) not in known]


def _parts_of(progress: Progress, part: Part) -> int:
    message = progress.messages.get(part.message)
    return 0 if message is None else message.plan[part.step - 1].parts


def _too_late(entry: Entry, now: int) -> bool:
    return entry.expires_at <= now


def _untouched(entry: Entry) -> bool:
    if entry.kind in (Kind.MODERATE, Kind.PAUSED):
        return True
    return entry.kind is Kind.SUBMIT and entry.step == 1 and not entry.claimed_by and not entry.uncertain


def _released(message: Message, waiting: Entry, now: int) -> Entry:
    due = max(message.due_at, now)
    expires = message.plan[0].expires_ms(due)
    return waiting._replace(kind=Kind.SUBMIT, due_at=due if expires > due else now, expires_at=expires)


def _held(entry: Entry) -> Entry:
    return entry._replace(kind=Kind.PAUSED, due_at=entry.expires_at)


def _lease(worker: str, now: int) -> Lease:
    return Lease(worker, now, now + duration_ms(LEASE))


def _submission(message: Message, entry: Entry, way: Way | None = None) -> Submission:
    step = message.plan[entry.step - 1]
    return Submission(
        leg=leg_id(message.id, entry.step),
        recipient=message.recipient,
        sender=step.sender,
        channel=step.channel,
        content=step.content,
        parts=step.parts,
        expires_at=from_ms(entry.expires_at),
        attempt=entry.attempts,
        uncertain=entry.uncertain,
        route=None if way is None else way.links,
        patience=0.0 if way is None else way.patience,
        request=message.request,
    )


def _apply(progress: Progress, result: Submitted) -> None:
    submission, outcome = result.submission, result.outcome
    match outcome:
        case Sent(provider_ids):
            progress.sent(submission, result.link, provider_ids, result.claimed_at)
        case Refused(code):
            progress.refused(submission, result.link, result.claimed_at, code)
        case Lost(detail):
            progress.lost(submission, result.link, result.claimed_at, detail)
        case Busy(retry_after, begun):
            progress.busy(submission, progress.now + max(1, int(retry_after * 1000)), begun=begun)
