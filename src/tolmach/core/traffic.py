"""Classes of traffic, and the lanes that what is due waits in.

A one-time password is worth nothing after a minute, an advertisement can wait: on the same link a lower class waits for
the higher ones. A lane is a channel and a class in one small number, so that a claim finds its rows by an index.
"""

from enum import StrEnum

from tolmach.core.content import Channel


class Traffic(StrEnum):
    """What a message is for; the first goes first."""

    OTP = "otp"
    SERVICE = "service"
    ADVERT = "advert"


_CLASSES = tuple(Traffic)
_CHANNELS = tuple(Channel)
_NUMBERS = {
    (channel, traffic): len(_CLASSES) * row + column
    for row, channel in enumerate(_CHANNELS)
    for column, traffic in enumerate(_CLASSES)
}
ALL_LANES = tuple(range(len(_NUMBERS)))


def lane(channel: Channel, traffic: Traffic) -> int:
    """Return the lane of a channel and a class."""
    return _NUMBERS[channel, traffic]


def lanes(channel: Channel | None) -> tuple[int, ...]:
    """Return the lanes of a channel (None: of all) in the order in which they are served."""
    if channel is None:
        return ALL_LANES
    return tuple(_NUMBERS[channel, traffic] for traffic in _CLASSES)


def traffic_of(number: int) -> Traffic:
    """Return the class of a lane."""
    return _CLASSES[number % len(_CLASSES)]


def channel_of(number: int) -> Channel:
    """Return the channel of a lane."""
    return _CHANNELS[number // len(_CLASSES)]


def moved(number: int, channel: Channel) -> int:
    """Return the lane of the same class on another channel."""
    return _NUMBERS[channel, traffic_of(number)]


DEFAULT_LANE = lane(Channel.SMS, Traffic.SERVICE)
