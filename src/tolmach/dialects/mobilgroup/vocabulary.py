"""Mobilgroup's error numbers (0-12, the manual's list) and status numbers."""

from collections.abc import Mapping

from tolmach.core.errors import Failure, RequestError
from tolmach.core.rejections import Rejection
from tolmach.core.status import FINAL, Status

NAME = "mobilgroup"

NO_ERROR = 0
XML = 1
MISSING = 2
CLIENT = 3
LOGIN = 4
BLOCKED = 5
COMMAND = 6
REPEATED = 7
RECIPIENTS = 8
MONEY = 9
LENGTH = 10
SCHEDULE = 11
UNREGISTERED = 12

FAILURES: dict[Failure, int] = {
    Failure.EMPTY_BODY: XML,
    Failure.MALFORMED: XML,
    Failure.TOO_LARGE: XML,
    Failure.MISSING_FIELD: MISSING,
    Failure.BAD_FIELD: MISSING,
    Failure.BAD_DATE: SCHEDULE,
    Failure.NO_RECIPIENTS: RECIPIENTS,
    Failure.UNAUTHORISED: LOGIN,
    Failure.UNKNOWN_CLIENT: CLIENT,
    Failure.BLOCKED: BLOCKED,
    Failure.UNKNOWN_COMMAND: COMMAND,
    Failure.GROUP_KEY_TOO_LONG: MISSING,
    Failure.DUPLICATE_GROUP: REPEATED,
    Failure.UNKNOWN_GROUP: UNREGISTERED,
    Failure.UNKNOWN_BASE: UNREGISTERED,  # the protocol knows no bases
    Failure.UNKNOWN_OPERATOR: MISSING,  # nor statistics
    Failure.REPEATED: REPEATED,  # only of GET requests
    # the protocol has no "try later": the number that accuses neither the account nor a field
    Failure.BUSY: XML,
    Failure.INTERNAL: XML,
}

REJECTIONS: dict[Rejection, int] = {
    Rejection.NO_RECIPIENT: RECIPIENTS,
    Rejection.BAD_RECIPIENT: RECIPIENTS,
    Rejection.RECIPIENT_TOO_LONG: RECIPIENTS,
    Rejection.NOT_MOBILE: RECIPIENTS,
    Rejection.STOPPED: RECIPIENTS,
    Rejection.DIRECTION_CLOSED: RECIPIENTS,
    Rejection.DIRECTION_CLOSED_FOR_ACCOUNT: RECIPIENTS,
    Rejection.OPERATOR_EXCLUDED: RECIPIENTS,  # only SMS-Pager leaves operators out
    Rejection.NO_CAPACITY: MONEY,
    Rejection.NO_MONEY: MONEY,
    Rejection.ACCOUNT_BLOCKED: BLOCKED,
    Rejection.NO_TEXT: MISSING,
    Rejection.TEXT_TOO_LONG: LENGTH,
    Rejection.TEXT_DECLINED: MISSING,
    Rejection.NO_SENDER: MISSING,
    Rejection.BAD_SENDER: MISSING,
    Rejection.UNKNOWN_SENDER: MISSING,
    Rejection.SENDER_NOT_APPROVED: MISSING,
    Rejection.NO_LINK: RECIPIENTS,
    Rejection.BAD_VCARD: MISSING,
    Rejection.BUTTON_TOO_LONG: MISSING,
    Rejection.BUTTON_INCOMPLETE: MISSING,
    Rejection.PICTURE_WITHOUT_BUTTON: MISSING,
    Rejection.NO_STEPS: MISSING,
}

# reasons that refuse one recipient without stopping the request
RECORDABLE = frozenset({Rejection.STOPPED, Rejection.DIRECTION_CLOSED, Rejection.DIRECTION_CLOSED_FOR_ACCOUNT})

# statuses of one recipient: in the queue, delivered, not delivered, sent, error
STATUSES: dict[Status, int] = {
    Status.QUEUED: 0,
    Status.ON_MODERATION: 0,
    Status.SENT: 8,
    Status.DELIVERED: 1,
    Status.READ: 1,
    Status.UNDELIVERED: 2,
    Status.EXPIRED: 2,
    Status.UNKNOWN: 2,
    Status.CANCELLED: 2,
    Status.REFUSED: 16,
}

WAITING, STARTED, FINISHED = 0, 2, 4
_UNTOUCHED = frozenset(status for status, number in STATUSES.items() if number == 0)


class MessageTooLongError(RequestError):
    """A message above this protocol's own limit (error 10)."""

    def __init__(self, length: int, limit: int) -> None:
        super().__init__(Failure.BAD_FIELD, f"message of {length} characters, {limit} are allowed")


def error_number(error: RequestError) -> int:
    """Return the number of an error."""
    return LENGTH if isinstance(error, MessageTooLongError) else FAILURES[error.failure]


def mailing_status(counts: Mapping[Status, int]) -> int:
    """Return the status of a whole request: 0 before the first message started, 4 once all are final, 2 between.

    The manual lists 2 and 4 only; its sample prints 0.
    """
    present = {status for status, count in counts.items() if count}
    if present <= FINAL:
        return FINISHED
    return WAITING if present <= _UNTOUCHED else STARTED
