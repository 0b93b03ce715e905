"""Why a message is refused. Every dialect has its own words for every member (a test holds them to it)."""

from enum import StrEnum


class Rejection(StrEnum):
    """The reason for which one recipient's message was not accepted, or was refused before submission."""

    NO_RECIPIENT = "no-recipient"
    BAD_RECIPIENT = "bad-recipient"
    RECIPIENT_TOO_LONG = "recipient-too-long"
    NOT_MOBILE = "not-mobile"
    STOPPED = "stopped"
    DIRECTION_CLOSED = "direction-closed"
    DIRECTION_CLOSED_FOR_ACCOUNT = "direction-closed-for-account"
    OPERATOR_EXCLUDED = "operator-excluded"
    NO_CAPACITY = "no-capacity"
    NO_MONEY = "no-money"
    ACCOUNT_BLOCKED = "account-blocked"
    NO_TEXT = "no-text"
    TEXT_TOO_LONG = "text-too-long"
    TEXT_DECLINED = "text-declined"
    NO_SENDER = "no-sender"
    BAD_SENDER = "bad-sender"
    UNKNOWN_SENDER = "unknown-sender"
    SENDER_NOT_APPROVED = "sender-not-approved"
    NO_LINK = "no-link"
    BAD_VCARD = "bad-vcard"
    BUTTON_TOO_LONG = "button-too-long"
    BUTTON_INCOMPLETE = "button-incomplete"
    PICTURE_WITHOUT_BUTTON = "picture-without-button"
    NO_STEPS = "no-steps"
