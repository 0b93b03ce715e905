"""SMS-Pager's codes, words and report groups.

Codes 1 and 500-504 with their words, and the 70xx family, are the manual's. 510, 511, 516 and 517 come from the
newer table of the same engine and stand for cases that the manual has no code for.
"""

from typing import NamedTuple

from tolmach.core.errors import Failure, RequestError
from tolmach.core.rejections import Rejection
from tolmach.core.status import Status

NAME = "smspager"

SMSID_LIMIT = 21


class Answer(NamedTuple):
    """What ``<code>`` and ``<descr>`` say."""

    code: str
    descr: str


SUCCESS = Answer("1", "Успешно завершенная операция")
MISSING = Answer("500", "Недостаточно переданных параметров")
UNAUTHORISED = Answer("501", "Неверная пара логин/пароль")
SMSID_TOO_LONG = Answer("502", "Превышен размер smsid. Максимальный размер 21 символ")
BAD_DATETIME = Answer("503", "Неверный формат datetime. Верный: yyyy-mm-dd HH:MM:SS")
BAD_SOURCE = Answer("504", "Недопустимое значение Адреса отправителя")
NO_RECIPIENTS = Answer("510", "Отсутствуют получатели")
BLOCKED = Answer("511", "Ваша учетная запись заблокирована")
NO_MONEY = Answer("516", "Недостаточно средств для выполнения рассылки.")
NOBODY = Answer("517", "СМС не будет доставлена ни одному получателю")

_PARSER_WORDS = "Ошибка парсера XML документа"
_PARSER = Answer("700", _PARSER_WORDS)
_PARSER_INTERNAL = Answer("701", _PARSER_WORDS)  # libxml2's number 1 is "internal error"

FAILURES: dict[Failure, Answer] = {
    Failure.EMPTY_BODY: MISSING,
    Failure.MALFORMED: _PARSER,
    Failure.TOO_LARGE: _PARSER,
    Failure.MISSING_FIELD: MISSING,
    Failure.BAD_FIELD: MISSING,
    Failure.BAD_DATE: BAD_DATETIME,
    Failure.NO_RECIPIENTS: NO_RECIPIENTS,
    Failure.UNAUTHORISED: UNAUTHORISED,
    Failure.UNKNOWN_CLIENT: UNAUTHORISED,
    Failure.BLOCKED: BLOCKED,
    Failure.UNKNOWN_COMMAND: MISSING,
    Failure.GROUP_KEY_TOO_LONG: SMSID_TOO_LONG,
    Failure.DUPLICATE_GROUP: NOBODY,
    Failure.UNKNOWN_GROUP: SUCCESS,  # the protocol has no code for it: a report or a cancellation of nothing
    Failure.UNKNOWN_BASE: MISSING,  # the protocol knows no bases
    Failure.UNKNOWN_OPERATOR: MISSING,  # it asks for none
    Failure.REPEATED: NOBODY,  # only of GET requests
    Failure.BUSY: _PARSER_INTERNAL,
    Failure.INTERNAL: _PARSER_INTERNAL,
}

# the code of the answer when nobody was accepted and this is why
REJECTIONS: dict[Rejection, Answer] = {
    Rejection.NO_RECIPIENT: NO_RECIPIENTS,
    Rejection.BAD_RECIPIENT: NO_RECIPIENTS,
    Rejection.RECIPIENT_TOO_LONG: NO_RECIPIENTS,
    Rejection.NOT_MOBILE: NO_RECIPIENTS,
    Rejection.STOPPED: NOBODY,
    Rejection.DIRECTION_CLOSED: NOBODY,
    Rejection.DIRECTION_CLOSED_FOR_ACCOUNT: NOBODY,
    Rejection.OPERATOR_EXCLUDED: NOBODY,
    Rejection.NO_CAPACITY: NOBODY,
    Rejection.NO_MONEY: NO_MONEY,
    Rejection.ACCOUNT_BLOCKED: BLOCKED,
    Rejection.NO_TEXT: NOBODY,
    Rejection.TEXT_TOO_LONG: NOBODY,
    Rejection.TEXT_DECLINED: NOBODY,
    Rejection.NO_SENDER: BAD_SOURCE,
    Rejection.BAD_SENDER: BAD_SOURCE,
    Rejection.UNKNOWN_SENDER: BAD_SOURCE,
    Rejection.SENDER_NOT_APPROVED: BAD_SOURCE,
    Rejection.NO_LINK: NOBODY,
    Rejection.BAD_VCARD: NOBODY,
    Rejection.BUTTON_TOO_LONG: NOBODY,
    Rejection.BUTTON_INCOMPLETE: NOBODY,
    Rejection.PICTURE_WITHOUT_BUTTON: NOBODY,
    Rejection.NO_STEPS: NOBODY,
}

# when recipients were refused for different reasons, the first of these that occurs is told
PRECEDENCE = (BAD_SOURCE, BLOCKED, NO_MONEY, NOBODY, NO_RECIPIENTS)

# groups of a detailed report, in the order in which they are written; "process" is what is being given to a carrier
GROUPS = ("delivered", "notDelivered", "waiting", "enqueued", "cancel", "onModer", "process")

PROCESS = "process"
GROUP_OF: dict[Status, str] = {
    Status.QUEUED: "waiting",
    Status.ON_MODERATION: "onModer",
    Status.SENT: "enqueued",
    Status.DELIVERED: "delivered",
    Status.READ: "delivered",
    Status.UNDELIVERED: "notDelivered",
    Status.EXPIRED: "notDelivered",
    Status.UNKNOWN: "notDelivered",
    Status.REFUSED: "notDelivered",
    Status.CANCELLED: "cancel",
}


def answer_to(error: RequestError) -> Answer:
    """Return code and words of an error; a parser's error is "70" followed by libxml2's number.

    The manual has at most two digits there: a number above 99 becomes 1, libxml2's "internal error".
    """
    if error.failure is Failure.MALFORMED:
        return Answer(f"70{error.code if error.code < 100 else 1}", _PARSER_WORDS)
    return FAILURES[error.failure]
