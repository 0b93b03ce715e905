"""What every HTTP provider is made of: the southbound mirror of a dialect. Pure: values in, values out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import Enum
from typing import Final, NamedTuple, Protocol

from tolmach.core.content import Channel
from tolmach.core.delivery import Outcome, Refused, Submission
from tolmach.core.money import Money
from tolmach.core.status import Status
from tolmach.wire import WireRequest, WireResponse

LATER: Final = 30.0
"""Seconds to wait for a provider that says it is overloaded."""


@dataclass(frozen=True, slots=True)
class Access:
    """Where an account at a provider is, and who asks. ``zone`` is that of its wall clock."""

    url: str
    login: str
    password: str
    zone: tzinfo
    client: str = ""

    def __repr__(self) -> str:
        """Show no password."""
        return f"Access({self.url!r}, {self.login!r})"


class Parcel(NamedTuple):
    """A submission, and what we call it towards the provider; "" for nothing."""

    submission: Submission
    key: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a provider says to one submission; ``price`` is what it takes for all its parts."""

    outcome: Outcome
    price: Money | None = None
    parts: int | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What a provider says about a message; ``status`` None: it is on its way. ``at`` is aware, None when not told."""

    provider_id: str
    status: Status | None
    at: datetime | None = None
    price: Money | None = None
    parts: int | None = None


@dataclass(frozen=True, slots=True)
class Funds:
    """What the account can still spend; ``currency`` is "" where the protocol does not name it."""

    amount: Money
    currency: str = ""


class Repeat(Enum):
    """What may be done when nobody knows whether a request arrived."""

    SAFE = "safe"  # send it again: the provider knows our id and does not send twice
    ASK = "ask"  # ask for the status by our own id: what it does not know was not taken
    NEVER = "never"


class ProviderError(Exception):
    """An answer that is about the request as a whole; the text holds no secret."""


class AccountRefusedError(ProviderError):
    """The provider does not let this account in, or took it off: nothing was taken, and nothing will be for now."""


class OverloadedError(ProviderError):
    """The provider asks to come later: nothing was taken."""

    def __init__(self, text: str, retry_after: float = LATER) -> None:
        super().__init__(text)
        self.retry_after = retry_after


class DocumentRefusedError(ProviderError):
    """The provider cannot read the document, or lacks something in it: nothing was taken."""


class UnclearError(ProviderError):
    """The answer does not tell what happened."""


class HttpProvider(Protocol):
    """One protocol, with one account. Requests carry the whole URL in ``path``.

    ``batch`` and ``poll_batch`` are how many submissions or ids one request may hold.
    """

    @property
    def channels(self) -> frozenset[Channel]:
        """Channels that the protocol has."""
        ...

    @property
    def batch(self) -> int:
        """Submissions in one request at most."""
        ...

    @property
    def poll_batch(self) -> int:
        """Ids in one question for statuses at most; 0: statuses cannot be asked for."""
        ...

    @property
    def repeat(self) -> Repeat:
        """What may be done about a lost answer."""
        ...

    def unfit(self, submission: Submission) -> Refused | None:
        """Say why this protocol cannot carry a submission; None when it can."""
        ...

    def request(self, parcels: Sequence[Parcel], now: datetime) -> WireRequest:
        """Write a request that sends."""
        ...

    def replies(self, parcels: Sequence[Parcel], response: WireResponse) -> Sequence[Reply]:
        """Read its answer, one reply each, in order; raises `ProviderError` when it is about the whole."""
        ...

    def poll(self, ids: Sequence[str]) -> WireRequest:
        """Write a question for statuses."""
        ...

    def reports(self, ids: Sequence[str], response: WireResponse) -> Sequence[Report]:
        """Read its answer; ids that the provider does not know are left out. Raises `ProviderError`."""
        ...

    def receive(self, request: WireRequest) -> tuple[Sequence[Report], WireResponse]:
        """Read statuses that the provider posts to us, and write what confirms them. Raises `ProviderError`."""
        ...

    def balance(self) -> WireRequest | None:
        """Write a question for the balance; None where there is none."""
        ...

    def funds(self, response: WireResponse) -> Funds:
        """Read its answer. Raises `ProviderError`."""
        ...


def check_http(response: WireResponse) -> None:
    """Raise `ProviderError` for an HTTP code that says by itself that the request was not dealt with.

    Providers answer 200 to everything, errors included. A proxy before them, or a wrong address, does not.
    """
    status = response.status
    if status in (401, 403, 404, 405, 407, 410) or 300 <= status < 400:
        raise AccountRefusedError(f"HTTP {status}: is the address right?")
    if status == 429:
        raise OverloadedError("HTTP 429", _seconds(response.headers.get("retry-after", "")))
    if status in (413, 414, 431):
        raise DocumentRefusedError(f"HTTP {status}: the request is too large")
    if status >= 500:
        raise UnclearError(f"HTTP {status}")


def _seconds(text: str) -> float:
    return min(3600.0, float(text)) if text.isascii() and text.isdigit() else LATER
