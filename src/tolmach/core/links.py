"""Links to carriers as values: what an operator writes down about one, checked, and how it fares.

Every class here is also the shape of a table in the settings file, so an unknown key is refused there.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar, Final, Literal, Protocol
from zoneinfo import ZoneInfo

from tolmach.codecs.smpp.constants import VENDOR_TAGS
from tolmach.codecs.smpp.receipt import IdForm
from tolmach.core import timezones

LONGEST_RESPONSE: Final = 30.0
"""Seconds: a worker's lease has to outlive the hand-over of a leg and the answer to its last part."""

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_.-]{0,31}", re.ASCII)
_TAKEN: Final = "sandbox"  # the carrier of virtual phones is called so
_STRICT: Final[dict[str, Any]] = {"extra": "forbid"}


class BadLink(ValueError):  # noqa: N818
    """A link cannot be like this; the text names the setting and what it may be."""


class BindMode(StrEnum):
    """How one connection, or one pair of them, is bound."""

    TRANSCEIVER = "trx"
    PAIR = "tx+rx"
    TRANSMITTER = "tx"  # no receipts


class DefaultAlphabet(StrEnum):
    """What a carrier takes the octets of data_coding 0 for."""

    GSM = "gsm"  # one septet per octet
    GSM_PACKED = "gsm-packed"
    LATIN1 = "latin1"


class Long(StrEnum):
    """How a text of several parts is sent."""

    UDH8 = "udh8"  # concatenation header with an 8-bit reference
    UDH16 = "udh16"
    SAR = "sar"  # sar_msg_ref_num, sar_total_segments, sar_segment_seqnum
    PAYLOAD = "payload"  # one PDU with message_payload; the carrier cuts it


class FlashCoding(StrEnum):
    """How a message of class 0, which the phone shows at once, is marked."""

    GENERAL = "general"  # data_coding 0x10, or 0x18 for UCS-2
    CLASS = "class"  # data_coding 0xF0; UCS-2 has only 0x18


class Validity(StrEnum):
    """How the end of validity is told to the carrier."""

    ABSOLUTE = "absolute"
    RELATIVE = "relative"
    NONE = "none"


class Receipts(StrEnum):
    """Of which parts a receipt is asked for."""

    ALL = "all"
    FIRST = "first"
    LAST = "last"
    NONE = "none"


class Prefer(StrEnum):
    """Whose id counts when a receipt names two."""

    TLV = "tlv"
    TEXT = "text"


def _check(sound: bool, name: str, rule: str) -> None:
    if not sound:
        raise BadLink(f"{name} must be {rule}")


def _fits(text: str, largest: int) -> bool:
    return text.isascii() and len(text) <= largest and "\0" not in text


@dataclass(frozen=True, slots=True, kw_only=True)
class Tls:
    """Encryption of the connection. ``ca`` is a PEM file of the authorities to trust instead of the system's."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT

    ca: str | None = None
    verify: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Timers:
    """All in seconds. ``enquire_link``: silence of the carrier before it is asked; ``enquire_answer``: silence
    after that before it is called dead; ``bind``: until connected and bound; reconnects are between
    ``reconnect_first`` and ``reconnect_most`` apart, doubling.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT

    enquire_link: float = 15.0
    enquire_answer: float = 10.0
    response: float = 30.0
    bind: float = 10.0
    reconnect_first: float = 1.0
    reconnect_most: float = 30.0

    def __post_init__(self) -> None:
        for name in ("enquire_link", "enquire_answer", "bind", "reconnect_first"):
            _check(0 < getattr(self, name) <= 3600, f"timers.{name}", "above 0 and at most 3600 seconds")
        _check(0 < self.response <= LONGEST_RESPONSE, "timers.response", f"above 0, at most {LONGEST_RESPONSE:.0f} s")
        sound = self.reconnect_first <= self.reconnect_most <= 3600
        _check(sound, "timers.reconnect_most", "from reconnect_first to 3600 seconds")


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberType:
    """Type of number and numbering plan of an address (SMPP 5.2.5, 5.2.6)."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT

    ton: int
    npi: int

    def __post_init__(self) -> None:
        _check(0 <= self.ton <= 255 and 0 <= self.npi <= 255, "ton and npi", "0 to 255")


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """Types of senders by their kind, and of recipients. A sender of at most ``short_digits`` digits is short."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT

    alphanumeric: NumberType = NumberType(ton=5, npi=0)
    short: NumberType = NumberType(ton=3, npi=0)
    international: NumberType = NumberType(ton=1, npi=1)
    recipient: NumberType = NumberType(ton=1, npi=1)
    short_digits: int = 6

    def __post_init__(self) -> None:
        _check(0 <= self.short_digits <= 10, "addresses.short_digits", "0 to 10")


