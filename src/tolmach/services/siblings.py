"""Parts of legs that a batch of receipts is about: what is told of one is merged into its leg."""

from collections.abc import Iterable

from tolmach.core.delivery import Receipt
from tolmach.core.moments import to_ms
from tolmach.core.status import FINAL, RECEIPT_EVENTS, SUCCESS, Status, aggregate, merge
from tolmach.services.progress import Progress
from tolmach.store.legs import Leg
from tolmach.store.parts import Part


class Siblings:
    """The parts of the legs that a batch of receipts is about, all of each leg."""

    def __init__(self, progress: Progress, known: Iterable[Part]) -> None:
        self._progress = progress
        self._parts: dict[tuple[int, int], dict[tuple[str, str], Part]] = {}
        self._changed: dict[tuple[str, str], Part] = {}
        self._names: dict[tuple[str, str], Part] = {}
        for part in known:
            self._parts.setdefault((part.message, part.step), {})[part.link, part.provider_id] = part

    def tell(self, part: Part, receipt: Receipt) -> None:
        """Merge one receipt into its part, and the parts into their leg."""
        family, name = self._parts[part.message, part.step], (part.link, part.provider_id)
        status = merge(family[name].status, RECEIPT_EVENTS[receipt.status])
        if status is family[name].status:
            return
        leg = self._progress.leg(part.message, part.step)
        at = to_ms(receipt.at)
        if leg is not None:  # dates of receipts often have no seconds, and clocks differ
            at = max(at, leg.submitted_at or 0)
        family[name] = part._replace(status=status, changed_at=at)
        self._changed[name] = family[name]
        if part.number < 0:  # of a link that did not deliver: another one has the step now
            return
        together = aggregate([one.status for one in family.values() if one.number > 0])
        if leg is not None and leg.status is Status.QUEUED:
            return  # it goes to another link already
        if leg is not None and together is not leg.status and self._may_become(leg, together):
            self._progress.told(part.message, part.step, together, at)

    def _may_become(self, leg: Leg, status: Status) -> bool:
        """A step that was given up without a receipt may still turn out delivered, as long as its message lives."""
        if leg.status is Status.UNKNOWN and status in SUCCESS:
            return self._progress.duty(leg.message) is not None
        return _may_become(leg.status, status)

    def called(self, name: tuple[str, str]) -> Part | None:
        """Return the part that a link calls so; of several the first."""
        if not self._names:
            for family in self._parts.values():
                for known, part in family.items():
                    self._names.setdefault(known, part)
        return self._names.get(name)

    def all(self) -> list[Part]:
        """Return every part, with its new status."""
        return [part for family in self._parts.values() for part in family.values()]

    def changed(self) -> list[Part]:
        """Return the parts with new statuses."""
        return list(self._changed.values())


def _may_become(status: Status, other: Status) -> bool:
    return status not in FINAL or (status is Status.DELIVERED and other is Status.READ)
