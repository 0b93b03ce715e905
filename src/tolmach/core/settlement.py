"""Settlement: what of a hold is charged and what goes back. Written rules:

- a step is charged once, when it is sent if nothing can follow it and the message is charged on sending;
- otherwise when it is delivered;
- a step whose fate the carrier never told (`Lost` and no receipt) is not charged;
- a step that goes through another link because the first did not deliver it is charged once;
- when the message is final, what was held and not charged is released.
"""

from collections.abc import Sequence

from tolmach.core.drafts import ChargeOn
from tolmach.core.money import ZERO, Money
from tolmach.core.plans import Plan, PlannedStep, total
from tolmach.core.status import SUCCESS, Status


def due_when_sent(plan: Plan, step: int, charge_on: ChargeOn) -> Money:
    """Return what to charge for ``step`` (1-based) at the moment the carrier takes it."""
    if charge_on is ChargeOn.SENT and step == len(plan):
        return plan[step - 1].price
    return ZERO


def due_when_delivered(step: PlannedStep, status: Status, charged: Money) -> Money:
    """Return what is still to charge for a step that has this status."""
    return step.price if status in SUCCESS and not charged else ZERO


def remainder(plan: Plan, charged: Sequence[Money]) -> Money:
    """Return what of the hold goes back when the message is final."""
    return Money(total(plan) - sum(charged))
