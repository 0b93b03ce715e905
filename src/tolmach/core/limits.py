"""What one client may take of the gateway, so that the others have their share."""

from dataclasses import dataclass

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class RequestLimits:
    """``body`` in bytes, ``body_seconds`` until it must have come; ``at_once`` requests in work; ``rate`` and
    ``messages``: requests, and messages to send, a second of one account, 0 for any number; ``busy``: see
    `tolmach.services.crowding`.
    """

    body: int = 8 * MEBIBYTE
    body_seconds: float = 60.0
    at_once: int = 2_000
    rate: float = 0.0
    messages: float = 0.0
    busy: float = 0.0


@dataclass(frozen=True, slots=True)
class BacklogLimits:
    """Steps that are due and wait for a link: of one account, of all together, and of one channel, whose links share
    them; 0 for any number.
    """

    account: int = 0
    all: int = 0
    channel: int = 0


@dataclass(frozen=True, slots=True)
class KeepingRules:
    """``days`` that messages are kept of accounts without a period of their own; ``stray_days`` that receipts are kept
    which match no message; ``inbox_days`` that incoming messages are kept; 0 for ever. ``late_days``: how much longer
    messages may stay so that they leave with their whole partition.
    """

    days: int = 0
    stray_days: int = 90
    inbox_days: int = 0
    late_days: int = 7
