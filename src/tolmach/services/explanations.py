"""Reasons, failures and statuses in plain English, for operators (clients get the words of their dialect)."""

from collections.abc import Mapping
from typing import Final

from tolmach.core.errors import Failure
from tolmach.core.rejections import Rejection
from tolmach.core.status import Status

REJECTIONS: Final[Mapping[Rejection, str]] = {
    Rejection.NO_RECIPIENT: "there is no phone number",
    Rejection.BAD_RECIPIENT: "this is no phone number",
    Rejection.RECIPIENT_TOO_LONG: "the phone number has more than 15 digits",
    Rejection.NOT_MOBILE: "the number is not a mobile one",
    Rejection.STOPPED: "the number is on a stop list",
    Rejection.DIRECTION_CLOSED: "the direction is closed",
    Rejection.DIRECTION_CLOSED_FOR_ACCOUNT: "the direction is closed for the account, or its tariff has no price there",
    Rejection.OPERATOR_EXCLUDED: "the number belongs to an operator that the request leaves out",
    Rejection.NO_CAPACITY: "the gateway has no capacity left",
    Rejection.NO_MONEY: "the balance does not cover the price",
    Rejection.ACCOUNT_BLOCKED: "the account is blocked",
    Rejection.NO_TEXT: "there is no text",
    Rejection.TEXT_TOO_LONG: "the text is too long",
    Rejection.TEXT_DECLINED: "the text was declined by moderation",
    Rejection.NO_SENDER: "no sender is named and the account has no default sender",
    Rejection.BAD_SENDER: "the sender is neither at most 15 digits nor at most 11 other characters",
    Rejection.UNKNOWN_SENDER: "the account does not have this sender",
    Rejection.SENDER_NOT_APPROVED: "the sender is not approved",
    Rejection.NO_LINK: "there is no link and no text to send",
    Rejection.BAD_VCARD: "the business card is malformed",
    Rejection.BUTTON_TOO_LONG: "the caption of the button is longer than 19 characters",
    Rejection.BUTTON_INCOMPLETE: "a button needs both a caption and a link",
    Rejection.PICTURE_WITHOUT_BUTTON: "a picture needs a button",
    Rejection.NO_STEPS: "there is nothing to send",
}

FAILURES: Final[Mapping[Failure, str]] = {
    Failure.EMPTY_BODY: "the request is empty",
    Failure.MALFORMED: "the request is malformed",
    Failure.TOO_LARGE: "the request is too large",
    Failure.MISSING_FIELD: "something is missing",
    Failure.BAD_FIELD: "a value makes no sense",
    Failure.BAD_DATE: "the date makes no sense",
    Failure.NO_RECIPIENTS: "there are no recipients",
    Failure.UNAUTHORISED: "the account may not do this",
    Failure.UNKNOWN_CLIENT: "there is no such client",
    Failure.BLOCKED: "the account is blocked",
    Failure.UNKNOWN_COMMAND: "there is no such command",
    Failure.GROUP_KEY_TOO_LONG: "the name of the campaign is too long",
    Failure.DUPLICATE_GROUP: "there is such a campaign already",
    Failure.UNKNOWN_GROUP: "there is no such campaign",
    Failure.UNKNOWN_BASE: "there is no such base",
    Failure.UNKNOWN_OPERATOR: "there is no such operator",
    Failure.REPEATED: "the same request came less than a minute ago",
    Failure.BUSY: "the gateway is overloaded",
    Failure.INTERNAL: "something went wrong inside",
}

STATUSES: Final[Mapping[Status, str]] = {
    Status.QUEUED: "waiting",
    Status.ON_MODERATION: "waiting for moderation",
    Status.SENT: "sent, no final receipt yet",
    Status.DELIVERED: "delivered",
    Status.READ: "read",
    Status.UNDELIVERED: "not delivered",
    Status.EXPIRED: "its validity ended",
    Status.UNKNOWN: "no receipt ever came",
    Status.REFUSED: "refused",
    Status.CANCELLED: "cancelled",
}


def explain(reason: str) -> str:
    """Return the words for a stored reason: a `Rejection`, or what a carrier or the gateway wrote."""
    try:
        return REJECTIONS[Rejection(reason)]
    except ValueError:
        return reason
