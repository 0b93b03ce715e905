"""Links besides those of the settings: added, changed and removed while the gateway runs."""

from typing import Final

from starlette.responses import Response

from tolmach.core.commands.addedlinks import AddLink, ChangeLink, GetAddedLink, ListAddedLinks, RemoveLink
from tolmach.services.administration import AdministrationError
from tolmach.web.desk.asking import sent
from tolmach.web.desk.asking import show as render
from tolmach.web.exchange import Exchange
from tolmach.web.languages import N_
from tolmach.web.pages import Page

PLACE: Final = "/desk/added-links"
LONGEST: Final = 20_000
EXAMPLES: Final = (
    (
        "SMPP",
        'type = "smpp"\nhost = "smsc.example.org"\nport = 2775\nsystem_id = "login"\npassword = "secret"\n'
        "binds = 1\nwindow = 10\nrate = 50.0\n",
    ),
    ("ProntoSMS", 'type = "prontosms"\nlogin = "login"\npassword = "secret"\n'),
    ("TargetSMS", 'type = "targetsms"\nlogin = "login"\npassword = "secret"\n'),
    ("SMS-Pager", 'type = "smspager"\nlogin = "login"\npassword = "secret"\n'),
    ("Mobilgroup", 'type = "mobilgroup"\nlogin = "login"\npassword = "secret"\n'),
)


async def show(ask: Exchange) -> Response:
    """Show the links that were added, and a form for another."""
    return await _page(ask)


async def add(ask: Exchange) -> Response:
    """Add a link."""
    name, definition = sent(ask, "name", 64), sent(ask, "definition", LONGEST + 1)
    try:
        await ask.execute(AddLink(name, definition))
    except AdministrationError as error:
        return await _page(ask, 422, problem=ask.why(error), name=name, definition=definition)
    return ask.redirect(PLACE, ask.gettext(N_("The link is added and will connect at once.")))


async def one(ask: Exchange) -> Response:
    """Show a link with its definition."""
    return await _one(ask)


async def change(ask: Exchange) -> Response:
    """Change a link, or remove it."""
    name, definition = ask.request.path_params["name"], sent(ask, "definition", LONGEST + 1)
    try:
        if sent(ask, "remove"):
            waiting = await ask.execute(RemoveLink(name))
            said = ask.gettext(N_("The link is being removed; parts that still wait for its receipts: %s"))
            return ask.redirect(PLACE, said % waiting)
        await ask.execute(ChangeLink(name, definition))
    except AdministrationError as error:
        return await _one(ask, 422, problem=ask.why(error), definition=definition)
    said = ask.gettext(N_("The link is changed; it reconnects when what it has sent is answered."))
    return ask.redirect(f"{PLACE}/{name}", said)


async def _page(ask: Exchange, status: int = 200, problem: str = "", name: str = "", definition: str = "") -> Response:
    found = await ask.execute(ListAddedLinks())
    values = {"problem": problem, "name": name, "definition": definition or EXAMPLES[0][1], "examples": EXAMPLES}
    return render(ask, "added_links.html", status, found=found, **values)


async def _one(ask: Exchange, status: int = 200, problem: str = "", definition: str = "") -> Response:
    found = await ask.execute(GetAddedLink(ask.request.path_params["name"]))
    written = definition or found.definition
    return render(ask, "added_link.html", status, found=found, problem=problem, definition=written)


PAGES = (
    Page(PLACE, show),
    Page(PLACE, add, posts=True),
    Page(f"{PLACE}/{{name}}", one),
    Page(f"{PLACE}/{{name}}", change, posts=True),
)
