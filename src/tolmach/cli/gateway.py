"""``tolmach demo``, ``serve`` and ``migrate``: the gateway itself."""

import asyncio
import ctypes
import gc
import signal
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import structlog
import typer

from tolmach import logs
from tolmach.api import sockets
from tolmach.cli import console, errors, samples
from tolmach.cli.errors import CommandError
from tolmach.cli.opening import Data, load_settings, now
from tolmach.cli.supervisor import Kin, Supervisor, alone
from tolmach.core.listeners import Listener
from tolmach.core.roles import LISTENING, ProcessRole, written
from tolmach.dialects import smspager
from tolmach.gateway.composition import NotReadyError, check_composition
from tolmach.gateway.processor import Processor, settle
from tolmach.services import demo as demonstration
from tolmach.services import passwords
from tolmach.settings import Settings
from tolmach.store import migrate as migrations
from tolmach.store.database import Database
from tolmach.store.place import Place

if TYPE_CHECKING:
    from tolmach.app import Gateway
    from tolmach.gateway.front import FrontProcess

DEMO_DATA = Path("var/demo")
DEMO_SMPP_PORT = 2775
M_ARENA_MAX = -8  # mallopt(3)

Host = Annotated[str | None, typer.Option(help="Address to listen on.", envvar="TOLMACH_HOST")]
Port = Annotated[
    int | None,
    typer.Option(min=0, max=65535, help="Port to listen on; 0 takes a free one.", envvar="TOLMACH_PORT"),
]
SmppPort = Annotated[
    int,
    typer.Option(
        min=0,
        max=65535,
        help="Port for SMPP clients; 0 takes a free one.",
        envvar=["TOLMACH_SANDBOX_SMPP_PORT", "TOLMACH_SANDBOX__SMPP_PORT"],
    ),
]


def demo(
    host: Host = None,
    port: Port = None,
    smpp_port: SmppPort = DEMO_SMPP_PORT,
    data: Annotated[
        Path, typer.Option(metavar="DIRECTORY", help="Where everything is kept.", envvar="TOLMACH_DATA")
    ] = DEMO_DATA,
) -> None:
    """Start a gateway with an account and virtual phones, and print requests to paste.

    The first start creates the account demo with password demo; later ones keep everything.
    """
    _share_arena()  # before the first thread
    settings = load_settings(
        host=host,
        port=port,
        data=data,
        sandbox={"enabled": True, "smpp_port": smpp_port},
        callbacks={"allow_private": True},
    )
    migrations.upgrade(settings.database)
    _seed(settings.database)
    _run(settings, _introduce)


def serve(
    host: Host = None,
    port: Port = None,
    data: Data = None,
    *,
    smspager_port: Annotated[
        int | None,
        typer.Option(
            "--smspager-port",
            min=0,
            max=65535,
            help="A second port that speaks SMS-Pager alone; its clients call 7214. 0 takes a free one.",
        ),
    ] = None,
    roles: Annotated[
        str | None,
        typer.Option(
            metavar="ROLES",
            help=f"What is done here, some of {', '.join(ProcessRole)}, by commas; everything unless said otherwise.",
            envvar="TOLMACH_ROLES",
        ),
    ] = None,
    processes: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=64,
            help="How many processes are started; more than one need PostgreSQL.",
            envvar="TOLMACH_PROCESSES",
        ),
    ] = None,
    fronts: Annotated[
        int | None,
        typer.Option(
            min=0,
            max=64,
            help="How many more processes read and write HTTP for those, on any database.",
            envvar="TOLMACH_FRONTS",
        ),
    ] = None,
    migrate: Annotated[bool, typer.Option("--migrate", help="Apply missing migrations first.")] = False,
) -> None:
    """Run the gateway until it is told to stop (Ctrl-C, SIGTERM)."""
    settings = load_settings(host=host, port=port, data=data, roles=roles, processes=processes, fronts=fronts)
    if smspager_port is not None:
        second = Listener(host=settings.host, port=smspager_port, dialects=(smspager.NAME,), pages=False)
        settings = settings.model_copy(update={"listeners": (*settings.listeners, second)})
    if settings.processes + settings.fronts > 1:
        raise typer.Exit(_run_many(settings, migrate=migrate))
    if migrate:
        _migrated(settings.database)
    _run(settings, _announce)


def migrate(data: Data = None) -> None:
    """Create the database, or bring it to the schema of this version."""
    place = load_settings(data=data).database
    created = not place.exists
    if _migrated(place):
        console.say(f"{place} {'created' if created else 'migrated'}: schema {migrations.newest()}")
    else:
        console.say(f"{place} is up to date: schema {migrations.newest()}")


def _migrated(place: Place) -> bool:
    try:
        return migrations.upgrade(place)
    except migrations.MigrationError as error:
        raise CommandError(str(error)) from None


