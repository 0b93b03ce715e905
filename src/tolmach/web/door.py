"""All pages put together: what the gateway mounts beside its protocols."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from tolmach.web import preferences, profile, signin
from tolmach.web.cabinet import (
    bases,
    callbacklog,
    campaigns,
    colleagues,
    compose,
    dashboard,
    imports,
    inbox,
    interface,
    messages,
    patterns,
    payments,
    senders,
    stops,
)
from tolmach.web.desk import (
    accounts,
    addedlinks,
    callbacks,
    changes,
    finance,
    installation,
    invoices,
    links,
    moderation,
    prices,
    receipts,
    registry,
    routes,
    traffic,
)
from tolmach.web.pages import Page
from tolmach.web.pages import routes as routes_of
from tolmach.web.site import Site

PAGES: tuple[Page, ...] = (
    *signin.PAGES,
    *preferences.PAGES,
    *profile.PAGES,
    *dashboard.PAGES,
    *compose.PAGES,
    *messages.PAGES,
    *campaigns.PAGES,
    *inbox.PAGES,
    *bases.PAGES,
    *imports.PAGES,
    *stops.PAGES,
    *senders.PAGES,
    *patterns.PAGES,
    *interface.PAGES,
    *callbacklog.PAGES,
    *colleagues.PAGES,
    *payments.PAGES,
    *changes.PAGES,
    *traffic.PAGES,
    *registry.PAGES,
    *moderation.PAGES,
    *accounts.PAGES,
    *finance.PAGES,
    *invoices.PAGES,
    *prices.PAGES,
    *links.PAGES,
    *addedlinks.PAGES,
    *routes.PAGES,
    *callbacks.PAGES,
    *receipts.PAGES,
    *installation.PAGES,
)
PREFIXES = ("/cabinet", "/desk")


def door(site: Site) -> list[BaseRoute]:
    """Return the routes of all pages and of what they bring to the browser."""
    return [
        *site.assets.routes(),
        Route("/cabinet", _slash, methods=["GET"]),
        Route("/desk", _slash, methods=["GET"]),
        *routes_of(site, PAGES, PREFIXES),
    ]


async def _slash(request: Request) -> Response:
    return RedirectResponse(f"{request.url.path}/", 308)
