"""``tolmach link``: what the settings say about links, and whether one does what it should."""

import asyncio
import secrets
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Final

import typer

from tolmach.cli import console, linkedits, linkstates, trials
from tolmach.cli.errors import FAILED, MISUSED, CommandError
from tolmach.cli.opening import load_settings, now
from tolmach.connectors.client import HttpClient, UnreachableError
from tolmach.core.content import Channel, SmsText
from tolmach.core.delivery import Busy, Lost, Outcome, Refused, Sent, Submission
from tolmach.core.http_links import HttpLink
from tolmach.core.ids import LegId
from tolmach.core.links import SmppLink
from tolmach.core.money import fixed
from tolmach.providers.choice import provider_of
from tolmach.providers.http_contract import HttpProvider, Parcel, ProviderError
from tolmach.services.explanations import explain
from tolmach.settings import AnyLink
from tolmach.wire import WireRequest, WireResponse

MASK: Final = "***"

app = typer.Typer(name="link", help="Links to carriers: how they fare, paused, tried.", no_args_is_help=True)
app.command("list", epilog="Example: tolmach --config tolmach.toml link list")(linkstates.list_links)
app.command("add", epilog="Example: tolmach link add carrier.toml")(linkedits.add)
app.command("remove", epilog="Example: tolmach link remove carrier")(linkedits.remove)
app.command("show", epilog="Example: tolmach link show carrier")(linkstates.show)
app.command("pause", epilog="Example: tolmach link pause carrier")(linkstates.pause)
app.command("resume", epilog="Example: tolmach link resume carrier")(linkstates.resume)


@app.command("test", epilog="Example: tolmach link test gate --dry-run --to 79161234500 --text Hello")
def try_one(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name of the link.")],
    *,
    to: Annotated[str, typer.Option(help="Phone number, international digits.")] = "",
    text: Annotated[str, typer.Option(help="Text of the SMS.")] = "",
    sender: Annotated[str, typer.Option(help="Sender that the carrier knows.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print the request, send nothing.")] = False,
    answer: Annotated[
        Path | None, typer.Option(help="With --dry-run: file with an answer to be read, - for what is pasted.")
    ] = None,
    status: Annotated[int, typer.Option(min=100, max=599, help="HTTP code of that answer.")] = 200,
) -> None:
    """Send one message through a link, outside the gateway: no account pays. Ends with 1 unless the carrier took it.

    A link over SMPP is connected, bound, asked whether it is there, and unbound; a message is sent if --to and --text
    are given. Over HTTP, --dry-run prints the request with its secrets masked and sends nothing, and --answer tells how
    an answer would be read.
    """
    link = _link(name)
    if answer is not None and not dry_run:
        raise CommandError("--answer needs --dry-run", MISUSED)
    submission = Submission(LegId(0), to, sender, Channel.SMS, SmsText(text), 1, now() + timedelta(hours=1))
    if bool(to) is not bool(text) or (not to and isinstance(link, HttpLink)):
        raise CommandError("a message needs both --to and --text", MISUSED)
    if isinstance(link, SmppLink):
        if dry_run:
            raise CommandError(f"{name} is a link over smpp: --dry-run is for links over HTTP", MISUSED)
        trials.try_smpp(link, submission if to else None)
        return
    parcels = [Parcel(submission, str(secrets.randbelow(9 * 10**14) + 10**14))]
    provider = provider_of(link)
    unfit = provider.unfit(submission)
    if unfit is not None:
        raise CommandError(f"this link cannot carry it: {unfit.code}")
    if not dry_run:
        _tell(_read(provider, parcels, _exchange(link, provider.request(parcels, now()))))
        return
    _show(provider_of(replace(link, password=MASK)).request(parcels, now()))
    if answer is not None:
        body = sys.stdin.buffer.read() if str(answer) == "-" else answer.read_bytes()
        _tell(_read(provider, parcels, WireResponse(status, {}, body)))


def _link(name: str) -> AnyLink:
    found = next((link for link in linkstates.configured(load_settings()) if link.name == name), None)
    if found is None:
        raise CommandError(f"there is no link {name!r}")
    return found


def _exchange(link: HttpLink, request: WireRequest) -> WireResponse:
    async def ask() -> WireResponse:
        async with HttpClient(timeout=link.timeout, allow_private=link.allow_private) as client:
            return await client.send(request)

    try:
        return asyncio.run(ask())
    except UnreachableError as error:
        raise CommandError(f"{link.name}: {error}{'; it may have been sent' if error.sent else ''}") from None


def _read(provider: HttpProvider, parcels: Sequence[Parcel], response: WireResponse) -> tuple[Outcome, str]:
    """Return the outcome, and the price where it is told."""
    try:
        reply = provider.replies(parcels, response)[0]
    except ProviderError as error:
        raise CommandError(f"the answer is about the request as a whole: {error}") from None
    return reply.outcome, "" if reply.price is None else f" for {fixed(reply.price)}"


def _show(request: WireRequest) -> None:
    charset = request.headers.get("content-type", "").partition("charset=")[2] or "utf-8"
    typer.echo(f"{request.method} {request.path}")
    for name, value in request.headers.items():
        typer.echo(f"{name}: {value}")
    if request.body:
        typer.echo("")
        typer.echo(request.body.decode(charset))


def _tell(found: tuple[Outcome, str]) -> None:
    outcome, price = found
    match outcome:
        case Sent(provider_ids):
            console.say(f"taken, as {', '.join(provider_ids)}{price}")
            return
        case Refused(code, permanent):
            words = f"refused: {explain(code)}" + ("" if permanent else " (another link may be asked)")
        case Busy(seconds):
            words = f"busy: later, in {seconds:g} seconds"
        case Lost(detail):
            words = f"lost: nobody knows whether it was taken ({detail})"
    console.say(words)
    raise typer.Exit(FAILED)
