"""Sending."""

from collections.abc import Sequence
from dataclasses import dataclass

from tolmach.core.commands.command import Command
from tolmach.core.drafts import ChargeOn, Draft, Group
from tolmach.core.operators import OperatorFilter
from tolmach.core.results import SendResult


@dataclass(frozen=True, slots=True)
class SendMessages(Command[SendResult]):
    """Send drafts; the result has one item per draft, in order.

    ``dialect`` names the protocol, in whose space client keys and group keys are unique. ``dry_run`` checks and
    prices without storing. ``whole``: a draft that cannot be sent refuses them all, except that recipients who may
    not be written to (stop list, closed direction) are recorded as refused messages (Mobilgroup). ``once``: what makes
    two requests the same; the second within a minute is Failure.REPEATED ("": any number of them). ``regional``: the
    moments of the drafts are by the clock of each recipient's region, where the numbering plan knows it, else the
    account's. ``operators``: whose numbers are written to; None: all.
    """

    drafts: Sequence[Draft]
    dialect: str
    group: Group | None = None
    dry_run: bool = False
    charge_on: ChargeOn = ChargeOn.SENT
    whole: bool = False
    once: str = ""
    regional: bool = False
    operators: OperatorFilter | None = None
