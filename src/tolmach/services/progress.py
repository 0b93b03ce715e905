"""Progress of messages: what an event does to a leg, its message, the money and the callbacks, for a whole batch.

A `Progress` loads what the batch touches, applies events in memory and writes the sum with a fixed number of
statements. The next step of a cascade is planned in the transaction that ends the one before it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tolmach.core import settlement, states, traffic
from tolmach.core.delivery import Submission
from tolmach.core.ids import split_id
from tolmach.core.money import ZERO, Money
from tolmach.core.status import FINAL, SUCCESS, Event, Status, merge
from tolmach.core.traces import Heard
from tolmach.services.catalogue import Snapshot
from tolmach.store import callbacks, ledger, legs, parts, queue
from tolmach.store.callbacks import Callback
from tolmach.store.database import Tx
from tolmach.store.flavours import flavour
from tolmach.store.legs import Leg
from tolmach.store.messages import Message
from tolmach.store.parts import Part
from tolmach.store.queue import Entry, Kind


@dataclass(frozen=True, slots=True)
class Effects:
    """What a batch gives other workers to do: steps to submit, callbacks to tell.

    ``heard``: the receipts among it that traced requests have got.
    """

    steps: bool = False
    callbacks: bool = False
    heard: tuple[Heard, ...] = ()

    def __or__(self, other: "Effects") -> "Effects":
        """Return both together."""
        both = (self.steps or other.steps, self.callbacks or other.callbacks)
        return Effects(*both, self.heard + other.heard if other.heard else self.heard)


class Progress:
    """The changes that one batch of events makes to some messages."""

    def __init__(self, tx: Tx, snapshot: Snapshot, known: Mapping[int, Message], now: int, grace: int) -> None:
        ids = known.keys()  # duties are locked before legs are read: what another process did is seen or waited for
        self._tx = tx
        self._snapshot = snapshot
        self.now = now
        self._grace = grace
        self.messages = known
        self._duties: dict[int, Entry] = dict(queue.locked(tx, ids))
        self._legs = {id_: {leg.step: leg for leg in found} for id_, found in legs.locked(tx, ids).items()}
        self._new: dict[tuple[int, int], Leg] = {}
        self._changed: dict[tuple[int, int], Leg] = {}
        self.new_parts: list[Part] = []
        """What carriers call the parts of the legs that they took in this batch."""
        self._duty_changes: dict[int, Entry] = {}
        self._finished: set[int] = set()
        self._superseded: set[tuple[int, int]] = set()
        self._entries: list[ledger.Entry] = []
        self._callbacks: list[Callback] = []
        self.heard: list[Heard] = []
        """Receipts for messages of traced requests."""

    def leg(self, message: int, step: int) -> Leg | None:
        """Return a tried step."""
        return self._legs.get(message, {}).get(step)

    def is_new(self, message: int, step: int) -> bool:
        """Tell whether a step was first tried in this batch."""
        return (message, step) in self._new

    def duty(self, message: int) -> Entry | None:
        """Return what is still to be done for a message; None when it is final."""
        return None if message in self._finished else self._duties.get(message)

    def sent(self, submission: Submission, link: str, provider_ids: tuple[str, ...], claimed_at: int) -> None:
        """A carrier took a step."""
        message, step = self._open_leg(submission, link, claimed_at, charge=True)
        self.new_parts += [
            Part(link, provider_id, message.id, step, number, Status.SENT, self.now, message.account)
            for number, provider_id in enumerate(provider_ids, 1)
        ]
        self._await_receipt(message, step)

    def lost(self, submission: Submission, link: str, claimed_at: int, detail: str) -> None:
        """Nobody knows whether a carrier took a step: it waits for a receipt and is not charged before."""
        if self._answered(submission):
            return
        message, step = self._open_leg(submission, link, claimed_at)
        leg = self._legs[message.id][step]
        self._put(leg._replace(uncertain=True, reason=f"lost: {detail}"[:64]))
        self._await_receipt(message, step)

    def refused(self, submission: Submission, link: str, claimed_at: int, code: str) -> None:
        """A carrier said no to a step."""
        if self._answered(submission):
            return
        message, step = self._open_leg(submission, link, claimed_at)
        self._put(self._legs[message.id][step]._replace(status=Status.REFUSED, reason=code[:64]))
        self._go_on(message, step)

    def resolve(self, submission: Submission, provider_ids: tuple[str, ...] | None, code: str = "") -> None:
        """It is known now what became of a lost step: the carrier has it (under these ids), or said no to it."""
        message_id, step = split_id(submission.leg)
        leg, duty = self.leg(message_id, step), self.duty(message_id)
        if leg is None or duty is None or duty.step != step or leg.status is not Status.SENT or not leg.uncertain:
            return
        message = self.messages[message_id]
        if provider_ids is None:
            self._put(leg._replace(status=Status.REFUSED, reason=code[:64], changed_at=self.now, uncertain=False))
            self._go_on(message, step)
            return
        self.new_parts += [
            Part(leg.link, provider_id, message_id, step, number, Status.SENT, self.now, message.account)
            for number, provider_id in enumerate(provider_ids, 1)
        ]
        self._put(leg._replace(reason="", uncertain=False))
        self._charge(message, step, settlement.due_when_sent(message.plan, step, message.charge_on))

    def busy(self, submission: Submission, until: int, *, begun: bool = False) -> None:
        """A step must be tried again later, unless its lease ran out and another worker has it or had it.

        ``begun``: its carrier has some of it, and another process would send that again.
        """
        message_id, step = split_id(submission.leg)
        duty = self.duty(message_id)
        if duty is not None and (duty.kind, duty.step, duty.attempts) == (Kind.SUBMIT, step, submission.attempt):
            self._plan_duty(duty._replace(due_at=until, uncertain=duty.uncertain or begun))

    def again(self, submission: Submission, until: int) -> None:
        """The answer to a step was lost: it is sent once more, and stays uncertain."""
        message_id, step = split_id(submission.leg)
        duty = self.duty(message_id)
        if duty is not None and (duty.kind, duty.step, duty.attempts) == (Kind.SUBMIT, step, submission.attempt):
            self._plan_duty(duty._replace(due_at=until, claimed_by="", uncertain=True))

    def overdue(self, message_id: int, step: int, *, uncertain: bool) -> None:
        """A step can be sent no more, or (``uncertain``) never again because nobody knows whether it was."""
        message = self.messages[message_id]
        status = Status.UNKNOWN if uncertain else Status.EXPIRED
        reason = "perhaps sent before its process died" if uncertain else "validity over before it was sent"
        begun = self.leg(message_id, step)
        if begun is not None:  # a link did not deliver it, and no other took it in time
            self._put(begun._replace(status=Status.UNDELIVERED, changed_at=self.now))
            self._go_on(message, step)
            return
        self._put(Leg(message_id, step, message.account, status, self.now, self.now, reason, uncertain=uncertain))
        self._go_on(message, step)

    def end_all(self, message_id: int, step: int, status: Status, reason: str) -> None:
        """A step and all later ones end untried: the recipient is stopped, or the message is cancelled."""
        message = self.messages[message_id]
        for number in range(step, len(message.plan) + 1):
            begun = self.leg(message_id, number)
            if begun is not None and begun.status is Status.QUEUED:  # a link did not deliver it: no other shall try
                self._put(begun._replace(status=Status.UNDELIVERED, changed_at=self.now))
            elif begun is None:
                self._put(Leg(message_id, number, message.account, status, self.now, self.now, reason))
        self._finish(message)

    def told(self, message_id: int, step: int, status: Status, at: int) -> None:
        """Receipts make the status of a tried step what it is now."""
        message, leg = self.messages[message_id], self.leg(message_id, step)
        if leg is None or status is leg.status:
            return
        delivered = at if leg.delivered_at is None and status in SUCCESS else leg.delivered_at
        self._put(leg._replace(status=status, changed_at=at, delivered_at=delivered))
        if self.duty(message_id) is not None:
            self._charge(message, step, settlement.due_when_delivered(message.plan[step - 1], status, leg.charged))
        if not self._try_elsewhere(message, step):
            self._go_on(message, step)

    def timed_out(self, message_id: int, step: int) -> None:
        """Validity and grace of a step are over."""
        message, leg = self.messages[message_id], self.leg(message_id, step)
        if leg is not None:
            status = merge(leg.status, Event.TIMED_OUT)
            if status is not leg.status:
                self._put(leg._replace(status=status, changed_at=self.now))
        self._go_on(message, step, waited=True)

    def write(self, money: list[ledger.Entry] | None = None) -> "Effects":
        """Store everything; ``money`` gets the entries of the ledger where more comes before the transaction ends."""
        with flavour(self._tx).together(self._tx):
            legs.add(self._tx, list(self._new.values()))
            legs.save(self._tx, self._changed.values())
            parts.add(self._tx, self.new_parts)
            parts.supersede(self._tx, self._superseded)
            queue.change(self._tx, [c for id_, c in self._duty_changes.items() if id_ not in self._finished])
            queue.remove(self._tx, self._finished)
            callbacks.add(self._tx, self._callbacks)
            if money is None:
                ledger.append(self._tx, self._entries)  # the last, so that nobody waits long for a balance
            else:
                money += self._entries
        steps = any(duty.kind is Kind.SUBMIT for duty in self._duty_changes.values())
        return Effects(steps=steps, callbacks=bool(self._callbacks), heard=tuple(self.heard))

    def _answered(self, submission: Submission) -> bool:
        message_id, step = split_id(submission.leg)
        return _has_answer(self.leg(message_id, step), self.duty(message_id))

    def _open_leg(
        self, submission: Submission, link: str, claimed_at: int, *, charge: bool = False
    ) -> tuple[Message, int]:
        """Store a step as sent; ``charge``: take what is due at this moment."""
        message_id, step = split_id(submission.leg)
        message = self.messages[message_id]
        begun = self.leg(message_id, step)  # a link did not deliver it: it may have been charged then
        duty = self.duty(message_id)  # another worker may have claimed it since, and sends it a second time
        if _has_answer(begun, duty):  # another worker, or an earlier life of this one, was faster
            return message, step
        charged = ZERO if begun is None else begun.charged
        amount = settlement.due_when_sent(message.plan, step, message.charge_on) if charge and not charged else ZERO
        if amount:
            self._entries.append(ledger.capture(message.account, message_id, step, amount, self.now))
        self._put(
            Leg(
                message=message_id,
                step=step,
                account=message.account,
                status=Status.SENT,
                changed_at=self.now,
                claimed_at=claimed_at,
                link=link,
                charged=charged or amount,
                submitted_at=self.now,
                uncertain=submission.uncertain or (duty is not None and duty.step == step and duty.uncertain),
            )
        )
        return message, step

    def _try_elsewhere(self, message: Message, step: int) -> bool:
        """Submit a step that its link did not deliver through the next link of its route, if the rule says so."""
        leg = self._legs[message.id][step]
        duty = self.duty(message.id) if leg.status is Status.UNDELIVERED else None
        if duty is None or duty.step != step or duty.kind is not Kind.GIVE_UP:
            return False
        planned = message.plan[step - 1]
        if duty.expires_at <= self.now or not self._snapshot.router(self._tx).rules:
            return False
        subject = self._snapshot.subject(self._tx, message, planned, duty.lane)
        tried = f"{duty.tried},{leg.link}".lstrip(",")
        way = self._snapshot.router(self._tx).way(subject, message.id, planned, tried)
        if way is None or not way.on_undelivered or not way.links:
            return False
        self._put(leg._replace(status=Status.QUEUED, reason=f"not delivered by {leg.link}"[:64], changed_at=self.now))
        self._superseded.add((message.id, step))
        self._plan_duty(duty._replace(kind=Kind.SUBMIT, due_at=self.now, attempts=0, claimed_by="", tried=tried))
        return True

    def _put(self, leg: Leg) -> None:
        key = (leg.message, leg.step)
        steps = self._legs.setdefault(leg.message, {})
        if leg.step not in steps or key in self._new:
            self._new[key] = leg
        else:
            self._changed[key] = leg
        steps[leg.step] = leg

    def _await_receipt(self, message: Message, step: int) -> None:
        """Give the step up when its validity is over; the last one has a grace for a late receipt."""
        duty = self.duty(message.id)
        if duty is not None and duty.step == step:
            until = duty.expires_at + (self._grace if step == len(message.plan) else 0)
            self._plan_duty(self._after(duty, kind=Kind.GIVE_UP, due_at=until))

    @staticmethod
    def _after(duty: Entry, **changes: Any) -> Entry:
        """Return what comes after a duty: in nobody's hands, and certain."""
        return duty._replace(attempts=0, claimed_by="", uncertain=False, **changes)

    def _plan_duty(self, duty: Entry) -> None:
        self._duty_changes[duty.message] = duty
        self._duties[duty.message] = duty

    def _go_on(self, message: Message, step: int, *, waited: bool = False) -> None:
        """Decide what follows from the new status of ``step``."""
        duty, leg = self.duty(message.id), self._legs[message.id].get(step)
        if duty is None:
            read = [number for number, one in self._legs[message.id].items() if one.status is Status.READ]
            if read == [step]:  # delivered became read; a second step that is read tells nothing new
                self._tell(message)
            return
        status = Status.EXPIRED if leg is None else leg.status
        if states.succeeded(message.plan[step - 1], status):
            self._succeed(message, step, duty)
        elif duty.step == step and status in FINAL:
            self._fall_through(message, step, status, waited=waited)

    def _succeed(self, message: Message, step: int, duty: Entry) -> None:
        """End the message, unless a later step is already with a carrier: then that step ends it."""
        if duty.step == step or (duty.kind is Kind.SUBMIT and not duty.claimed_by):
            self._finish(message)

    def _fall_through(self, message: Message, step: int, status: Status, *, waited: bool) -> None:
        """Plan the next step, or end the message. Delivered but to be read: wait as long as the step is valid."""
        if step == len(message.plan):
            self._finish(message)
        elif status is not Status.DELIVERED or waited:
            following = message.plan[step]
            duty = self._after(
                self._duties[message.id],
                kind=Kind.SUBMIT,
                due_at=self.now,
                step=step + 1,
                expires_at=following.expires_ms(self.now),
                lane=traffic.moved(self._duties[message.id].lane, following.channel),
                tried="",
            )
            self._plan_duty(duty)

    def _finish(self, message: Message) -> None:
        """Settle the money and tell the client; exactly once, because the queue row goes in the same transaction."""
        if self.duty(message.id) is None:
            return
        self._finished.add(message.id)
        tried = self._legs[message.id]
        for step, leg in list(tried.items()):
            self._charge(message, step, settlement.due_when_delivered(message.plan[step - 1], leg.status, leg.charged))
        back = settlement.remainder(message.plan, [leg.charged for leg in tried.values()])
        if back:
            self._entries.append(ledger.release(message.account, message.id, back, self.now))
        self._tell(message)

    def _charge(self, message: Message, step: int, amount: Money) -> None:
        leg = self._legs[message.id][step]
        if amount and not leg.charged:
            self._put(leg._replace(charged=amount))
            self._entries.append(ledger.capture(message.account, message.id, step, amount, self.now))

    def _tell(self, message: Message) -> None:
        account = self._snapshot.account(self._tx, message.account)
        if account is not None and account.callback_url:
            tried = sorted(self._legs[message.id].items())
            status = states.message_status(message.plan, [(step, leg.status) for step, leg in tried])
            changed = max(leg.changed_at for _, leg in tried)
            self._callbacks.append(Callback(message.account, message.id, status, changed, self.now))


def _has_answer(leg: Leg | None, duty: Entry | None) -> bool:
    """Tell whether a step has its answer, or needs none: a worker whose lease ran out may bring another."""
    return duty is None or (leg is not None and leg.status is not Status.QUEUED)
