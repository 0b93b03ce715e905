"""What one client may take of the gateway, so that the others have their share."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from tolmach.core.content import Channel

MEBIBYTE = 1024 * 1024
RETRY_AFTER = 30
"""Seconds after which a caller may come back who was refused because too much waits."""


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


class Pace(NamedTuple):
    """What one account may ask a second: ``requests``, and ``messages`` to send; None: as the settings say, 0: any
    number.
    """

    requests: int | None = None
    messages: int | None = None


USUAL = Pace()


@dataclass(frozen=True, slots=True)
class BacklogLimits:
    """Steps that are due and wait for a link: of one account, of all together, and of one channel, whose links share
    them; 0 for any number.
    """

    account: int = 0
    all: int = 0
    channel: int = 0


class LinkBound(NamedTuple):
    """A link: the channels that it carries, and how many messages may wait for it (0: any number)."""

    name: str
    channels: frozenset[Channel]
    most: int = 0


class FullLinks(NamedTuple):
    """The links for which too much waits, and those that there are of each channel."""

    names: frozenset[str]
    of_channel: Mapping[Channel, tuple[str, ...]]


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
