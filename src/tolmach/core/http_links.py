"""Links to carriers that take messages over HTTP, as values: accounts at the four providers, and gateways of any kind.

Every class here is also the shape of a table in the settings file. ``type`` tells them apart.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from tolmach.core import timezones
from tolmach.core.content import Channel
from tolmach.core.ids import LegId
from tolmach.core.links import BadLink
from tolmach.core.money import ZERO, Money, parse_money
from tolmach.core.status import Status

LONGEST_TIMEOUT: Final = 20.0
"""Seconds: a request and one repetition of it have to fit into a worker's lease."""

SERIES: Final = (10_000, 99_999)
"""Between these is the number of an installation, which makes its client ids differ from another's."""

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_.-]{0,31}", re.ASCII)
_SECRET: Final = re.compile(r"[A-Za-z0-9_-]{16,64}", re.ASCII)
_STRICT: Final[dict[str, Any]] = {"extra": "forbid"}
_PLACEHOLDER: Final = re.compile(r"\{([a-z_]+)\}")
PLACEHOLDERS: Final = frozenset(
    {
        "recipient",
        "sender",
        "text",
        "id",
        "provider_id",
        "login",
        "password",
        "parts",
        "validity_seconds",
        "validity_minutes",
    }
)


def client_key(series: int, leg: LegId) -> str:
    """Return what we call a leg towards a provider: digits only, at most 18 of them, never the same twice.

    A provider keeps client ids for ever, while a new data directory counts from the beginning again: so the number of
    the installation stands in front.
    """
    return f"{series}{leg:013d}"


