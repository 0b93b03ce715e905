"""What the loops of this process have in hand: steps that were claimed, and of which no answer is stored yet.

A lease is for the case that a process dies. While it lives and cannot write (a full disk), the lease of what it has
handed to a carrier may run out; another of its loops must not hand it over a second time.
"""

from collections.abc import Iterable, Sequence

from tolmach.core.delivery import Submission
from tolmach.core.ids import split_id
from tolmach.store.queue import Entry


class Hands:
    """Claims in hand, by message."""

    def __init__(self) -> None:
        self._claims: dict[int, tuple[str, Submission]] = {}

    def take(self, worker: str, claimed: Iterable[Submission]) -> None:
        """A loop has claimed these."""
        for submission in claimed:
            self._claims[split_id(submission.leg)[0]] = (worker, submission)

    def release(self, submissions: Iterable[Submission]) -> None:
        """What became of these is stored, or never will be."""
        for submission in submissions:
            self._claims.pop(split_id(submission.leg)[0], None)

    def held(self, claimed: Sequence[Entry]) -> list[Entry]:
        """Return those of newly claimed rows that somebody still has in hand, as they were before the claim.

        Their lease is the new one.
        """
        if not self._claims:
            return []
        return [self._before(entry) for entry in claimed if entry.message in self._claims]

    def _before(self, entry: Entry) -> Entry:
        worker, submission = self._claims[entry.message]
        return entry._replace(claimed_by=worker, attempts=submission.attempt, uncertain=submission.uncertain)
