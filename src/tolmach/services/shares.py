"""Fair shares: an account with a million messages must not keep another's one message waiting.

As long as a claim takes everything that is due, nobody waits and the oldest go first. A claim that comes back full
shows that a lane is crowded; from then on the accounts that wait there take turns, each with an equal share, until a
claim finds the lane empty. A higher class still goes before a lower one.
"""

from collections.abc import Sequence

from tolmach.store import queue
from tolmach.store.database import Tx
from tolmach.store.queue import Entry, Kind, Lease

MOST_OWNERS = 64  # in one claim; the others have their turn in the next


class Shares:
    """Claims steps to submit. What it remembers is only a hint: wrong after a restart, and right one claim later."""

    def __init__(self) -> None:
        self._served: dict[int, int] = {}  # crowded lane -> the account that was served last

    def claim(self, tx: Tx, lease: Lease, limit: int, lanes: Sequence[int]) -> list[Entry]:
        """Lease up to ``limit`` due steps, lane after lane."""
        taken: list[Entry] = []
        for lane in lanes:
            room = limit - len(taken)
            if room <= 0:
                break
            taken += self._of_lane(tx, lease, room, lane)
        return taken

    def _of_lane(self, tx: Tx, lease: Lease, limit: int, lane: int) -> Sequence[Entry]:
        owners = self._owners(tx, lease, lane) if lane in self._served else ()
        if len(owners) < 2:
            taken = queue.claim(tx, Kind.SUBMIT, lease, limit, (lane,))
        else:
            taken = self._shared(tx, lease, limit, lane, owners)
        if len(taken) < limit:
            self._served.pop(lane, None)
        else:
            self._served.setdefault(lane, 0)
        return taken

    def _owners(self, tx: Tx, lease: Lease, lane: int) -> Sequence[int]:
        """Return whose turn it is: from the account behind the one that was served last, and round again."""
        behind = self._served.get(lane, 0)  # another thread may have found the lane empty
        owners = list(queue.owners_due(tx, lane, lease.now, behind, MOST_OWNERS))
        if len(owners) < MOST_OWNERS and behind:
            first = queue.owners_due(tx, lane, lease.now, 0, MOST_OWNERS - len(owners))
            owners += [owner for owner in first if owner <= behind]
        return owners

    def _shared(self, tx: Tx, lease: Lease, limit: int, lane: int, owners: Sequence[int]) -> list[Entry]:
        taken: list[Entry] = []
        for number, owner in enumerate(owners):
            left = limit - len(taken)
            if left <= 0:
                break
            share = max(1, left // (len(owners) - number))  # what others did not need is divided anew
            taken += queue.claim_share(tx, lease, lane, owner, share)
            self._served[lane] = owner
        if len(taken) < limit:  # some had less than their share, or not everybody had a turn
            taken += queue.claim(tx, Kind.SUBMIT, lease, limit - len(taken), (lane,))
        return taken
