"""Questions about numbers."""

from collections.abc import Sequence
from dataclasses import dataclass

from tolmach.core.commands.command import Command
from tolmach.core.results import NumbersResult


@dataclass(frozen=True, slots=True)
class DescribeNumbers(Command[NumbersResult]):
    """Whose numbers are, and where; numbers as the client wrote them."""

    numbers: Sequence[str]
