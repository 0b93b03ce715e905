"""What the operator's staff asks about what goes through right now."""

from dataclasses import dataclass

from tolmach.codecs.smpp.receipt import IdForm
from tolmach.core.commands.command import Command
from tolmach.core.links import Prefer
from tolmach.core.results.pulse import AlertsResult, FailedCallbacksPage, OrphansPage, PulseResult, Rematched


@dataclass(frozen=True, slots=True)
class GetPulse(Command[PulseResult]):
    """Counts of the last ``buckets`` (1 to 120) of so many seconds (1 to 60), and the queue."""

    bucket: int = 1
    buckets: int = 60


@dataclass(frozen=True, slots=True)
class ListAlerts(Command[AlertsResult]):
    """What is wrong now."""


@dataclass(frozen=True, slots=True)
class ListOrphans(Command[OrphansPage]):
    """Receipts that no part answers to, of one link ("": of all); ``before`` goes on where a page stopped."""

    link: str = ""
    before: int = 0


@dataclass(frozen=True, slots=True)
class LookAtReceipts(Command[Rematched]):
    """What would match of the kept receipts of a link over SMPP by other rules about ids, of a batch behind ``after``.

    A form is how the carrier writes an id: in its answers, in the text of its receipts, in their TLV; ``prefer`` is
    whose id counts when a receipt has two. None: as the link has it. Raises AdministrationError for a link without
    such rules.
    """

    link: str
    answer_form: IdForm | None = None
    text_form: IdForm | None = None
    tlv_form: IdForm | None = None
    prefer: Prefer | None = None
    after: int = 0


@dataclass(frozen=True, slots=True)
class RematchReceipts(LookAtReceipts):
    """Store what those receipts say that match, and keep them no longer."""


@dataclass(frozen=True, slots=True)
class ListFailedCallbacks(Command[FailedCallbacksPage]):
    """Statuses that could not be told, of one account ("": of all); ``before`` goes on where a page stopped."""

    login: str = ""
    before: int = 0


@dataclass(frozen=True, slots=True)
class ReplayCallbacks(Command[int]):
    """Tell failed statuses again: those of ``ids``, or (none named) all of an account. Answers how many.

    Raises AdministrationError for an unknown account, or when neither is named.
    """

    ids: tuple[int, ...] = ()
    login: str = ""
