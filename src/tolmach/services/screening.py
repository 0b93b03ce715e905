"""Screening: which messages of a batch wait for a moderator. Asked only for accounts whose texts are moderated.

Equal texts of an account are one decision: who joins a text that waits waits with it, one that was approved passes, and
one that was rejected is refused at once.
"""

from dataclasses import dataclass, field

from tolmach.core.ids import AccountId
from tolmach.core.moderation import DECLINED, PASSED, Rules, digest, examine, written
from tolmach.core.moments import duration_ms
from tolmach.core.plans import Plan
from tolmach.core.rejections import Rejection
from tolmach.store import moderations
from tolmach.store.database import Tx


@dataclass(slots=True)
class Held:
    """A text that waits for its moderator; ``number`` is None until the first message waits for it."""

    account: AccountId
    text: str
    cause: str
    number: int | None = None


@dataclass(slots=True)
class Screening:
    """What a batch finds out about texts, and the messages that are to wait."""

    tx: Tx
    now_ms: int
    rows: list[tuple[int, int, AccountId]] = field(default_factory=list)
    _known: dict[tuple[int, AccountId], tuple[Plan, Held | Rejection | None]] = field(default_factory=dict)
    _texts: dict[tuple[AccountId, str], Held | Rejection | None] = field(default_factory=dict)

    def screen(self, plan: Plan, rules: Rules, account: AccountId) -> Held | Rejection | None:
        """Return what a message with these steps waits for, why it is refused, or None: it passes."""
        key = (id(plan), account)
        if key not in self._known:  # the plan is kept, so that no other gets its address
            self._known[key] = (plan, self._rule(written(plan), rules, account))
        return self._known[key][1]

    def hold(self, held: Held, message: int) -> None:
        """Have a message wait."""
        if held.number is None:
            text, account = held.text, held.account
            held.number = moderations.add(self.tx, account, digest(text), text, held.cause, self.now_ms)
        self.rows.append((message, held.number, held.account))

    def deadline(self, plan: Plan, due_ms: int, rules: Rules) -> int:
        """Return when a message has waited for too long: its last step could not be sent any more, or patience ends."""
        patience = due_ms + duration_ms(rules.policy.longest_wait)
        return min(patience, max(patience if step.ends_ms is None else step.ends_ms for step in plan))

    def write(self) -> None:
        """Store who waits for what."""
        moderations.wait(self.tx, self.rows)

    def _rule(self, text: str, rules: Rules, account: AccountId) -> Held | Rejection | None:
        key = (account, text)
        if key not in self._texts:
            cause = examine(text, rules)
            self._texts[key] = self._look_up(text, cause, account) if cause else None
        return self._texts[key]

    def _look_up(self, text: str, cause: str, account: AccountId) -> Held | Rejection | None:
        number, state = moderations.ruling(self.tx, account, digest(text)) or (None, None)
        if state in PASSED:
            return None
        return Rejection.TEXT_DECLINED if state in DECLINED else Held(account, text, cause, number)