def _check(sound: bool, name: str, rule: str) -> None:
    if not sound:
        raise BadLink(f"{name} must be {rule}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Polling:
    """How statuses are asked for. Seconds: ``first`` after sending, then longer by half each time up to ``most``.

    ``batch`` is how many ids stand in one question, where the protocol takes several.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT

    first: float = 5.0
    most: float = 300.0
    batch: int = 100

    def __post_init__(self) -> None:
        _check(0 < self.first <= 86400, "poll.first", "above 0 and at most 86400 seconds")
        _check(self.first <= self.most <= 86400, "poll.most", "from first to 86400 seconds")
        _check(1 <= self.batch <= 1000, "poll.batch", "1 to 1000")


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpLink:
    """What all of them have. ``connections`` requests are under way at once, each answered within ``timeout`` seconds.

    ``rate`` is messages per second (None: no limit), ``batch`` how many stand in one request where the protocol takes
    several. ``doubt``: seconds after which a message whose answer was lost, and of which the provider knows nothing,
    is sent again. Above ``backlog`` messages that wait for it (0: any number, None: as the limits say) none are
    accepted that only it can carry. ``hook`` is the secret in the address that the provider posts statuses to.
    Raises `BadLink`.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT

    name: str
    url: str = ""
    login: str = ""
    password: str = field(default="", repr=False)
    connections: int = 4
    batch: int = 50
    rate: float | None = None
    backlog: int | None = None
    timeout: float = 10.0
    time_zone: str = "Europe/Moscow"
    poll: Polling = Polling()
    doubt: float = 120.0
    balance_every: float = 300.0
    low_balance: str = ""
    hook: str = field(default="", repr=False)
    allow_private: bool = False

    def __post_init__(self) -> None:
        _check(_NAME.fullmatch(self.name) is not None, "name", "1 to 32 of a-z 0-9 _ . - and start with a-z 0-9")
        _check(self.name != "sandbox", "name", "another than sandbox")
        _check(is_url(self.url), "url", "an http or https URL")
        _check(1 <= self.connections <= 64, "connections", "1 to 64")
        _check(1 <= self.batch <= 1000, "batch", "1 to 1000")
        _check(self.backlog is None or self.backlog >= 0, "backlog", "a number of messages, 0 for any number")
        _check(self.rate is None or 0 < self.rate <= 100_000, "rate", "above 0 and at most 100000 messages per second")
        _check(0 < self.timeout <= LONGEST_TIMEOUT, "timeout", f"above 0 and at most {LONGEST_TIMEOUT:.0f} seconds")
        _check(0 <= self.doubt <= 86400, "doubt", "0 to 86400 seconds")
        _check(0 <= self.balance_every <= 86400, "balance_every", "0 (never) to 86400 seconds")
        _check(not self.hook or _SECRET.fullmatch(self.hook) is not None, "hook", "16 to 64 of A-Z a-z 0-9 _ -")
        _check(timezones.is_zone(self.time_zone), "time_zone", "the name of a time zone, like Europe/Moscow")
        _check(_is_money(self.low_balance), "low_balance", "an amount of money, like 500.00")

    @property
    def zone(self) -> ZoneInfo:
        """``time_zone`` as a zone: that of the account at the provider."""
        return timezones.zone(self.time_zone)

    @property
    def alarm(self) -> Money:
        """The balance below which an operator is warned; zero for never."""
        return parse_money(self.low_balance) if self.low_balance else ZERO


@dataclass(frozen=True, slots=True, kw_only=True)
class ProntosmsLink(HttpLink):
    """An account at ProntoSMS, or at any provider with its protocol. ``url`` is the folder of its methods."""

    type: Literal["prontosms"] = "prontosms"
    url: str = "https://clk2.prontosms.ru/xml/"

    def __post_init__(self) -> None:
        HttpLink.__post_init__(self)
        _need_login(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetsmsLink(HttpLink):
    """An account at TargetSMS, version 2 of its protocol. ``url`` is the folder of its methods."""

    type: Literal["targetsms"] = "targetsms"
    url: str = "https://sms.targetsms.ru/xml/"

    def __post_init__(self) -> None:
        HttpLink.__post_init__(self)
        _need_login(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class SmspagerLink(HttpLink):
    """An account at SMS-Pager. ``url`` is the folder of its methods; below /API/XML/ they end in .php."""

    type: Literal["smspager"] = "smspager"
    url: str = "https://transport.sms-pager.com:7214/"

    def __post_init__(self) -> None:
        HttpLink.__post_init__(self)
        _need_login(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class MobilgroupLink(HttpLink):
    """An account at Mobilgroup, with the number of the client. It asks not to be polled often."""

    type: Literal["mobilgroup"] = "mobilgroup"
    url: str = "https://sms.mobilgroup.ru/extxml.php"
    client: str
    poll: Polling = Polling(first=60.0, most=1800.0)

    def __post_init__(self) -> None:
        HttpLink.__post_init__(self)
        _need_login(self)
        _check(self.client.isascii() and self.client.isdigit(), "client", "the digits of user_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """An HTTP request with {placeholders}; what is put in is escaped for the place it stands in."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT

    url: str
    method: Literal["GET", "POST"] = "POST"
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""

    def __post_init__(self) -> None:
        _check(is_url(_PLACEHOLDER.sub("0", self.url)), "url", "an http or https URL")
        _check("{" not in self.url.partition("://")[2].partition("/")[0], "url", "without placeholders in its host")
        for text in (self.url, self.body, *self.headers.values()):
            for name in _PLACEHOLDER.findall(text):
                _check(name in PLACEHOLDERS, f"{{{name}}}", f"one of {', '.join(sorted(PLACEHOLDERS))}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Where things stand in an answer: ``json:a.0.b``, ``xml:/answer/id`` (XPath) or ``regex:id=(.*)``.

    ``ok`` are the HTTP codes of success. Where ``check`` is given, what it finds has to be one of ``equals``, or
    anything at all when that is empty. ``price`` is that of the whole message.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT

    ok: tuple[int, ...] = (200, 201, 202)
    check: str = ""
    equals: tuple[str, ...] = ()
    id: str = ""
    status: str = ""
    price: str = ""
    error: str = ""
    busy: tuple[str, ...] = ()
    temporary: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in ("check", "id", "status", "price", "error"):
            place = getattr(self, name)
            sound = not place or re.match(r"(json|xml|regex|query):.", place) is not None
            _check(sound, name, "json:..., xml:..., regex:... or query:...")
            _check(not place.startswith("regex:") or _is_pattern(place[6:]), name, "a regular expression after regex:")


@dataclass(frozen=True, slots=True, kw_only=True)
class GenericLink(HttpLink):
    """Any HTTP gateway. ``statuses`` maps its words to ours; a word that is not there says nothing yet."""

    type: Literal["http"] = "http"
    url: str = "http://unused.invalid/"
    send: Question
    answer: Reading
    format: Literal["form", "json", "xml"] = "form"
    ask: Question | None = None
    told: Reading = Reading()
    callback: Reading | None = None
    callback_answer: str = "OK"
    statuses: dict[str, Status] = field(default_factory=dict)
    channels: tuple[Channel, ...] = (Channel.SMS,)
    repeatable: bool = False

    def __post_init__(self) -> None:
        HttpLink.__post_init__(self)
        _check(bool(self.channels), "channels", "at least one channel")
        _check(self.ask is None or bool(self.told.status), "told.status", "given where ask is")
        sound = self.callback is None or bool(self.callback.id and self.callback.status)
        _check(sound, "callback", "with id and status")
        _check(self.ask is None or bool(self.answer.id or self.repeatable), "answer.id", "given where ask is")


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpHealth:
    """How a link over HTTP fares. ``waiting`` parts have no final status, ``doubtful`` legs no certain answer."""

    name: str
    up: bool
    in_flight: int
    waiting: int
    doubtful: int
    round_trip: float | None
    rate: float | None
    last_error: str
    balance: Money | None
    low: bool
    counters: Mapping[str, int]


def is_url(text: str) -> bool:
    """Tell whether this is a whole http or https URL, without spaces."""
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and not re.search(r"\s", text)
    except ValueError:
        return False


def _need_login(link: HttpLink) -> None:
    _check(bool(link.login), "login", "that of the account at the provider")


def _is_pattern(text: str) -> bool:
    try:
        re.compile(text)
    except re.error:
        return False
    return True


def _is_money(text: str) -> bool:
    if not text:
        return True
    try:
        return parse_money(text) >= 0
    except ValueError:
        return False
