"""What the operator's staff asks about links and routes."""

from dataclasses import dataclass

from tolmach.core.commands.command import Command
from tolmach.core.content import Channel
from tolmach.core.results.carriage import LinkResult, LinksResult, RouteExplained, RoutesResult
from tolmach.core.traffic import Traffic


@dataclass(frozen=True, slots=True)
class ListLinks(Command[LinksResult]):
    """All links and how they fare."""


@dataclass(frozen=True, slots=True)
class GetLink(Command[LinkResult]):
    """One link with its last events, and how it fared in the last ``days`` (1 or 14)."""

    name: str
    days: int = 1


@dataclass(frozen=True, slots=True)
class PauseLink(Command[bool]):
    """Send nothing by a link, or (``resumes``) send again; answers whether that changed anything."""

    name: str
    resumes: bool = False


@dataclass(frozen=True, slots=True)
class ListRoutes(Command[RoutesResult]):
    """The rules in their order."""


@dataclass(frozen=True, slots=True)
class AddRoute(Command[int]):
    """Store a rule, last or at a place; answers its id. ``links``: names, each with ``=WEIGHT`` where it is not 1."""

    links: tuple[str, ...]
    channel: Channel | None = None
    direction: str = ""
    operator: str = ""
    prefix: str = ""
    login: str = ""
    sender: str = ""
    traffic: Traffic | None = None
    on_undelivered: bool = False
    patience: int = 10
    place: int | None = None


@dataclass(frozen=True, slots=True)
class MoveRoute(Command[None]):
    """Give a rule another place, counted from 1."""

    id: int
    place: int


@dataclass(frozen=True, slots=True)
class RemoveRoute(Command[None]):
    """Forget a rule."""

    id: int


@dataclass(frozen=True, slots=True)
class ExplainRoute(Command[RouteExplained]):
    """Which rule decides for a message to a number, and why those before it do not."""

    number: str
    login: str = ""
    sender: str = ""
    channel: Channel = Channel.SMS
    traffic: Traffic | None = None
