"""Links besides those of the settings."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class AddedLink:
    """A link: its kind, where it leads, and its definition as TOML with secrets masked ("": not asked for).

    ``leaving``: it goes as soon as what it has in hand is answered.
    """

    name: str
    kind: str
    to: str
    added_at: datetime
    leaving: bool
    definition: str = ""


@dataclass(frozen=True, slots=True)
class AddedLinksResult:
    """Links in the order in which they were added."""

    links: Sequence[AddedLink]
