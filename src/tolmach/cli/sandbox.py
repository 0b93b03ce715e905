"""``tolmach sandbox``: virtual phones behind an SMSC and their page, without a gateway."""

import asyncio
import secrets
import signal
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tolmach import logs
from tolmach.cli import console
from tolmach.cli.errors import MISUSED, CommandError
from tolmach.cli.gateway import DEMO_SMPP_PORT, Host, Port, SmppPort
from tolmach.cli.opening import load_settings
from tolmach.cli.samples import reachable

if TYPE_CHECKING:
    from tolmach.sandbox.smsc import Authenticate, Smsc

DATA = Path("var/sandbox")


@dataclass(frozen=True, slots=True)
class Place:
    """Where the sandbox listens and keeps its file, and how many seconds its receipts take."""

    host: str
    port: int
    smpp_port: int
    file: Path
    delay: float


def serve(
    host: Host = None,
    port: Port = None,
    smpp_port: SmppPort = DEMO_SMPP_PORT,
    data: Annotated[
        Path, typer.Option(metavar="DIRECTORY", help="Where the phones are kept.", envvar="TOLMACH_DATA")
    ] = DATA,
    system_id: Annotated[str | None, typer.Option(help="The only system id that may bind.")] = None,
    password: Annotated[str | None, typer.Option(help="Its password.")] = None,
) -> None:
    """Run an SMSC with virtual phones, their page and their API; no gateway, no database.

    Any system id with any password may bind unless both are given.
    """
    if (system_id is None) != (password is None):
        raise CommandError("give --system-id and --password together, or none of them", MISUSED)
    settings = load_settings(host=host, port=port, data=data)
    logs.configure(settings.log_level, settings.log_format)
    delay = settings.sandbox.delay
    place = Place(settings.host, settings.port, smpp_port, settings.sandbox_database, delay)
    _run(place, None if system_id is None or password is None else (system_id, password))


def _run(place: Place, login: tuple[str, str] | None) -> None:
    import uvloop  # noqa: PLC0415 - the servers are slow to import for every command

    from tolmach.api.sockets import PortTakenError  # noqa: PLC0415
    from tolmach.sandbox.smsc import anybody  # noqa: PLC0415
    from tolmach.sandbox.storage import StorageError  # noqa: PLC0415

    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_until_signal(place, anybody if login is None else only(*login)))
    except PortTakenError as error:
        raise CommandError(f"{error}; stop what listens there, or choose another port with {error.setting}") from None
    except StorageError as error:
        raise CommandError(f"{place.file}: {error}") from None


def only(system_id: str, password: str) -> "Authenticate":
    """Return the check that lets one system in."""
    wanted = f"{system_id}\0{password}".encode()

    async def check(given_id: str, given_password: str, _remote: str) -> bool:
        return secrets.compare_digest(f"{given_id}\0{given_password}".encode(), wanted)

    return check


async def _until_signal(place: Place, authenticate: "Authenticate") -> None:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopping.set)
    await run(place, authenticate, stopping, console.say)


async def run(place: Place, authenticate: "Authenticate", stopping: asyncio.Event, say: Callable[[str], None]) -> None:
    """Serve until ``stopping``; ``say`` gets lines for people once everything listens."""
    from starlette.applications import Starlette  # noqa: PLC0415

    from tolmach.api.server import HttpServer  # noqa: PLC0415
    from tolmach.api.sockets import listen  # noqa: PLC0415
    from tolmach.sandbox import page, reply_api, smsc_api  # noqa: PLC0415
    from tolmach.sandbox.phones import Phones  # noqa: PLC0415
    from tolmach.sandbox.replies import Replies  # noqa: PLC0415
    from tolmach.sandbox.smsc import Smsc  # noqa: PLC0415
    from tolmach.web.assets import NotBuiltError  # noqa: PLC0415
    from tolmach.web.look import Look  # noqa: PLC0415
    from tolmach.workers.clock import SystemClock  # noqa: PLC0415

    try:
        look = Look()
    except NotBuiltError as error:
        raise CommandError(str(error)) from None
    async with AsyncExitStack() as stack:
        listener = listen(place.host, place.port)
        stack.callback(listener.close)
        phones = Phones(place.file)
        stack.callback(phones.close)
        smsc = Smsc(phones, SystemClock(), authenticate, delay=place.delay)
        smpp_host, smpp_port = await _start(smsc, place)
        stack.push_async_callback(smsc.stop)
        replies = Replies(phones, home=False)
        replies.smsc = smsc
        pages = [
            *look.assets.routes(),
            *smsc_api.routes(smsc),
            *reply_api.routes(replies, SystemClock()),
            *page.routes(phones, look, smsc=True),
        ]
        server = HttpServer(Starlette(routes=pages), listener)
        serving = asyncio.create_task(server.run_until_stopped())
        await server.listening.wait()
        host, port = listener.getsockname()[:2]
        url = reachable(f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}")
        say(f"virtual phones: {url}/sandbox/")
        say(f"SMPP:           {smpp_host}:{smpp_port}")
        await stopping.wait()
        phones.hang_up()
        server.stop()
        await serving


async def _start(smsc: "Smsc", place: Place) -> tuple[str, int]:
    try:
        await smsc.start(place.host, place.smpp_port)
    except OSError as error:
        raise CommandError(
            f"cannot listen on {place.host}:{place.smpp_port}: {error.strerror or error};"
            " stop what listens there, or choose another port with --smpp-port"
        ) from None
    return smsc.address or ("", 0)
