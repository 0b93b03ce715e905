"""How an account fares, at a glance."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tolmach.core.money import ZERO, Money


@dataclass(frozen=True, slots=True)
class Day:
    """The messages that were accepted on a day of the account's zone, by where they stand; ``spent`` for them."""

    day: date
    waiting: int = 0
    sent: int = 0
    delivered: int = 0
    failed: int = 0
    spent: Money = ZERO

    @property
    def total(self) -> int:
        """Number of messages."""
        return self.waiting + self.sent + self.delivered + self.failed

    @property
    def decided(self) -> int:
        """Number of messages whose end is known."""
        return self.delivered + self.failed


@dataclass(frozen=True, slots=True)
class Attention:
    """What somebody should look at; zeros and false: nothing. ``failed_callbacks`` are those of the last day."""

    blocked: bool = False
    no_tariff: bool = False
    no_money: bool = False
    low_money: bool = False
    failed_callbacks: int = 0
    on_moderation: int = 0
    rejected_senders: Sequence[str] = ()

    @property
    def anything(self) -> bool:
        """Whether there is anything at all."""
        return any(
            (self.blocked, self.no_tariff, self.no_money, self.low_money, self.failed_callbacks, self.on_moderation,
             self.rejected_senders)
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class DashboardResult:
    """``days`` end with today."""

    login: str
    currency: str
    available: Money
    held: Money
    days: Sequence[Day]
    attention: Attention

    @property
    def today(self) -> Day:
        """The day that is not over."""
        return self.days[-1]
