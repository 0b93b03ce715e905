"""The words of ProntoSMS (and of TargetSMS version 1) are the engine's; those of the address bases are its own."""

from collections.abc import Mapping
from typing import Final

from tolmach.core.bases import ADDITIONS
from tolmach.core.registry import RegistryState
from tolmach.core.results import Edit, PatternEdit, Registration, RegistryEdit
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
    "BAD_LOGIN_OF_FILE",
    "DEFAULT_LABEL",
    "EDITS",
    "FAILURES",
    "FILE_NOT_KEPT",
    "NAME",
    "PATTERN_EDITS",
    "PENDING",
    "REGISTRATIONS",
    "REGISTRY_EDITS",
    "REGISTRY_STATES",
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

# the two errors of an upload: with an exclamation mark, as nowhere else
FILE_NOT_KEPT: Final = "Не удалось скопировать файл!"
BAD_LOGIN_OF_FILE: Final = "Неверный логин или пароль!"

# the first three are the manual's; "to the byte" includes its quotes
REGISTRATIONS: Final[Mapping[Registration, str]] = {
    Registration.ADDED: "Отправитель добавлен.",
    Registration.QUEUED: "Отправитель поставлен в очередь на регистрацию.",
    Registration.BAD_NAME: (
        "Отправитель может состоять только из 11-ти латинских символов, цифр, пробелов и знаков "
        '"\\\'?><,.-_=+/"!@#$%^&*() " или 15-ти цифр.'
    ),
    Registration.NO_FILE: "Файл с таким id не найден.",
}

PATTERN_EDITS: Final[Mapping[PatternEdit, str]] = {
    PatternEdit.INSERTED: "insert",
    PatternEdit.CHANGED: "edit",
    PatternEdit.UNCHANGED: "not_edit",
    PatternEdit.DELETED: "delete",
    PatternEdit.NOT_FOUND: "not_found",
}

# the engine's own words for the states, and why a wish about the registry cannot be fulfilled
REGISTRY_STATES: Final[Mapping[RegistryState, str]] = {
    RegistryState.POSTED: "Подано на согласование",
    RegistryState.SENT: "Отправлено на согласование",
    RegistryState.APPROVED: "Согласовано",
    RegistryState.REFUSED: "Не согласовано",
    RegistryState.TO_DELETE: "Подано на удаление",
    RegistryState.DELETED: "Удалено",
}
REGISTRY_EDITS: Final[Mapping[RegistryEdit, str]] = {
    RegistryEdit.ADDED: "",
    RegistryEdit.DELETED: "",
    RegistryEdit.UNKNOWN_SENDER: "Имя отправителя не обнаружено",
    RegistryEdit.UNKNOWN_OPERATOR: "Такой оператор не обнаружен",
}