def _seed(place: Place) -> bool:
    database = Database(place)
    try:
        if database.read_now(demonstration.seeded):
            return False
        if database.read_now(demonstration.belongs_to_others):
            raise CommandError(
                f"{place} has accounts of others; the demonstration wants a database of its own: name a directory with"
                " --data, and no database_url (TOLMACH_DATABASE_URL)"
            )
        concealed = passwords.conceal(demonstration.PASSWORD)
        return database.write_now(lambda tx: demonstration.seed(tx, concealed, now()))
    finally:
        database.close()


def _run(settings: Settings, ready: "Callable[[Any], None]", kin: Kin | None = None) -> None:
    """Run the gateway in this process; CommandError for what an operator can mend."""
    from tolmach.api.sockets import PortTakenError  # noqa: PLC0415 - these are slow to import for every command
    from tolmach.api.tls import BadCertificateError  # noqa: PLC0415

    logs.configure(settings.log_level, settings.log_format)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # until there are certificates that could be loaded anew
    _share_arena()
    try:
        gateway = _process(settings, kin)
        if kin is not None:
            logs.tell_process(gateway.name)
        _calm_collector()
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            runner.run(_until_signal(gateway, ready, kin, settle() if settings.one_processor else None))
    except PortTakenError as error:
        raise CommandError(f"{error}; stop what listens there, or choose another port with {error.setting}") from None
    except (NotReadyError, BadCertificateError) as error:
        raise CommandError(str(error)) from None


def _process(settings: Settings, kin: Kin | None) -> "Gateway | FrontProcess":
    """Return what this process is; NotReadyError."""
    from tolmach.app import build  # noqa: PLC0415
    from tolmach.gateway.front import FrontProcess  # noqa: PLC0415

    if kin is not None and kin.membership.is_front:
        return FrontProcess(settings, kin.membership)
    return build(settings, membership=None if kin is None else kin.membership)


def _run_many(settings: Settings, *, migrate: bool) -> int:
    """Run several processes and look after them; return the exit code."""
    logs.configure(settings.log_level, settings.log_format)
    log = structlog.get_logger()
    try:
        check_composition(settings)
    except NotReadyError as error:
        raise CommandError(str(error)) from None
    code = alone(lambda: _guarded(lambda: _migrate(settings))) if migrate else 0  # this process stays small
    if code:
        return code
    listeners = settings.every_listener if settings.every_role & LISTENING else ()
    try:
        listening = sockets.bound(listeners)
    except sockets.PortTakenError as error:
        raise CommandError(f"{error}; stop what listens there, or choose another port with {error.setting}") from None

    def child(kin: Kin) -> int:
        return _guarded(lambda: _run(settings, lambda process: kin.ready(process.name), kin))

    def ready() -> None:
        _say_where(sockets.urls(listeners, listening), settings)

    return Supervisor(child, settings.processes, listening, ready, log.warning, settings.fronts).run()


def _migrate(settings: Settings) -> None:
    migrations.upgrade(settings.database)


def _guarded(work: Callable[[], None]) -> int:
    """Work, and tell an operator what he can mend as commands do; return the exit code."""
    try:
        work()
    except Exception as error:
        told = errors.describe(error)
        if told is None:
            raise
        typer.echo(told.text, err=True)  # it says who tells it
        return told.code
    return 0


def _calm_collector() -> None:
    """Let the garbage collector look seldom: a message makes a hundred objects and hardly a cycle among them.

    Measured with `scripts/bench intake`: its pauses were two thirds of the 99th percentile.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)


def _share_arena() -> None:
    """Let all threads take memory from one arena of glibc: they hardly ever do at the same time.

    What each of them kept for itself was 50 to 100 MB while a backlog was delivered (`scripts/bench report`, restart).
    """
    set_option = getattr(ctypes.CDLL(None), "mallopt", None)
    if set_option is not None:  # another libc has no such thing
        set_option(M_ARENA_MAX, 1)


async def _until_signal(
    gateway: "Gateway | FrontProcess", ready: "Callable[[Any], None]", kin: Kin | None, processor: Processor | None
) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, gateway.stop)
    loop.add_signal_handler(signal.SIGHUP, gateway.reload)
    if kin is not None:
        orphaned = kin.orphaned

        def leave() -> None:
            loop.remove_reader(orphaned)
            structlog.get_logger().warning("the parent has died, and so this process stops")
            gateway.stop()

        loop.add_reader(orphaned, leave)
    living = None if processor is None else asyncio.create_task(processor.live(), name="processor")
    try:
        await gateway.run(ready=ready)
    finally:
        if living is not None:
            living.cancel()


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop]:
    import uvloop  # noqa: PLC0415

    return uvloop.new_event_loop


def _announce(gateway: "Gateway") -> None:
    _say_where([url for url in gateway.urls if url], gateway.settings)


def _say_where(urls: Sequence[str], settings: Settings) -> None:
    for url in urls:
        console.say(f"Tolmach listens on {url}")
    if not urls:
        console.say(f"Tolmach works: {written(settings.every_role)}")


def _introduce(gateway: "Gateway") -> None:
    for line in samples.introduction(gateway.url, gateway.smsc.address if gateway.smsc else None):
        typer.echo(line)  # never folded: these lines are pasted
