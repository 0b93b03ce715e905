"""The words of ProntoSMS (and of TargetSMS version 1) are the engine's."""

from typing import Final

from tolmach.dialects.engine.vocabulary import (
    ACCEPTED,
    DEFAULT_LABEL,
    FAILURES,
    PENDING,
    REJECTIONS,
    STATUSES,
    UNKNOWN_ID,
)

__all__ = ["ACCEPTED", "DEFAULT_LABEL", "FAILURES", "NAME", "PENDING", "REJECTIONS", "STATUSES", "UNKNOWN_ID"]

NAME: Final = "prontosms"
