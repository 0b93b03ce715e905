"""Links and routes as the operator's staff sees them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tolmach.core.condition import Condition, LinkState
from tolmach.core.route import Rule, Subject


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A link: what it is, where it leads, how it fares; ``condition`` None when it never ran.

    ``backlog`` messages wait that it may carry (None: not counted), ``most`` may (0: any number).
    """

    name: str
    kind: str
    to: str
    state: LinkState
    condition: Condition | None
    at: datetime | None
    backlog: int | None = None
    most: int = 0

    @property
    def is_full(self) -> bool:
        """Whether too much waits for it."""
        return bool(self.most) and self.backlog is not None and self.backlog >= self.most


@dataclass(frozen=True, slots=True)
class LinkHappened:
    """Something that happened to a link."""

    at: datetime
    kind: str
    detail: str


@dataclass(frozen=True, slots=True)
class LinksResult:
    """Links in the order in which they are asked."""

    links: Sequence[LinkRow]


@dataclass(frozen=True, slots=True)
class LinkSpan:
    """How a link fared from a moment on: messages that its carrier took, refused, or did not answer, and receipts.

    ``up``: the share of the time that it was up, 0 to 1; None: nobody looked.
    """

    at: datetime
    sent: int = 0
    refused: int = 0
    lost: int = 0
    receipts: int = 0
    up: float | None = None


@dataclass(frozen=True, slots=True)
class LinkResult:
    """A link with its last events, newest first, and its history, oldest first."""

    link: LinkRow
    events: Sequence[LinkHappened]
    history: Sequence[LinkSpan] = ()


@dataclass(frozen=True, slots=True)
class RouteRow:
    """A rule, and the login of the account that it is about ("": of any)."""

    rule: Rule
    login: str


@dataclass(frozen=True, slots=True)
class RoutesResult:
    """Rules in their order, and the links that there are."""

    routes: Sequence[RouteRow]
    links: Sequence[str]


@dataclass(frozen=True, slots=True)
class RouteExplained:
    """Which rule decides for a message (None: none): rules looked at, each with the condition that it missed, or "".

    ``note`` tells how the direction was found, or why there is none; "" when the account's tariff has one.
    """

    subject: Subject
    looks: Sequence[tuple[RouteRow, str]]
    rule: RouteRow | None
    note: str = ""
