"""The bells of a gateway, and how they are heard in its other processes."""

from collections.abc import Callable

from tolmach.core.content import Channel
from tolmach.services.progress import Effects
from tolmach.store.database import Database
from tolmach.store.place import CHANGED
from tolmach.workers import wakeups
from tolmach.workers.bell import Bell, Bells, announce
from tolmach.workers.fleet import Fleet
from tolmach.workers.health import HealthWorker
from tolmach.workers.leases import Leases
from tolmach.workers.wakeups import Wakeups


class Ringing:
    """``accepted`` rings when there are steps to submit, ``told`` when there are callbacks."""

    def __init__(self, database: Database, name: str) -> None:
        self.wakeups = Wakeups(database, name)
        self._links_changed: list[Callable[[], None]] = []
        shared = database.place.shared
        self.accepted = Bells(self._due if shared else None)
        self.told = Bell((lambda: self.wakeups.tell(wakeups.TOLD)) if shared else None)

    def ring(self, effects: Effects) -> None:
        """Ring for what something has given others to do."""
        announce(effects, self.accepted, self.told)

    def changed(self) -> None:
        """Somebody has changed something by hand: who sleeps should look, here and elsewhere."""
        self.accepted.ring_here()
        self.told.ring_here()
        self._links()
        self.wakeups.tell(CHANGED)

    def connect(self, leases: Leases, fleet: Fleet) -> None:
        """Let others' bells ring here."""
        bells: dict[str, Callable[[], None]] = {
            wakeups.due(channel): self.accepted.of(channel).ring_here for channel in Channel
        }
        bells |= {wakeups.TOLD: self.told.ring_here, wakeups.LEASES: leases.look_soon, wakeups.LINKS: self._links}
        self._links_changed.append(fleet.look_soon)
        self.wakeups.connect(bells)
        self.wakeups.alone = lambda: not leases.others
        leases.tell = lambda: self.wakeups.tell(wakeups.LEASES)
        fleet.pause = lambda: self.wakeups.pause

    def heed(self, health: HealthWorker) -> None:
        """Let pauses of links be carried out when somebody says so, and be asked for seldom."""
        self._links_changed.append(health.hold_soon)
        health.pause = lambda: self.wakeups.pause if self.wakeups.hears else 0.0

    def _links(self) -> None:
        for look in self._links_changed:
            look()

    def _due(self, channel: Channel) -> None:
        self.wakeups.tell(wakeups.due(channel))
