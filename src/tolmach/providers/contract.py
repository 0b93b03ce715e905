"""What every provider makes of what a carrier sends by itself, beside the events of `tolmach.core.delivery`."""

from enum import Enum
from typing import Final

LONGEST_ID: Final = 64
"""Characters of a carrier's id of a message that are stored."""


class Ignored(Enum):
    """Reports that change nothing and are acknowledged all the same."""

    INTERMEDIATE = "intermediate"  # the message is still on its way
    UNREADABLE = "unreadable"  # no id, or no state: nobody could ever use it
