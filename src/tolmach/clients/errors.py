"""What can go wrong, by what may be done about it. No text holds a password."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tolmach.clients.values import SentMessage


class ClientError(Exception):
    """Any of the errors below. ``done`` are the messages that had their answers before it happened."""

    def __init__(self, text: str, done: "Sequence[SentMessage]" = ()) -> None:
        super().__init__(text)
        self.done = done


class ConnectError(ClientError):
    """There is no connection: nothing was sent, and trying again is safe."""


class AccountError(ClientError):
    """Login or password are wrong, or the account is blocked: nothing was sent."""


class LaterError(ClientError):
    """The provider is overloaded: nothing was sent; try again in ``retry_after`` seconds."""

    def __init__(self, text: str, retry_after: float, done: "Sequence[SentMessage]" = ()) -> None:
        super().__init__(text, done)
        self.retry_after = retry_after


class RequestRefusedError(ClientError):
    """The provider does not accept the request as a whole: nothing was sent."""


class AnswerError(ClientError):
    """No answer, or none that makes sense: the messages may have been sent.

    With client ids, sending the same again is safe at ProntoSMS, TargetSMS and Mobilgroup.
    """


class MessageRefusedError(ClientError):
    """The provider refused the one message; ``reason`` is a word of `Rejection`, or the provider's own."""

    def __init__(self, reason: str, *, permanent: bool) -> None:
        super().__init__(f"refused: {reason}")
        self.reason = reason
        self.permanent = permanent


class UnknownMessageError(ClientError):
    """The provider does not know a message of this id."""
