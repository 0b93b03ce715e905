"""When something changed."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ChangeResult:
    """The moment, aware, in the account's zone."""

    at: datetime
