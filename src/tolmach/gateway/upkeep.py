"""What is done once for the whole installation, by the role that does it."""

from collections.abc import Mapping
from dataclasses import dataclass

from tolmach.core.roles import SENDING, ProcessRole
from tolmach.services.catalogue import Catalogue
from tolmach.services.delivery import Delivery
from tolmach.services.files import Files
from tolmach.services.imports import Imports
from tolmach.services.inbox import Inbox
from tolmach.store.database import Database
from tolmach.workers.bell import Bell, Bells
from tolmach.workers.birthdays import BirthdaysWorker
from tolmach.workers.clock import WitnessClock
from tolmach.workers.days import DaysWorker
from tolmach.workers.duties import Work
from tolmach.workers.files import FilesWorker
from tolmach.workers.hours import HoursWorker
from tolmach.workers.imports import ImportsWorker
from tolmach.workers.inbox import InboxWorker
from tolmach.workers.moderation import ModerationWorker
from tolmach.workers.partitions import PartitionWorker
from tolmach.workers.retention import RetentionWorker
from tolmach.workers.upkeep import UpkeepWorker


@dataclass(frozen=True, slots=True)
class Housekeeping:
    """What these duties work with. ``name`` is that of the process."""

    name: str
    database: Database
    catalogue: Catalogue
    delivery: Delivery
    inbox: Inbox
    files: Files
    imports: Imports
    retention: RetentionWorker
    clock: WitnessClock
    due: Bells
    told: Bell
    close_days: bool

    def works(self, roles: frozenset[ProcessRole]) -> Mapping[str, Work]:
        """Return the duties of some roles; each call of one begins it anew."""
        works: dict[str, Work] = {}
        if ProcessRole.RECEIPTS in roles:
            works["inbox"] = lambda: InboxWorker(self.database, self.inbox, self.clock).run()
        if roles & SENDING or ProcessRole.UPKEEP in roles:  # without them nothing can be accepted
            works["partitions"] = PartitionWorker(self.database).run
        if ProcessRole.UPKEEP in roles:
            works |= {
                "files": lambda: FilesWorker(self.database, self.files, self.clock).run(),
                "imports": lambda: ImportsWorker(self.database, self.imports, self.clock).run(),
                "moderation": lambda: self._moderation().run(),
                "upkeep": lambda: self._upkeep().run(),
                "retention": self.retention.run,
                "hours": lambda: HoursWorker(self.database, self.clock).run(),
                "birthdays": lambda: self._birthdays().run(),
            }
        if ProcessRole.UPKEEP in roles and self.close_days:
            works["days"] = lambda: DaysWorker(self.database, self.clock).run()
        return works

    def _moderation(self) -> ModerationWorker:
        return ModerationWorker(self.name, self.database, self.delivery, self.clock, self.due, self.told)

    def _upkeep(self) -> UpkeepWorker:
        return UpkeepWorker(self.name, self.database, self.delivery, self.clock, self.due, self.told)

    def _birthdays(self) -> BirthdaysWorker:
        return BirthdaysWorker(self.database, self.catalogue, self.clock, self.due)
