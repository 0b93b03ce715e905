"""A piece of a claimed batch: what links are asked for in one go."""

from collections.abc import Mapping, Sequence
from typing import Protocol, runtime_checkable

from tolmach.core.delivery import Busy, Outcome, Refused, Submission
from tolmach.core.ids import LegId
from tolmach.core.ports import Connector
from tolmach.services.delivery import Submitted


@runtime_checkable
class Gradual(Connector, Protocol):
    """A link that knows the outcomes of some legs before it has answered for all of their batch."""

    def so_far(self) -> Mapping[LegId, Outcome]:
        """Return the outcomes that are there of all batches in work."""
        ...


class Piece:
    """Submissions of one channel and route. ``at``: when they were claimed, in milliseconds."""

    def __init__(self, submissions: Sequence[Submission], at: int) -> None:
        self.submissions = submissions
        self.link: Connector | None = None
        """The link that is being asked now."""
        self._at = at
        self._told: set[LegId] = set()

    def come(self, link: str, so_far: Mapping[LegId, Outcome]) -> Sequence[Submitted]:
        """Return what the link that is asked has answered since the last look, for good."""
        new = [
            Submitted(one, link, outcome, self._at)
            for one in self.submissions
            if one.leg not in self._told
            and (outcome := so_far.get(one.leg)) is not None
            and not may_go_elsewhere(outcome)
        ]
        self._told.update(one.submission.leg for one in new)
        return new

    def ended(self, outcomes: Sequence[tuple[str, Outcome]]) -> Sequence[Submitted]:
        """Return the answers that were not told yet, of those to all submissions in their order."""
        both = zip(self.submissions, outcomes, strict=True)
        return [Submitted(one, link, outcome, self._at) for one, (link, outcome) in both if one.leg not in self._told]


def may_go_elsewhere(outcome: Outcome) -> bool:
    """Tell whether another link may be asked."""
    return isinstance(outcome, Busy) or (isinstance(outcome, Refused) and not outcome.permanent)
