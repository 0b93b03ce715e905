"""HTTP as plain values: the only shape in which a request or an answer enters or leaves pure code."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class WireRequest:
    """One HTTP request with its body read whole; header names are lower case.

    ``notes`` is where pure code leaves what the shell should log about the request.
    """

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    remote: str = ""
    notes: list[str] = field(default_factory=list, compare=False)


@dataclass(frozen=True, slots=True)
class WireResponse:
    """One HTTP answer; header names are lower case."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
