"""Messages that are on their way, remembered: a message is written once, so what was read stays true.

Only messages whose claim is committed are remembered: so their acceptance is, too. A message that is read in the
transaction that accepts it might never come to be, and its id be given to another.
"""

from collections.abc import Collection, Mapping

from tolmach.store import messages
from tolmach.store.database import Tx
from tolmach.store.messages import Message

REMEMBERED = 10_000


class RecentMessages:
    """Finds messages by id, in memory first. Forgets the oldest half when it is full."""

    def __init__(self, size: int = REMEMBERED) -> None:
        self._size = size
        self._known: dict[int, Message] = {}

    def by_ids(self, tx: Tx, ids: Collection[int]) -> Mapping[int, Message]:
        """Return messages that a link has answered for, and remember them; unknown ids are left out."""
        found = self.find(tx, ids)
        self.remember({id_: message for id_, message in found.items() if not self.knows(id_)})
        return found

    def find(self, tx: Tx, ids: Collection[int]) -> Mapping[int, Message]:
        """Return any messages by id; unknown ids are left out."""
        known = self._known
        found = {id_: known[id_] for id_ in ids if id_ in known}
        missing = [id_ for id_ in ids if id_ not in found]
        if missing:
            found.update(messages.by_ids(tx, missing))
        return found

    def knows(self, id_: int) -> bool:
        """Tell whether a message is in memory."""
        return id_ in self._known

    def remember(self, loaded: Mapping[int, Message]) -> None:
        """Remember messages whose claim is committed."""
        if len(self._known) + len(loaded) > self._size:
            self._known = dict(list(self._known.items())[len(self._known) // 2 :])
        self._known.update(loaded)
