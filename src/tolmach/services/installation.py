"""What the gateway knows of itself that stands in no table: its links, its settings, its folder of files."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tolmach.core.results.installation import SettingsResult
from tolmach.store.folder import Folder


@dataclass(frozen=True, slots=True)
class KnownLink:
    """A link: its name, its kind (``smpp``, ``prontosms`` ...), and where it leads."""

    name: str
    kind: str = ""
    to: str = ""


@dataclass(frozen=True, slots=True)
class Installation:
    """The installation; ``links`` are asked for each time, since they come and go."""

    links: Callable[[], Sequence[KnownLink]] = tuple
    settings: SettingsResult = field(default_factory=lambda: SettingsResult(()))
    folder: Folder | None = None

    @property
    def names(self) -> Sequence[str]:
        """The names of the links."""
        return [link.name for link in self.links()]
