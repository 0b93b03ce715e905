"""Identifiers, and the one rule that ties a leg to its message.

Message ids are multiples of ten; the leg that sends step N (1..9) of a message has the id ``message + N``.
So a client may ask by either id, and no look-up is needed to go from one to the other. All ids stay below
2**53: clients keep them in doubles, PHP integers and ``%d``.
"""

from typing import NewType

AccountId = NewType("AccountId", int)
MessageId = NewType("MessageId", int)
LegId = NewType("LegId", int)
CampaignId = NewType("CampaignId", int)

STRIDE = 10
MAX_STEPS = STRIDE - 1
LARGEST = 2**53 - 1


def leg_id(message: MessageId, step: int) -> LegId:
    """Return the id of the leg for ``step`` (1-based)."""
    return LegId(message + step)


def split_id(any_id: int) -> tuple[MessageId, int]:
    """Return (message, step) of a message id (step 0) or a leg id (step 1..9)."""
    step = any_id % STRIDE
    return MessageId(any_id - step), step


def parse_id(text: str) -> int | None:
    """Read an id that a client sent; None when it cannot be one."""
    text = text.strip()
    if not (text.isascii() and text.isdigit()) or len(text) > 16:
        return None
    number = int(text)
    return number if 0 < number <= LARGEST else None
