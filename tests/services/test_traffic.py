"""Money and statuses under any traffic: sends, answers of carriers, receipts in any order, cancels, restarts.

The model beside the gateway is simple: what was asked, what the carrier answered first, and what was seen last.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import ClassVar

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import func, select

from tests.databases import Databases
from tests.services.world import BALANCE, World, command, draft, sms, viber
from tolmach.core.delivery import Busy, Lost, Outcome, Refused, Sent, Submission
from tolmach.core.drafts import ChargeOn, Step, Success
from tolmach.core.ids import LegId, split_id
from tolmach.core.results import Accepted, LegQuote, MessageState
from tolmach.core.status import FINAL, RECEIPT_EVENTS, SUCCESS, Status
from tolmach.store import messages, stops
from tolmach.store.database import Tx
from tolmach.store.ledger import Movement
from tolmach.store.place import Place
from tolmach.store.schema import ledger, queue

EXAMPLES, STEPS = 25, 50  # at least a thousand operations
PHONES = [f"7903000000{number}" for number in range(6)]
PLANS: list[tuple[Step, ...]] = [
    (sms(),),
    (sms("я" * 150),),
    (viber(),),
    (viber(), sms()),
    (viber(Success.READ), sms()),
    (viber(Success.READ), sms("я" * 150)),
]
CHANGES_OF_STOPS: list[Callable[[Tx, int, list[str]], object]] = [
    lambda tx, account, phones: stops.remove(tx, account, phones, 0),
    lambda tx, account, phones: stops.add(tx, account, phones, 0),
]
OUTCOMES: list[Outcome | None] = [None, None, None, None, Refused("69"), Busy(5), Lost("timeout")]  # None: sent


def lawful(before: Status, after: Status) -> bool:
    """Tell whether a status may follow another: nothing follows a final one but the reading of what was delivered."""
    return before not in FINAL or before is after or (before, after) == (Status.DELIVERED, Status.READ)


@dataclass
class Seen:
    """What is known of a message from outside."""

    legs: tuple[LegQuote, ...]
    charge_on: ChargeOn
    status: Status = Status.QUEUED
    leg_statuses: dict[LegId, Status] = field(default_factory=dict)


class Traffic(RuleBasedStateMachine):
    databases: Databases
    seeded: Place
    directory: Path
    operations: ClassVar[Counter[str]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.place = self.databases.copy(self.seeded, self.directory)
        self.world = World(self.place)
        self.step = 0
        self.given = BALANCE
        self.seen: dict[int, Seen] = {}
        self.keys: dict[str, int] = {}
        self.in_hand: list[Submission] = []
        self.names: list[str] = []  # what the carrier calls, or will call, the parts it was given
        self.taken: set[int] = set()  # legs whose first answer was that they were sent

    @rule(seed=st.integers(0, 2**32))
    def happen(self, seed: int) -> None:
        """One thing after another: many choices from one drawn number, which the drawer likes small."""
        self.step += 1
        choose = Random(f"{seed} {self.step}")
        often = [self._send, self._submit, self._submit, self._receive, self._receive, self._wait]
        seldom = [self._cancel, self._stop, self._top_up, self._restart]
        choose.choice(often * 3 + seldom)(choose)

    def _send(self, choose: Random) -> None:
        plan, key = choose.choice(PLANS), choose.choice([None, *"abcdefgh"])
        first, *others = choose.choices(PHONES, k=choose.randint(1, 8))
        drafts = [draft(first, *plan, key=key), *(draft(phone, *plan) for phone in others)]
        asked = command(*drafts, charge_on=choose.choice(list(ChargeOn)))
        items = [item for item in self.world.result(asked).items if isinstance(item, Accepted)]
        for item in items:
            if item.repeated:
                assert item.id == self.keys[str(key)]
            else:
                assert item.id not in self.seen
                self.seen[item.id] = Seen(item.legs, asked.charge_on)
        keyed = self.world.read(lambda tx: messages.by_client_key(tx, self.world.demo, asked.dialect, [key or ""]))
        self.keys |= keyed
        self._count("send", len(drafts))

    def _submit(self, choose: Random) -> None:
        """Answers come in any order, some at once and some from workers whose leases ran out long ago."""
        claimed = self.world.claim(limit=choose.randint(1, 40))
        self.in_hand += claimed
        self.names += [name for submission in claimed for name in names(submission)]
        self.a_final_status_changes_only_from_delivered_to_read()  # a claim ends what is too late
        for submission in claimed:  # nothing is sent again that was answered
            assert submission.leg not in self.seen[split_id(submission.leg)[0]].leg_statuses
        choose.shuffle(self.in_hand)
        chosen = {submission.leg: submission for submission in self.in_hand[: len(self.in_hand) * 3 // 4]}
        self.in_hand = [submission for submission in self.in_hand if submission not in chosen.values()]
        answers = [
            (submission, choose.choice(OUTCOMES) or Sent(tuple(names(submission)))) for submission in chosen.values()
        ]
        for submission, outcome in answers:
            known = self.seen[split_id(submission.leg)[0]].leg_statuses
            if isinstance(outcome, Sent) and submission.leg not in known:
                self.taken.add(submission.leg)
        self.world.settle_all(answers)
        self._count("submit", len(answers))

    def _receive(self, choose: Random) -> None:
        """Receipts come early, late, twice, in any order, and may contradict each other."""
        told = choose.choices(self.names, k=min(len(self.names), 20))
        statuses = choose.choices([*RECEIPT_EVENTS, *[Status.DELIVERED] * 6], k=len(told))
        self.world.receive(*zip(told, statuses, strict=True))
        self._count("receive", len(told))

    def _wait(self, choose: Random) -> None:
        self.world.wait(seconds=choose.choice([1, 5, 60, 60, 60, 7_200, 90_000]))
        self._count("give up", self.world.give_up())

    def _cancel(self, choose: Random) -> None:
        ids = choose.sample(sorted(self.seen), k=min(len(self.seen), 3))
        queued = [id_ for id_ in ids if self.seen[id_].status is Status.QUEUED]
        assert self.world.cancel(*ids) <= len(queued)
        self._count("cancel")

    def _stop(self, choose: Random) -> None:
        phone = [choose.choice(PHONES[:2])]
        self.world.write(lambda tx: choose.choice(CHANGES_OF_STOPS)(tx, self.world.demo, phone))
        self._count("stop")

    def _top_up(self, choose: Random) -> None:
        amount = choose.randint(1, BALANCE // 10)
        self.world.top_up(amount)
        self.given += amount
        self._count("top up")

    def _restart(self, _choose: Random) -> None:
        now = self.world.clock.now()
        self.world.close()
        self.world = World(self.place, now)
        self._count("restart")

    def _count(self, what: str, times: int = 1) -> None:
        self.operations[what] += times

    # --- what holds at every moment

    @invariant()
    def money_is_conserved(self) -> None:
        available, held = self.world.money()
        assert self.world.money(self.world.other) == (BALANCE, 0)
        moved = self.world.read(movements)
        assert available + held + moved[Movement.CAPTURE] == self.given
        assert moved[Movement.HOLD] == held + moved[Movement.CAPTURE] + moved[Movement.RELEASE]

    @invariant()
    def what_is_charged_is_a_step_of_a_message_once(self) -> None:
        captured = self.world.read(captures)
        assert len(set(captured)) == len(captured)
        for (message, step), amount in captured.items():
            assert amount == self.seen[message].legs[step - 1].price

    @invariant()
    def at_most_one_step_is_on_its_way(self) -> None:
        for id_, state in self._states().items():
            assert sum(leg.status not in FINAL for leg in state.legs) <= 1, id_

    @invariant()
    def a_final_status_changes_only_from_delivered_to_read(self) -> None:
        for id_, state in self._states().items():
            seen = self.seen[id_]
            legs = {leg.leg: leg.status for leg in state.legs}
            assert lawful(seen.status, state.status), (id_, seen.status, state.status)
            for leg, before in seen.leg_statuses.items():
                # a step that was given up may turn out delivered after all, as long as its message lives
                late = before is Status.UNKNOWN and legs[leg] in SUCCESS and seen.status not in FINAL
                assert late or lawful(before, legs[leg]), (leg, before, legs[leg])
            seen.status, seen.leg_statuses = state.status, dict(legs)

    def _states(self) -> dict[int, MessageState]:
        found = self.world.states(*self.seen)
        assert all(state is not None for state in found)
        return {state.id: state for state in found if state is not None}

    # --- what holds in the end

    def teardown(self) -> None:
        try:
            self._let_time_pass()
            self.a_final_status_changes_only_from_delivered_to_read()
            self.money_is_conserved()
            self.what_is_charged_is_a_step_of_a_message_once()
            for id_, state in self._states().items():
                self._check_end(id_, state)
        finally:
            self.world.close()

    def _let_time_pass(self) -> None:
        for _ in range(6):  # two steps, each tried, waited for, and given up
            self.world.wait(days=8)
            assert self.world.claim(limit=10_000) == []
            self.world.give_up()
        live = self.world.read(lambda tx: tx.execute(select(func.count()).select_from(queue)).scalar_one())
        assert (live, self.world.money()[1]) == (0, 0)

    def _check_end(self, id_: int, state: MessageState) -> None:
        seen = self.seen[id_]
        assert state.status in FINAL
        told = self.world.told(id_)
        assert told[-1] is state.status
        assert len(told) == len(set(told)) <= 2
        for leg in state.legs:
            quote = seen.legs[leg.leg - id_ - 1]
            on_sending = seen.charge_on is ChargeOn.SENT and quote is seen.legs[-1] and leg.leg in self.taken
            assert leg.status in FINAL
            assert leg.charged == (quote.price if on_sending or leg.status in SUCCESS else 0), (leg, seen)


def names(submission: Submission) -> list[str]:
    """What the carrier calls the parts of a submission: a new name whenever it is submitted anew."""
    return [f"{submission.leg}/{submission.attempt}/{part}" for part in range(submission.parts)]


def movements(tx: Tx) -> Counter[str]:
    """Return what was held, captured and released in all."""
    rows = tx.execute(select(ledger.c.kind, func.sum(func.abs(ledger.c.held))).group_by(ledger.c.kind))
    return Counter({kind: int(amount) for kind, amount in rows})


def captures(tx: Tx) -> dict[tuple[int, int], int]:
    asked = select(ledger.c.message_id, ledger.c.step, ledger.c.held).where(ledger.c.kind == Movement.CAPTURE)
    rows = tx.execute(asked).all()
    found = {(message, step): -held for message, step, held in rows}
    assert len(found) == len(rows)
    return found


def test_any_traffic(databases: Databases, seeded: Place, tmp_path: Path) -> None:
    Traffic.databases, Traffic.seeded, Traffic.directory = databases, seeded, tmp_path
    Traffic.operations = Counter()
    run_state_machine_as_test(
        Traffic,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            phases=(
                Phase.reuse,
                Phase.generate,
            ),  # shrinking takes minutes
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert Traffic.operations.total() >= 1_000, Traffic.operations
    assert min(Traffic.operations.values()) > 0, Traffic.operations
    assert len(Traffic.operations) == 8, Traffic.operations
