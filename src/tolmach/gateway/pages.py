"""What a process answers beside the dialects: health, the front page, pages for people, hooks, virtual phones."""

from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.routing import BaseRoute

from tolmach.api import front, hooks
from tolmach.core.clock import Clock
from tolmach.core.roles import ProcessRole
from tolmach.gateway.carriers import Carriers
from tolmach.sandbox import page, reply_api, smsc_api
from tolmach.sandbox.phones import Phones
from tolmach.sandbox.replies import Replies
from tolmach.sandbox.smsc import Smsc
from tolmach.sections import WebSettings
from tolmach.services.entrance import Entrance
from tolmach.services.reception import Reception
from tolmach.web.door import door
from tolmach.web.site import Site


@dataclass(frozen=True, slots=True)
class Handset:
    """The virtual phones, and the SMSC in front of them, if it runs."""

    phones: Phones
    replies: Replies
    smsc: Smsc | None


@dataclass(frozen=True, slots=True)
class Rooms:
    """What pages are made from."""

    entrance: Entrance
    reception: Reception
    carriers: Carriers
    clock: Clock
    web: WebSettings
    sandbox: Handset | None


def pages(roles: frozenset[ProcessRole], beginning: list[BaseRoute], rooms: Rooms) -> Starlette:
    """Return the pages of some roles, after those of ``beginning``."""
    places = {"/health/ready": "is it ready to take messages?"}
    if ProcessRole.API in roles:
        places = {"/xml/": "ProntoSMS and TargetSMS", "/send.xml": "SMS-Pager", "/extxml.php": "Mobilgroup"} | places
    home, routes = "", list[BaseRoute]()
    if ProcessRole.WEB in roles:
        home = "/cabinet/"
        places[home] = "the cabinet, for people"
        web = rooms.web
        site = Site(
            rooms.entrance,
            rooms.reception,
            rooms.clock,
            always_secure=web.behind_tls,
            payee=web.payee,
            has_phones=rooms.sandbox is not None,
        )
        routes += door(site)
        routes += _sandbox(rooms, site, places)
    if ProcessRole.RECEIPTS in roles:
        routes += hooks.routes(rooms.carriers.hooked)
    return Starlette(routes=[*beginning, *front.routes(places, home=home), *routes])


def _sandbox(rooms: Rooms, site: Site, places: dict[str, str]) -> list[BaseRoute]:
    found = rooms.sandbox
    if found is None:
        return []
    places["/sandbox/"] = "the virtual phones"
    routes: list[BaseRoute] = smsc_api.routes(found.smsc) if found.smsc else []
    routes += page.routes(found.phones, site, smsc=found.smsc is not None, replies=True)
    return [*routes, *reply_api.routes(found.replies, rooms.clock)]
