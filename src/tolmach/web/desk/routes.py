"""Routes: rules in their order, added, moved, removed, and explained for a number."""

from typing import Any, Final

from starlette.responses import Response

from tolmach.core.commands.carriage import AddRoute, ExplainRoute, ListRoutes, MoveRoute, RemoveRoute
from tolmach.core.content import Channel
from tolmach.core.ids import parse_id
from tolmach.core.results.carriage import RouteExplained
from tolmach.core.traffic import Traffic
from tolmach.services.administration import AdministrationError
from tolmach.web.desk.asking import attempt, sent
from tolmach.web.desk.asking import show as render
from tolmach.web.exchange import Exchange, NotFoundError
from tolmach.web.languages import N_
from tolmach.web.pages import Page
from tolmach.web.parameters import text
from tolmach.web.words import CHANNELS

PLACE: Final = "/desk/routes"
WORDS: Final = ("direction", "operator", "prefix", "login", "sender")
FIELDS: Final = (*WORDS, "links", "channel", "traffic", "patience", "place", "on_undelivered")


async def show(ask: Exchange) -> Response:
    """Show the rules, and which one decides for a number that was asked about."""
    number, login, sender, channel = (text(ask.request, name) for name in ("number", "login", "sender", "channel"))
    explained: RouteExplained | None = None
    problem = ""
    if number:
        try:
            explained = await ask.execute(ExplainRoute(number, login, sender, _channel(channel) or Channel.SMS))
        except AdministrationError as error:
            problem = ask.why(error)
    asked = {"number": number, "login": login, "sender": sender, "channel": channel}
    return await _page(ask, 422 if problem else 200, explained=explained, explained_problem=problem, asked=asked)


async def add(ask: Exchange) -> Response:
    """Add a rule."""
    given = {name: sent(ask, name) for name in WORDS}
    channel, traffic, patience = sent(ask, "channel"), sent(ask, "traffic"), sent(ask, "patience")
    place = parse_id(sent(ask, "place"))
    command = AddRoute(
        tuple(sent(ask, "links").replace(",", " ").split()),
        channel=_channel(channel),
        traffic=Traffic(traffic) if traffic in tuple(Traffic) else None,
        on_undelivered=bool(sent(ask, "on_undelivered")),
        patience=parse_id(patience) or 0 if patience else 10,
        place=place,
        **given,
    )
    try:
        await ask.execute(command)
    except AdministrationError as error:
        return await _page(ask, 422, problem=ask.why(error), given={name: sent(ask, name) for name in FIELDS})
    return ask.redirect(PLACE, ask.gettext(N_("The route is added.")))


async def move(ask: Exchange) -> Response:
    """Give a rule another place, or forget it."""
    number = parse_id(ask.request.path_params["id"])
    if number is None:
        raise NotFoundError
    if sent(ask, "remove"):
        return await attempt(ask, RemoveRoute(number), PLACE, ask.gettext(N_("The route is removed.")))
    place = parse_id(sent(ask, "place")) or 0
    return await attempt(ask, MoveRoute(number, place), PLACE, ask.gettext(N_("The route is moved.")))


def _channel(word: str) -> Channel | None:
    return Channel(word) if word in tuple(Channel) else None


async def _page(ask: Exchange, status: int = 200, **given: Any) -> Response:
    found = await ask.execute(ListRoutes())
    values: dict[str, Any] = {
        "explained": None,
        "explained_problem": "",
        "asked": {"number": "", "login": "", "sender": "", "channel": ""},
        "problem": "",
        "given": dict.fromkeys(FIELDS, "") | {"patience": "10"},
        "channels": CHANNELS,
        "changes": ask.may(AddRoute),
    }
    return render(ask, "routes.html", status, found=found, **(values | given))


PAGES = (
    Page(PLACE, show),
    Page(PLACE, add, posts=True),
    Page(f"{PLACE}/{{id}}", move, posts=True),
)
