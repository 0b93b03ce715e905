"""What is known of numbers."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NumberDetail:
    """A number's operator and region, "" where not known; ``hours`` ahead of Moscow now, None where not known."""

    operator: str = ""
    region: str = ""
    hours: float | None = None


@dataclass(frozen=True, slots=True)
class NumbersResult:
    """One item per asked number, in order; ``numbers`` are as the client wrote them."""

    numbers: Sequence[str]
    details: Sequence[NumberDetail]
