"""Reasons, failures and statuses in plain English, for operators (clients get the words of their dialect)."""

from collections.abc import Mapping
from typing import Final

from tolmach.core.errors import Failure
from tolmach.core.rejections import Rejection
from tolmach.core.sentences import Sentence, say
from tolmach.core.status import Status

REJECTIONS: Final[Mapping[Rejection, Sentence]] = {
    Rejection.NO_RECIPIENT: say("there is no phone number"),
    Rejection.BAD_RECIPIENT: say("this is no phone number"),
    Rejection.RECIPIENT_TOO_LONG: say("the phone number has more than 15 digits"),
    Rejection.NOT_MOBILE: say("the number is not a mobile one"),
    Rejection.STOPPED: say("the number is on a stop list"),
    Rejection.DIRECTION_CLOSED: say("the direction is closed"),
    Rejection.DIRECTION_CLOSED_FOR_ACCOUNT: say(
        "the direction is closed for the account, or its tariff has no price there"
    ),
    Rejection.OPERATOR_EXCLUDED: say("the number belongs to an operator that the request leaves out"),
    Rejection.NO_CAPACITY: say("the gateway has no capacity left"),
    Rejection.NO_MONEY: say("the balance does not cover the price"),
    Rejection.ACCOUNT_BLOCKED: say("the account is blocked"),
    Rejection.NO_TEXT: say("there is no text"),
    Rejection.TEXT_TOO_LONG: say("the text is too long"),
    Rejection.TEXT_DECLINED: say("the text was declined by moderation"),
    Rejection.NO_SENDER: say("no sender is named and the account has no default sender"),
    Rejection.BAD_SENDER: say("the sender is neither at most 15 digits nor at most 11 other characters"),
    Rejection.UNKNOWN_SENDER: say("the account does not have this sender"),
    Rejection.SENDER_NOT_APPROVED: say("the sender is not approved"),
    Rejection.NO_LINK: say("there is no link and no text to send"),
    Rejection.BAD_VCARD: say("the business card is malformed"),
    Rejection.BUTTON_TOO_LONG: say("the caption of the button is longer than 19 characters"),
    Rejection.BUTTON_INCOMPLETE: say("a button needs both a caption and a link"),
    Rejection.PICTURE_WITHOUT_BUTTON: say("a picture needs a button"),
    Rejection.NO_STEPS: say("there is nothing to send"),
}

FAILURES: Final[Mapping[Failure, Sentence]] = {
    Failure.EMPTY_BODY: say("the request is empty"),
    Failure.MALFORMED: say("the request is malformed"),
    Failure.TOO_LARGE: say("the request is too large"),
    Failure.MISSING_FIELD: say("something is missing"),
    Failure.BAD_FIELD: say("a value makes no sense"),
    Failure.BAD_DATE: say("the date makes no sense"),
    Failure.NO_RECIPIENTS: say("there are no recipients"),
    Failure.UNAUTHORISED: say("the account may not do this"),
    Failure.UNKNOWN_CLIENT: say("there is no such client"),
    Failure.BLOCKED: say("the account is blocked"),
    Failure.UNKNOWN_COMMAND: say("there is no such command"),
    Failure.GROUP_KEY_TOO_LONG: say("the name of the campaign is too long"),
    Failure.DUPLICATE_GROUP: say("there is such a campaign already"),
    Failure.UNKNOWN_GROUP: say("there is no such campaign"),
    Failure.UNKNOWN_BASE: say("there is no such base"),
    Failure.UNKNOWN_OPERATOR: say("there is no such operator"),
    Failure.REPEATED: say("the same request came less than a minute ago"),
    Failure.BUSY: say("the gateway is overloaded"),
    Failure.INTERNAL: say("something went wrong inside"),
}

STATUSES: Final[Mapping[Status, Sentence]] = {
    Status.QUEUED: say("waiting"),
    Status.ON_MODERATION: say("waiting for moderation"),
    Status.SENT: say("sent, no final receipt yet"),
    Status.DELIVERED: say("delivered"),
    Status.READ: say("read"),
    Status.UNDELIVERED: say("not delivered"),
    Status.EXPIRED: say("its validity ended"),
    Status.UNKNOWN: say("no receipt ever came"),
    Status.REFUSED: say("refused"),
    Status.CANCELLED: say("cancelled"),
}


def explain(reason: str) -> str:
    """Return the words for a stored reason: a `Rejection`, or what a carrier or the gateway wrote."""
    try:
        return REJECTIONS[Rejection(reason)]
    except ValueError:
        return reason
