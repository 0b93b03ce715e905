"""The words of the interfaces without documents (``sendsms.php``, ``sendmessage.php``): parameters in, one line back.

They have no manual with all their errors; these are the words that their clients compare.
"""

from collections.abc import Mapping
from typing import Final

from tolmach.core.errors import Failure
from tolmach.core.rejections import Rejection
from tolmach.core.results import Accepted, SendResult
from tolmach.dialects.engine.vocabulary import FAILURES, REJECTIONS
from tolmach.wire import WireResponse

HEADERS: Final[Mapping[str, str]] = {"content-type": "text/plain; charset=utf-8"}
_BAD_REQUEST: Final = "Неправильный формат запроса"  # in no manual
_BAD_LOGIN: Final = "Неверный логин или пароль"
_NO_NUMBER: Final = "Не введен номер телефона."
_NO_MONEY: Final = "Проверьте свой баланс или корректность номера получателя."

WORDS: Final[Mapping[Failure, str]] = {
    **FAILURES,
    **dict.fromkeys((Failure.MISSING_FIELD, Failure.BAD_FIELD, Failure.BAD_DATE, Failure.MALFORMED), _BAD_REQUEST),
    **dict.fromkeys((Failure.TOO_LARGE, Failure.EMPTY_BODY, Failure.UNKNOWN_COMMAND), _BAD_REQUEST),
    Failure.UNAUTHORISED: _BAD_LOGIN,
    Failure.UNKNOWN_CLIENT: _BAD_LOGIN,
    Failure.NO_RECIPIENTS: _NO_NUMBER,
    Failure.BLOCKED: "Ваш аккаунт заблокирован.",
    Failure.REPEATED: f"error: {FAILURES[Failure.REPEATED]}",
}
OWN: Final[Mapping[Rejection, str]] = {
    Rejection.NO_RECIPIENT: _NO_NUMBER,
    Rejection.NO_MONEY: _NO_MONEY,
    Rejection.BAD_RECIPIENT: _NO_MONEY,
    Rejection.NOT_MOBILE: _NO_MONEY,
    Rejection.DIRECTION_CLOSED_FOR_ACCOUNT: _NO_MONEY,
}
REASONS: Final[Mapping[Rejection, str]] = {**REJECTIONS, **OWN}


def plain_text(words: str) -> WireResponse:
    """Write one line."""
    return WireResponse(200, HEADERS, words.encode("utf-8", "replace"))


def sent_words(result: SendResult, reasons: Mapping[Rejection, str] = REASONS) -> str:
    """Return the ids in the order of the numbers, 0 for one that is refused; when all are, the words for the first."""
    ids = [item.id if isinstance(item, Accepted) else 0 for item in result.items]
    if any(ids):
        return ",".join(map(str, ids))
    return next(reasons[item.reason] for item in result.items if not isinstance(item, Accepted))


def line_breaks(text: str) -> str:
    r"""Return a text with the two characters ``\n`` and CRLF as LF."""
    return text.replace("\\n", "\n").replace("\r\n", "\n")
