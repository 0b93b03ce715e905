"""What the gateway knows of itself that stands in no table: its links, its settings, its folder of files."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tolmach.core.results.installation import SettingsResult
from tolmach.services.backlogs import Backlogs
from tolmach.store.folder import Folder


@dataclass(frozen=True, slots=True)
class KnownLink:
    """A link: its name, its kind (``smpp``, ``prontosms`` ...), and where it leads."""

    name: str
    kind: str = ""
    to: str = ""


def _sound(_table: Mapping[str, Any]) -> None:
    """Take any link."""


async def _admitted(_host: str) -> None:
    """Let links lead anywhere."""


@dataclass(frozen=True, slots=True)
class Installation:
    """The installation; ``links`` are asked for each time, since they come and go.

    ``configured`` are the links of the settings. ``check_link`` raises ValueError for what is no link; ``admit_host``
    raises `BadValueError` where a link from the desk may not lead, and ``private_links`` says that it may inside.
    ``backlogs`` has what waits for the links, as this process has counted it last.
    """

    links: Callable[[], Sequence[KnownLink]] = tuple
    settings: SettingsResult = field(default_factory=lambda: SettingsResult(()))
    folder: Folder | None = None
    configured: Collection[str] = ()
    check_link: Callable[[Mapping[str, Any]], None] = _sound
    admit_host: Callable[[str], Awaitable[None]] = _admitted
    private_links: bool = False
    backlogs: Backlogs | None = None

    @property
    def names(self) -> Sequence[str]:
        """The names of the links."""
        return [link.name for link in self.links()]
