"""``tolmach link list``, ``show``, ``pause`` and ``resume``: how links fare, told by the gateway that runs them."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from typing import Annotated, Any, Final

import orjson
import typer

from tolmach.cli import console
from tolmach.cli.opening import AsJson, Data, database, load_settings, now
from tolmach.core.condition import Condition, LinkState
from tolmach.core.content import Channel
from tolmach.core.http_links import HttpLink
from tolmach.providers.choice import provider_of
from tolmach.services import links
from tolmach.services.links import View
from tolmach.settings import AnyLink, Settings, read_link
from tolmach.store import addedlinks, migrate
from tolmach.store.addedlinks import Added
from tolmach.store.links import Happened

SANDBOX: Final = "sandbox"
NEVER: Final = "never ran"
MOST_SHOWN: Final = 20

Name = Annotated[str, typer.Argument(metavar="NAME", help="Name of the link.")]


def list_links(as_json: AsJson = False, data: Data = None) -> None:
    """List the links in the order in which they are asked, and how each fares in the running gateway."""
    settings = load_settings(data=data)
    found = known(settings)
    views = _views(settings, list(found))
    stored = {one.name: one.removed_at is not None for one in added(settings)}
    if as_json:
        console.data([_plain(view, found[view.name]) | _origin(view.name, stored) for view in views])
        return
    columns = (
        "name",
        "type",
        "to",
        "state",
        "binds",
        "window",
        "round trip",
        "possible",
        "throttled",
        "receipt lag",
        "rate",
    )
    states = ["removing" if stored.get(view.name) else _state(view) for view in views]
    rows = [
        [view.name, *_kind(found[view.name]), state, *_cells(view.condition)]
        for view, state in zip(views, states, strict=True)
    ]
    console.table((*columns, "balance", "last error"), rows, right=columns[4:])


def _origin(name: str, stored: Mapping[str, bool]) -> dict[str, Any]:
    return {"added": name in stored, "removing": stored.get(name, False)}


def show(name: Name, as_json: AsJson = False, data: Data = None) -> None:
    """Show everything that is known of a link: its numbers, its counters since the gateway started, its last events."""
    found = known(load_settings(data=data))
    links.check(name, list(found))
    with database(data) as store:
        (view,) = store.read_now(lambda tx: links.overview(tx, [name], now()))
        events = store.read_now(lambda tx: links.events(tx, name))
    if as_json:
        plain = [{"at": _moment(one), "event": one.event.kind, "detail": one.event.detail} for one in events]
        console.data(_plain(view, found[name]) | {"events": plain})
        return
    _show(view, found[name], events)


def pause(name: Name, data: Data = None) -> None:
    """Send nothing by a link, within a second or two. It stays connected: receipts still come in."""
    found = known(load_settings(data=data))
    with database(data) as store:
        fresh = store.write_now(lambda tx: links.pause(tx, name, list(found), now()))
    console.say(f"{name} is paused" if fresh else f"{name} was paused already")


def resume(name: Name, data: Data = None) -> None:
    """Send by a paused link again."""
    found = known(load_settings(data=data))
    with database(data) as store:
        paused = store.write_now(lambda tx: links.resume(tx, name, list(found)))
    console.say(f"{name} sends again" if paused else f"{name} was not paused")


def known(settings: Settings) -> dict[str, AnyLink | None]:
    """Return the links by name. The sandbox has no settings of its own, and `tolmach demo` runs it without any."""
    found: dict[str, AnyLink | None] = {link.name: link for link in configured(settings)}
    if settings.sandbox.enabled or _views(settings, [SANDBOX])[0].state is not LinkState.STALE:
        found[SANDBOX] = None
    return found


def configured(settings: Settings) -> Sequence[AnyLink]:
    """Return the links of the settings, then those that were added; not what this version cannot read."""
    names = {link.name for link in settings.links}
    found = list(settings.links)
    for one in added(settings):
        if one.name not in names:
            with suppress(ValueError):
                found.append(read_link(orjson.loads(one.definition)))
    return found


def added(settings: Settings) -> Sequence[Added]:
    """Return the links that were added; none while there is no database."""
    if not settings.database.exists or not migrate.is_current(settings.database):
        return ()
    with database(settings.data) as store:
        return store.read_now(addedlinks.everything)


def by_channel(settings: Settings) -> dict[Channel, list[View]]:
    """Return how the links of the settings, and those that were added, fare, by the channels that they carry."""
    links_there = configured(settings)
    views = _views(settings, [link.name for link in links_there])
    found: dict[Channel, list[View]] = {}
    for link, view in zip(links_there, views, strict=True):
        for channel in provider_of(link).channels if isinstance(link, HttpLink) else {Channel.SMS}:
            found.setdefault(channel, []).append(view)
    return found


def _views(settings: Settings, names: Sequence[str]) -> Sequence[View]:
    """Return how links fare; nobody knows while there is no database."""
    if not settings.database.exists or not migrate.is_current(settings.database):
        return links.unseen(names)
    with database(settings.data) as store:
        return store.read_now(lambda tx: links.overview(tx, names, now()))


def _kind(link: AnyLink | None) -> tuple[str, str]:
    if link is None:
        return SANDBOX, "virtual phones"
    return link.type, link.url if isinstance(link, HttpLink) else f"{link.host}:{link.port}"


def _state(view: View) -> str:
    return view.state.value if view.condition or view.state is LinkState.PAUSED else NEVER


def _cells(found: Condition | None) -> list[str]:
    if found is None:
        return [""] * 9
    return [
        f"{found.bound} of {found.binds}" if found.binds else "",
        f"{found.in_flight} of {found.window}" if found.window else str(found.in_flight),
        "" if found.round_trip is None else f"{found.round_trip * 1000:.0f} ms",
        "" if found.possible is None else f"{found.possible:.0f}/s",
        f"{found.throttled:.1%}" if found.throttled else "",
        "" if found.lag is None else f"{found.lag:.0f} s",
        "" if found.rate is None else f"{found.rate:g}/s",
        found.balance + (" (low)" if found.low else ""),
        found.last_error,
    ]


def _plain(view: View, link: AnyLink | None) -> dict[str, Any]:
    kind, to = _kind(link)
    about: dict[str, Any] = {"name": view.name, "type": kind, "to": to, "state": view.state.value}
    return about | {
        "at": None if view.at is None else view.at.isoformat(timespec="seconds"),
        "condition": None if view.condition is None else asdict(view.condition),
    }


def _show(view: View, link: AnyLink | None, events: Sequence[Happened]) -> None:
    found = view.condition
    names = (
        "binds",
        "window in use",
        "round trip",
        "possible",
        "throttled",
        "receipt lag",
        "rate",
        "balance",
        "last error",
    )
    rows = [["type", _kind(link)[0]], ["to", _kind(link)[1]], ["state", _state(view)]]
    rows.append(["told at", "" if view.at is None else f"{view.at:%Y-%m-%d %H:%M:%S} UTC"])
    rows += [[name, cell] for name, cell in zip(names, _cells(found), strict=True)]
    if found is not None:
        rows += [["waiting", str(found.waiting)], ["doubtful", str(found.doubtful)]]
        rows += [[name, str(count)] for name, count in found.counters.items()]
    console.table(("what", "value"), rows)
    if events:
        console.say()
        shown = [[_moment(one), one.event.kind, one.event.detail] for one in events[:MOST_SHOWN]]
        console.table(("UTC", "event", "detail"), shown)


def _moment(one: Happened) -> str:
    return links.moment(one).isoformat(sep=" ", timespec="seconds").removesuffix("+00:00")
