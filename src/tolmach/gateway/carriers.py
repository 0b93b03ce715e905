"""The links of a gateway: connectors of what the settings and the database name, and what is known of them."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import orjson
import structlog
from pydantic import ValidationError

from tolmach.connectors.guard import Resolver
from tolmach.connectors.http import HttpConnector
from tolmach.connectors.smpp import SmppConnector
from tolmach.core.clock import Clock
from tolmach.core.content import Channel
from tolmach.core.http_links import SERIES
from tolmach.core.limits import LinkBound
from tolmach.core.links import IdRules, SmppLink, check_names
from tolmach.core.ports import Connector
from tolmach.mistakes import mistakes
from tolmach.sandbox.carrier import SandboxCarrier
from tolmach.services import linkdrafts, rematching
from tolmach.services.books import StoredBooks
from tolmach.services.delivery import Delivery
from tolmach.services.installation import KnownLink
from tolmach.services.progress import Effects
from tolmach.settings import AnyLink, Settings, read_link
from tolmach.store.database import Database, Tx
from tolmach.store.flavours import flavour
from tolmach.workers.links import Links

log = structlog.get_logger()


class Carriers:
    """Makes connectors. ``board`` has those that there are; ``ring`` is told what came of an answer that was lost."""

    def __init__(
        self, settings: Settings, database: Database, delivery: Delivery, clock: Clock, ring: Callable[[Effects], None]
    ) -> None:
        self._settings = settings
        self._database = database
        self._delivery = delivery
        self._clock = clock
        self._ring = ring
        self.board = Links((), clock)
        self._links: dict[str, AnyLink] = {}  # as they were last made, those of the settings and added ones

    def configured(self) -> list[Connector]:
        """Return the connectors of the links in the settings."""
        return [self._connector(link) for link in self._settings.links]

    def arrange(self) -> None:
        """Leave the sandbox what no real link carries: a real SMS must not end on a virtual phone."""
        real = [link for link in self.board.current if not isinstance(link, SandboxCarrier)]
        taken = {Channel.SMS, *(channel for link in real for channel in link.channels)} if real else set()
        for link in self.board.current:
            if isinstance(link, SandboxCarrier):
                link.channels = frozenset(Channel) - taken

    async def added(self, definition: str) -> Connector:
        """Return the connector of a link that was added; ValueError when it cannot be."""
        link = read_link(orjson.loads(definition))
        check_names([*self._settings.links, link])
        if isinstance(link, SmppLink):
            rules = {link.name: link.ids}
            await self._database.write(lambda tx: self._adopt(tx, rules))
        return self._connector(link)

    def check(self, table: Mapping[str, Any]) -> None:
        """Raise ValueError for what is no link; the text has nothing of what was written."""
        try:
            check_names([*self._settings.links, read_link(table)])
        except ValidationError as error:
            raise ValueError("; ".join(mistakes(error, "link"))) from None

    async def admit(self, host: str) -> None:
        """Raise BadValueError for a host that is not on the public internet, unless links may lead inside."""
        if not host or self._settings.web.private_links:
            return
        resolver = Resolver(allow_private=False)
        try:
            await resolver.resolve(host)
        except OSError:
            raise linkdrafts.not_public(host) from None
        finally:
            await resolver.close()

    def adopt_rules(self, tx: Tx) -> None:
        """Match kept receipts anew where the settings now say how a carrier writes its ids."""
        matched = self._adopt(tx, {link.name: link.ids for link in self._settings.links if isinstance(link, SmppLink)})
        if matched:
            log.info("kept receipts match by the new rules", count=matched)

    def hooked(self, name: str) -> HttpConnector | None:
        """Return the link of a name that its provider may post to."""
        return next((one for one in self.board.current if one.name == name and isinstance(one, HttpConnector)), None)

    def known(self) -> Sequence[KnownLink]:
        """Return what the desk shows of every link."""
        return [_known(link.name, self._links.get(link.name)) for link in self.board.current]

    def bounds(self) -> Sequence[LinkBound]:
        """Return how much may wait for each link."""
        usual, found = self._settings.limits.link_backlog, []
        for link in self.board.current:
            made = self._links.get(link.name)
            most = usual if made is None or made.backlog is None else made.backlog
            found.append(LinkBound(link.name, link.channels, most))
        return found

    def _adopt(self, tx: Tx, rules: dict[str, IdRules]) -> int:
        flavour(tx).lock(tx, "rules of links")  # processes that start together
        return rematching.adopt(tx, self._delivery, rules, self._clock.now())[0]

    def _connector(self, link: AnyLink) -> Connector:
        self._links[link.name] = link
        if isinstance(link, SmppLink):
            connector = SmppConnector(link, self._clock)
            connector.named = self._delivery.early.expect
            return connector
        drawn = SERIES[0] + secrets.randbelow(SERIES[1] - SERIES[0])
        books = StoredBooks(self._database, self._delivery, self._clock, drawn, self._ring)
        return HttpConnector(link, self._clock, books, self._settings.grace_period)


def _known(name: str, link: AnyLink | None) -> KnownLink:
    if link is None:
        return KnownLink(name)
    to = f"{link.host}:{link.port}" if isinstance(link, SmppLink) else urlsplit(link.url).hostname or ""
    return KnownLink(name, link.type, to)
