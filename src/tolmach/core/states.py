"""A message's state, composed from its plan and the legs that were tried."""

from collections.abc import Sequence

from tolmach.core.drafts import Success
from tolmach.core.plans import Plan, PlannedStep
from tolmach.core.status import FINAL, Status, StepStatus, overall


def succeeded(step: PlannedStep, status: Status) -> bool:
    """Tell whether a step's status is the success that it asks for."""
    return status is Status.READ or (status is Status.DELIVERED and step.success is Success.DELIVERED)


def message_status(plan: Plan, tried: Sequence[tuple[int, Status]], *, on_moderation: bool = False) -> Status:
    """Return the status of the whole message; ``tried`` are (step, status) in order.

    ``on_moderation``: it waits for a moderator, and nothing has been tried.
    """
    if on_moderation and not tried:
        return Status.ON_MODERATION
    if len(plan) == len(tried) == 1:  # nearly all of them
        status = tried[0][1]
        return status if status in FINAL else Status.SENT
    return overall([StepStatus(status, succeeded(plan[step - 1], status)) for step, status in tried], len(plan))
