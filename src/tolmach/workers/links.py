"""The links that run now, those to be preferred first, and for how long one of them has had no room."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from tolmach.core.clock import Clock
from tolmach.core.content import Channel
from tolmach.core.ports import Connector
from tolmach.workers.tally import Tally


class Links:
    """The connectors of a gateway. ``current`` may be replaced while it works; ``leaving`` are sent nothing more."""

    def __init__(self, connectors: Sequence[Connector], clock: Clock) -> None:
        self.current: Sequence[Connector] = tuple(connectors)
        self.leaving: set[str] = set()
        self.parts: Mapping[str, int] | None = None  # connections of each link that are ours; None: all of them
        self.elsewhere: frozenset[str] = frozenset()  # links that are up in other processes
        self.claimed: dict[Channel, datetime] = {}  # when something of a channel was last taken to be sent
        self.tally = Tally()
        self._clock = clock
        self._full_since: dict[str, datetime] = {}

    def ready(self, links: Sequence[Connector], names: Sequence[str], patience: float) -> list[Connector]:
        """Return the links of a route to be asked now, in its order.

        A link that is down is passed over. One that is up and has no room is waited for, until that has lasted for
        ``patience`` seconds: what stands behind it in the route is then asked. So is one that is up elsewhere.
        """
        known = {link.name: link for link in links}
        chosen: list[Connector] = []
        for name in names:
            link = known.get(name)
            if link is None or not link.up:
                if link is not None and self.is_elsewhere(name):
                    break
                continue
            if link.room > 0:
                self._full_since.pop(name, None)
                chosen.append(link)
            elif not self._waited(name, patience):
                break
        return chosen

    def here(self, name: str) -> bool:
        """Tell whether this process has a part of a link."""
        return self.parts is None or self.parts.get(name, 0) > 0

    def is_elsewhere(self, name: str) -> bool:
        """Tell whether a link is up in another process, and not here."""
        return name in self.elsewhere

    def _waited(self, name: str, patience: float) -> bool:
        now = self._clock.now()
        since = self._full_since.setdefault(name, now)
        return (now - since).total_seconds() >= patience
