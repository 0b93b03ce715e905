"""The engine's words: every reason, failure and status of the gateway has exactly one."""

from collections.abc import Mapping
from typing import Final

from tolmach.core.errors import Failure
from tolmach.core.rejections import Rejection
from tolmach.core.results import MessageState
from tolmach.core.status import Status

ACCEPTED: Final = "send"
UNKNOWN_ID: Final = "Сообщение с таким ID не принималось"
DEFAULT_LABEL: Final = "Шлюз"

_BAD_DOCUMENT = "Неправильный формат XML документа"
BAD_JSON: Final = "Неправильный формат JSON документа"
_BAD_LOGIN = "Неправильный логин или пароль"
_CLOSED_FOR_YOU = "Данное направление закрыто для вас."

# Errors of a whole request carry no full stop, errors of one message do: clients compare whole strings.
FAILURES: Final[Mapping[Failure, str]] = {
    Failure.EMPTY_BODY: "POST данные отсутствуют",
    Failure.MALFORMED: _BAD_DOCUMENT,
    Failure.TOO_LARGE: _BAD_DOCUMENT,
    Failure.MISSING_FIELD: _BAD_DOCUMENT,
    Failure.BAD_FIELD: _BAD_DOCUMENT,
    Failure.BAD_DATE: _BAD_DOCUMENT,
    Failure.NO_RECIPIENTS: _BAD_DOCUMENT,
    Failure.UNAUTHORISED: _BAD_LOGIN,
    Failure.UNKNOWN_CLIENT: _BAD_LOGIN,
    Failure.BLOCKED: "Ваш аккаунт заблокирован",
    Failure.UNKNOWN_COMMAND: _BAD_DOCUMENT,
    Failure.GROUP_KEY_TOO_LONG: _BAD_DOCUMENT,
    Failure.DUPLICATE_GROUP: _BAD_DOCUMENT,
    Failure.UNKNOWN_GROUP: _BAD_DOCUMENT,
    Failure.UNKNOWN_BASE: "Базы с таким номером не существует",
    Failure.UNKNOWN_OPERATOR: "Такой оператор не обнаружен",
    Failure.REPEATED: "Попытка отправки более одного одинакового запроса в течение минуты",
    # not in the manual: these two are worth a second try with the same document
    Failure.BUSY: "Сервис перегружен, повторите запрос позже",
    Failure.INTERNAL: "Внутренняя ошибка сервиса, повторите запрос позже",
}

REJECTIONS: Final[Mapping[Rejection, str]] = {
    Rejection.NO_RECIPIENT: "Укажите номер телефона.",
    Rejection.BAD_RECIPIENT: _CLOSED_FOR_YOU,  # the engine's own word for a number nobody can have
    Rejection.RECIPIENT_TOO_LONG: "Номер телефона должен быть меньше 15 символов.",
    Rejection.NOT_MOBILE: _CLOSED_FOR_YOU,
    Rejection.STOPPED: "Номер телефона присутствует в стоп-листе.",
    Rejection.DIRECTION_CLOSED: "Данное направление закрыто.",
    Rejection.DIRECTION_CLOSED_FOR_ACCOUNT: _CLOSED_FOR_YOU,
    Rejection.OPERATOR_EXCLUDED: _CLOSED_FOR_YOU,  # only SMS-Pager leaves operators out
    Rejection.NO_CAPACITY: "У нас закончились SMS. Для разрешения проблемы свяжитесь с менеджером.",
    Rejection.NO_MONEY: "Закончились SMS.",
    Rejection.ACCOUNT_BLOCKED: "Аккаунт заблокирован.",
    Rejection.NO_TEXT: "Нет текста сообщения.",
    Rejection.TEXT_TOO_LONG: "Текст сообщения превышает допустимую длину.",
    Rejection.TEXT_DECLINED: "Текст SMS отклонен модератором.",
    Rejection.NO_SENDER: "Нет отправителя.",
    Rejection.BAD_SENDER: (
        "Отправитель не должен превышать 15 символов для цифровых номеров и 11 символов для буквенно-числовых."
    ),
    Rejection.UNKNOWN_SENDER: "Такого отправителя нет.",
    Rejection.SENDER_NOT_APPROVED: "Отправитель не прошел модерацию.",
    Rejection.NO_LINK: "Нет ссылки.",
    Rejection.BAD_VCARD: "Укажите название контакта и хотя бы один параметр для визитной карточки.",
    Rejection.BUTTON_TOO_LONG: "Текст кнопки не должен превышать 19 символов.",
    Rejection.BUTTON_INCOMPLETE: "Для кнопки укажите и текст, и ссылку.",
    Rejection.PICTURE_WITHOUT_BUTTON: "Для картинки укажите текст и ссылку кнопки.",
    Rejection.NO_STEPS: "Не указан ни один канал отправки.",
}

STATUSES: Final[Mapping[Status, str]] = {
    Status.QUEUED: "send",
    Status.ON_MODERATION: "send",
    Status.SENT: "send",
    Status.DELIVERED: "deliver",
    Status.READ: "read",
    Status.UNDELIVERED: "not_deliver",
    Status.EXPIRED: "expired",
    Status.UNKNOWN: "partly_deliver",
    Status.REFUSED: "not_deliver",
    Status.CANCELLED: "not_deliver",
}

# "send" says that nothing is known yet, and then goes with an empty time
PENDING: Final = frozenset(status for status, word in STATUSES.items() if word == "send")


def state_word(state: MessageState, words: Mapping[Status, str] = STATUSES) -> str:
    """Return the word for a message's status; of a text that a moderator has declined that reason is told."""
    declined = state.status is Status.REFUSED and state.reason == Rejection.TEXT_DECLINED
    return REJECTIONS[Rejection.TEXT_DECLINED] if declined else words[state.status]
