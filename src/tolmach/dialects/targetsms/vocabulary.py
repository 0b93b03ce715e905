"""The words of TargetSMS version 2. Its manual prints none of its errors; they are those of its version 1."""

from collections.abc import Mapping
from typing import Final

from tolmach.core.rejections import Rejection
from tolmach.core.status import Status
from tolmach.dialects.engine import vocabulary as engine
from tolmach.dialects.engine.vocabulary import ACCEPTED, DEFAULT_LABEL, FAILURES, UNKNOWN_ID

__all__ = ["ACCEPTED", "DEFAULT_LABEL", "FAILURES", "NAME", "NOT_SENT", "REJECTIONS", "STATUSES", "UNKNOWN_ID"]

NAME: Final = "targetsms"
NOT_SENT: Final = "send"  # of a channel: «Не было отправлено»

REJECTIONS: Final[Mapping[Rejection, str]] = {
    **engine.REJECTIONS,
    Rejection.BUTTON_INCOMPLETE: "Для кнопки укажите и текст (button_text), и ссылку (button_url).",
    Rejection.PICTURE_WITHOUT_BUTTON: "Для изображения укажите текст и ссылку кнопки (button_text и button_url).",
    Rejection.NO_STEPS: "Не указан ни один канал отправки (send_viber или send_sms).",
}

# this version has no word for "read"
STATUSES: Final[Mapping[Status, str]] = {**engine.STATUSES, Status.READ: engine.STATUSES[Status.DELIVERED]}
