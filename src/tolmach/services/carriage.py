"""Links and routes on the desk; the rules are those of `tolmach.services.links` and `tolmach.services.routing`."""

from collections.abc import Mapping

from tolmach.core.commands.carriage import (
    AddRoute,
    ExplainRoute,
    GetLink,
    ListLinks,
    ListRoutes,
    MoveRoute,
    PauseLink,
    RemoveRoute,
)
from tolmach.core.ids import AccountId
from tolmach.core.moments import from_ms, to_ms
from tolmach.core.results.carriage import (
    LinkHappened,
    LinkResult,
    LinkRow,
    LinkSpan,
    LinksResult,
    RouteExplained,
    RouteRow,
    RoutesResult,
)
from tolmach.core.route import Conditions, Rule
from tolmach.services import accounts, links, routing, stoplist
from tolmach.services.context import PersonContext
from tolmach.services.installation import Installation, KnownLink
from tolmach.services.links import View
from tolmach.store import linkhistory


def list_links(asked: PersonContext, _command: ListLinks) -> LinksResult:
    """Return all links."""
    known = asked.installation.links()
    views = links.overview(asked.tx, [link.name for link in known], asked.now)
    rows = [_row(asked.installation, link, view) for link, view in zip(known, views, strict=True)]
    return LinksResult(rows)


def get_link(asked: PersonContext, command: GetLink) -> LinkResult:
    """Return one link; NotFoundError."""
    known = {link.name: link for link in asked.installation.links()}
    links.check(command.name, list(known))
    (view,) = links.overview(asked.tx, [command.name], asked.now)
    events = [
        LinkHappened(links.moment(one), one.event.kind, one.event.detail)
        for one in links.events(asked.tx, command.name)
    ]
    return LinkResult(_row(asked.installation, known[command.name], view), events, _history(asked, command))


def _history(asked: PersonContext, command: GetLink) -> list[LinkSpan]:
    """Return what is known of the last day by quarters of an hour, or of two weeks by four hours; gaps are empty."""
    width, count = (14_400_000, 84) if command.days > 1 else (900_000, 96)
    now = to_ms(asked.now)
    first = now - now % width - (count - 1) * width
    known = {one.at: one for one in linkhistory.of_link(asked.tx, command.name, first, width)}
    spans = []
    for at in range(first, now + 1, width):
        one = known.get(at)
        moment = from_ms(at)
        up = one.up / one.looks if one and one.looks else None
        spans.append(LinkSpan(moment, one.sent, one.refused, one.lost, one.receipts, up) if one else LinkSpan(moment))
    return spans


def pause(asked: PersonContext, command: PauseLink) -> bool:
    """Pause a link, or end its pause; NotFoundError."""
    if command.resumes:
        return links.resume(asked.tx, command.name, asked.installation.names)
    return links.pause(asked.tx, command.name, asked.installation.names, asked.now)


def list_routes(asked: PersonContext, _command: ListRoutes) -> RoutesResult:
    """Return the rules."""
    logins = accounts.logins(asked.tx)
    return RoutesResult([_route(rule, logins) for rule in routing.everything(asked.tx)], asked.installation.names)


def add_route(asked: PersonContext, command: AddRoute) -> int:
    """Store a rule; BadValueError, NotFoundError."""
    targets = tuple(routing.read_target(text) for text in command.links)
    for target in targets:
        links.check(target.link, asked.installation.names)
    owner = accounts.find(asked.tx, command.login).id if command.login else None
    about = Conditions(
        command.channel, command.direction, command.operator, command.prefix, owner, command.sender, command.traffic
    )
    rule = Rule(0, 0, about, targets, command.on_undelivered, float(command.patience))
    return routing.add(asked.tx, rule, command.place).id


def move_route(asked: PersonContext, command: MoveRoute) -> None:
    """Move a rule; BadValueError, NotFoundError."""
    routing.move(asked.tx, command.id, command.place)


def remove_route(asked: PersonContext, command: RemoveRoute) -> None:
    """Forget a rule; NotFoundError."""
    routing.remove(asked.tx, command.id)


def explain(asked: PersonContext, command: ExplainRoute) -> RouteExplained:
    """Tell which rule decides; BadValueError, NotFoundError."""
    (phone,) = stoplist.read_numbers([command.number])
    about = routing.subject(asked.tx, phone, command.login, command.sender, command.channel, command.traffic)
    found = routing.explain(asked.tx, asked.snapshot.numbering(asked.tx), about)
    logins = accounts.logins(asked.tx)
    looks = [(_route(look.rule, logins), look.missed) for look in found.looks]
    decides = None if found.rule is None else _route(found.rule, logins)
    return RouteExplained(found.subject, looks, decides, found.note)


def _row(installation: Installation, link: KnownLink, view: View) -> LinkRow:
    counted = installation.backlogs
    waits = None if counted is None else counted.of_links.get(link.name)
    most = next((one.most for one in counted.links() if one.name == link.name), 0) if counted is not None else 0
    return LinkRow(link.name, link.kind, link.to, view.state, view.condition, view.at, waits, most)


def _route(rule: Rule, logins: Mapping[AccountId, str]) -> RouteRow:
    owner = rule.conditions.account
    return RouteRow(rule, "" if owner is None else logins.get(owner, ""))
