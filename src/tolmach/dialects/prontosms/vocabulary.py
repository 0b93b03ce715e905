"""The words of ProntoSMS (and of TargetSMS version 1) are the engine's; those of the address bases are its own."""

from collections.abc import Mapping
from typing import Final

from tolmach.core.bases import ADDITIONS
from tolmach.core.results import Edit
from tolmach.dialects.engine.vocabulary import (
    ACCEPTED,
    DEFAULT_LABEL,
    FAILURES,
    PENDING,
    REJECTIONS,
    STATUSES,
    UNKNOWN_ID,
)

__all__ = [
    "ACCEPTED",
    "DEFAULT_LABEL",
    "EDITS",
    "FAILURES",
    "NAME",
    "PENDING",
    "REJECTIONS",
    "STATUSES",
    "SUBSCRIBER",
    "UNKNOWN_ID",
]

NAME: Final = "prontosms"

EDITS: Final[Mapping[Edit, str]] = {
    Edit.INSERTED: "insert",
    Edit.CHANGED: "edit",
    Edit.DELETED: "delete",
    Edit.NOT_FOUND: "not_found",
}

# attribute -> field of a subscriber, in the order of the manual's answer
SUBSCRIBER: Final[Mapping[str, str]] = {
    "region": "region",
    "operator": "operator",
    "name": "name",
    "surname": "surname",
    "patronymic": "patronymic",
    "date_birth": "born",
    "male": "gender",
    **{name: name for name in ADDITIONS},
}
