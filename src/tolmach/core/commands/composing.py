"""Messages as people compose them: to numbers and bases at once, seen as they will be before they are sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tolmach.core.commands.command import Command
from tolmach.core.drafts import Draft, Step
from tolmach.core.quiet import Quiet
from tolmach.core.results.composing import ComposeResult, TextQuote


@dataclass(frozen=True, slots=True)
class Composition:
    """What is sent to whom: ``recipients`` as people write lists of numbers, ``bases`` by their numbers.

    Texts may have ``#name#`` and the other fields of subscribers. ``due`` is the account's wall clock; None: at once.
    What falls into ``quiet`` hours where its recipient is waits for their end.
    """

    recipients: str
    bases: Sequence[str]
    steps: tuple[Step, ...]
    due: datetime | None = None
    quiet: Quiet | None = None


@dataclass(frozen=True, slots=True)
class ComposeMessages(Command[ComposeResult]):
    """Send a composition as one campaign, or (``dry_run``) see what it would cost.

    ``once`` keeps a form that is sent twice from sending twice: Failure.REPEATED. A dry run looks at the first thousand
    recipients. Failure.UNKNOWN_BASE.
    """

    composition: Composition
    dry_run: bool = False
    once: str = ""


@dataclass(frozen=True, slots=True)
class ExpandComposition(Command[Sequence[Draft]]):
    """The messages of a composition, one per recipient; at most ``limit`` (0: all)."""

    composition: Composition
    limit: int = 0


@dataclass(frozen=True, slots=True)
class QuoteText(Command[TextQuote]):
    """Parts and alphabet of an SMS text, and what makes it Unicode."""

    text: str
