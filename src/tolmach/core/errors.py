"""Errors of a whole request. A dialect has words for every `Failure` (a test holds it to that)."""

from enum import StrEnum


class Failure(StrEnum):
    """Why a request as a whole is not carried out."""

    EMPTY_BODY = "empty-body"
    MALFORMED = "malformed"
    TOO_LARGE = "too-large"
    MISSING_FIELD = "missing-field"
    BAD_FIELD = "bad-field"
    BAD_DATE = "bad-date"
    NO_RECIPIENTS = "no-recipients"
    UNAUTHORISED = "unauthorised"
    UNKNOWN_CLIENT = "unknown-client"
    BLOCKED = "blocked"
    UNKNOWN_COMMAND = "unknown-command"
    GROUP_KEY_TOO_LONG = "group-key-too-long"
    DUPLICATE_GROUP = "duplicate-group"
    UNKNOWN_GROUP = "unknown-group"
    UNKNOWN_BASE = "unknown-base"
    UNKNOWN_OPERATOR = "unknown-operator"
    REPEATED = "repeated"
    BUSY = "busy"
    INTERNAL = "internal"


class RequestError(Exception):
    """A request that is answered with an error instead of a result.

    ``code`` is the XML parser's error number for `Failure.MALFORMED` (libxml2's numbers, 0 when unknown);
    ``detail`` is for logs and never holds a password or a message text; ``echo`` is what the answer must
    repeat all the same (a dialect's own value, set only by the dialect that reads it); ``retry_after`` is in how many
    seconds the same request may succeed, 0 when nobody knows.
    """

    def __init__(
        self, failure: Failure, detail: str = "", *, code: int = 0, echo: object = None, retry_after: int = 0
    ) -> None:
        super().__init__(f"{failure.value}: {detail}" if detail else failure.value)
        self.failure = failure
        self.detail = detail
        self.code = code
        self.echo = echo
        self.retry_after = retry_after


class StoreUnavailableError(Exception):
    """The database cannot be read or written now (disk full, locked, an I/O error); the text says why."""


class CommitUnknownError(StoreUnavailableError):
    """The database went away while it committed: what was written is there, or it is not."""


class LostAnswerError(Exception):
    """What carried a request out has died or ended: nobody knows whether it was."""