@dataclass(frozen=True, slots=True, kw_only=True)
class VendorTlv:
    """An optional parameter that this carrier wants in every message; ``value`` is written in hexadecimal."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT

    tag: int
    value: str = ""

    def __post_init__(self) -> None:
        _check(self.tag in VENDOR_TAGS, "content.tlvs tag", "0x1400 to 0x3FFF")
        _check(re.fullmatch(r"([0-9A-Fa-f]{2}){0,255}", self.value) is not None, "content.tlvs value", "hexadecimal")

    @property
    def octets(self) -> bytes:
        """The value as octets."""
        return bytes.fromhex(self.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentRules:
    """How messages look on this link.

    ``gsm_coding`` is the data_coding of texts in the default alphabet, ``binary_coding`` that of octets (WAP push,
    vCard): 4, or 0xF5 where the carrier wants the coding groups of 3GPP TS 23.038.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT

    alphabet: DefaultAlphabet = DefaultAlphabet.GSM
    gsm_coding: int = 0
    flash: FlashCoding = FlashCoding.GENERAL
    binary_coding: int = 4
    long: Long = Long.UDH8
    validity: Validity = Validity.RELATIVE
    receipts: Receipts = Receipts.ALL
    priority: int = 0
    service_type: str = ""
    tlvs: tuple[VendorTlv, ...] = ()

    def __post_init__(self) -> None:
        _check(0 <= self.gsm_coding <= 255, "content.gsm_coding", "0 to 255")
        _check(0 <= self.binary_coding <= 255, "content.binary_coding", "0 to 255")
        _check(0 <= self.priority <= 3, "content.priority", "0 to 3")
        _check(_fits(self.service_type, 5), "content.service_type", "at most 5 ASCII characters")


@dataclass(frozen=True, slots=True, kw_only=True)
class IdRules:
    """How the carrier writes the same message id in answers, in the text of receipts and in their TLV."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT

    answer: IdForm = IdForm.TEXT
    text: IdForm = IdForm.TEXT
    tlv: IdForm = IdForm.TEXT
    prefer: Prefer = Prefer.TLV


@dataclass(frozen=True, slots=True, kw_only=True)
class SmppLink:
    """A carrier's SMSC. ``binds`` connections (or pairs) share ``rate`` (parts per second, None: no limit); each
    has its own ``window`` of unanswered parts. Above ``backlog`` messages that wait for it (0: any number, None: as the
    limits say) none are accepted that only it can carry. Dates in receipts are in ``time_zone``. Raises `BadLink`.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT

    name: str
    host: str
    system_id: str
    type: Literal["smpp"] = "smpp"
    port: int = 2775
    password: str = field(default="", repr=False)
    system_type: str = ""
    bind: BindMode = BindMode.TRANSCEIVER
    binds: int = 1
    window: int = 10
    rate: float | None = None
    backlog: int | None = None
    tls: Tls | None = None
    time_zone: str = "UTC"
    timers: Timers = Timers()
    addresses: Addresses = Addresses()
    content: ContentRules = ContentRules()
    ids: IdRules = IdRules()

    def __post_init__(self) -> None:
        _check(_NAME.fullmatch(self.name) is not None, "name", "1 to 32 of a-z 0-9 _ . - and start with a-z 0-9")
        _check(self.name != _TAKEN, "name", f"another than {_TAKEN}")
        _check(bool(self.host) and not re.search(r"[\s\0]", self.host), "host", "a host name or an address")
        _check(0 < self.port < 65536, "port", "1 to 65535")
        _check(bool(self.system_id) and _fits(self.system_id, 15), "system_id", "1 to 15 ASCII characters")
        _check(_fits(self.password, 8), "password", "at most 8 ASCII characters")
        _check(_fits(self.system_type, 12), "system_type", "at most 12 ASCII characters")
        _check(1 <= self.binds <= 16, "binds", "1 to 16")
        _check(1 <= self.window <= 1000, "window", "1 to 1000")
        _check(self.backlog is None or self.backlog >= 0, "backlog", "a number of messages, 0 for any number")
        _check(self.rate is None or 0 < self.rate <= 100_000, "rate", "above 0 and at most 100000 parts per second")
        _check(timezones.is_zone(self.time_zone), "time_zone", "the name of a time zone, like Europe/Moscow")

    @property
    def zone(self) -> ZoneInfo:
        """``time_zone`` as a zone."""
        return timezones.zone(self.time_zone)


class Named(Protocol):
    """Anything with a name."""

    @property
    def name(self) -> str:
        """What it is called."""
        ...


def check_names(links: Sequence[Named]) -> None:
    """Raise `BadLink` when two links have one name: receipts are told apart by it."""
    names = [link.name for link in links]
    for name in names:
        _check(names.count(name) == 1, f"name {name!r}", "unique among the links")


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkCounters:
    """What a link has seen since the process started; parts, unless said otherwise."""

    submitted: int = 0
    accepted: int = 0
    refused: int = 0
    throttled: int = 0
    lost: int = 0
    late: int = 0  # answers after their time-out
    stray: int = 0  # PDUs that answer nothing
    garbled: int = 0
    receipts: int = 0
    intermediate: int = 0  # reports about messages that are still on their way
    unreadable: int = 0  # receipts without an id or a state
    inbound: int = 0  # messages of subscribers
    unstored: int = 0  # receipts given back to the carrier because they could not be stored
    connects: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkHealth:
    """How a link fares now. Seconds and parts per second; ``rate`` is what it allows itself, None: no limit.

    ``possible`` is window / round trip: what the link could carry if the rate allowed. ``throttled`` is a share.
    """

    name: str
    binds: int
    bound: int
    window: int
    in_flight: int
    waiting: int
    round_trip: float | None
    possible: float | None
    rate: float | None
    throttled: float
    paused: bool
    last_error: str
    counters: LinkCounters
