"""What a dialect is made of: endpoints, which clients call, and a push, which calls clients."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, NamedTuple, Protocol, TypeVar, runtime_checkable

from tolmach.core.accounts import Credentials
from tolmach.core.commands import Command
from tolmach.core.errors import RequestError
from tolmach.core.status import Status
from tolmach.wire import WireRequest, WireResponse

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Call(Generic[R]):
    """A request that was understood. ``echo`` is what the answer must repeat.

    ``fault`` is an error that the protocol reports only after the caller has been recognised; ``command`` is then
    not carried out. ``open_to_blocked``: a blocked account may call it, even if not everything else of its endpoint.
    """

    credentials: Credentials
    command: Command[R]
    echo: Any = None
    fault: RequestError | None = None
    open_to_blocked: bool = False


class Endpoint(Protocol[R]):
    """One address of a dialect. ``paths`` have single slashes; ``open_to_blocked``: a blocked account may call it.

    ``dialect`` is the name by which it is switched on and off (one of `tolmach.core.accounts.DIALECTS`).
    """

    @property
    def dialect(self) -> str:
        """The dialect that it belongs to."""
        ...

    @property
    def paths(self) -> Sequence[str]:
        """Paths on which it answers, without query."""
        ...

    @property
    def open_to_blocked(self) -> bool:
        """Whether a blocked account may call it."""
        ...

    def parse(self, request: WireRequest) -> Call[R]:
        """Read a request; raises `RequestError` and nothing else, whatever the bytes are."""
        ...

    def render(self, call: Call[R], result: R) -> WireResponse:
        """Write the answer, deterministically."""
        ...

    def refuse(self, error: RequestError, call: Call[R] | None) -> WireResponse:
        """Write an error; ``call`` is None when the request was not understood (then see ``error.echo``)."""
        ...


@runtime_checkable
class Dressing(Protocol):
    """An endpoint whose answers, errors too, have another form when the request asks for it."""

    def dress(self, request: WireRequest, response: WireResponse) -> WireResponse:
        """Return the answer in the form that the request asks for."""
        ...


class PushedState(NamedTuple):
    """One status on its way to a client's URL; ``changed_at`` is aware, in the account's zone.

    ``reference`` is the client's own key for the message (or its campaign), "" when it gave none; ``request``: see
    `tolmach.core.requests`.
    """

    event: int
    message: int
    status: Status
    changed_at: datetime
    recipient: str
    reference: str
    dialect: str
    request: str = ""


class Push(Protocol):
    """Status callbacks in the words of a dialect."""

    def request(self, url: str, states: Sequence[PushedState]) -> WireRequest:
        """Write a POST that carries these states; ``path`` of the request is the whole URL."""
        ...

    def acknowledged(self, response: WireResponse) -> frozenset[int]:
        """Return the message ids that the client says it has; never raises."""
        ...
