"""The commands put together, and the one place where an error becomes a line on standard error."""

import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from tolmach import __version__
from tolmach.cli import (
    accounts,
    backups,
    bases,
    days,
    db,
    directions,
    doctor,
    files,
    gateway,
    inbox,
    inboxnumbers,
    links,
    messages,
    moderation,
    numbering,
    patterns,
    processes,
    receipts,
    retention,
    routes,
    sandbox,
    senders,
    settings,
    stops,
    tariffs,
    tokens,
    users,
)
from tolmach.cli.errors import describe


class OneLineErrors(TyperGroup):
    """Ends with 0 (done), 1 (it could not be done) or 2 (the command line or a setting is wrong)."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run a command and leave the process."""
        try:
            code = super().main(*args, **{**kwargs, "standalone_mode": False})
        except Exception as error:
            told = describe(error)
            if told is None:
                raise  # a bug: its traceback is what helps
            if told.text:
                typer.echo(told.text, err=True)
            code = told.code
        sys.exit(code if isinstance(code, int) else 0)


app = typer.Typer(
    cls=OneLineErrors,
    name="tolmach",
    help="A self-hosted messaging gateway that speaks the XML protocols of four Russian SMS providers.",
    epilog="Example: tolmach demo",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.command("demo", epilog="Example: tolmach demo --port 8081 --data var/try")(gateway.demo)
app.command("serve", epilog="Example: tolmach --config /etc/tolmach.toml serve --migrate")(gateway.serve)
app.command("sandbox", epilog="Example: tolmach sandbox --smpp-port 2775")(sandbox.serve)
app.command("migrate", epilog="Example: tolmach migrate --data var/tolmach")(gateway.migrate)
app.command("settings", epilog="Example: tolmach settings > tolmach.toml")(settings.show)
app.command("backup", epilog="Example: tolmach backup /backups/tolmach-monday")(backups.backup)
app.command("restore", epilog="Example: tolmach restore /backups/tolmach-monday --data var/tolmach")(backups.restore)
app.command("processes", epilog="Example: tolmach processes --json")(processes.list_processes)
app.command("doctor", epilog="Example: tolmach doctor --data var/tolmach")(doctor.examine)
PARTS = (
    accounts,
    bases,
    tokens,
    senders,
    tariffs,
    directions,
    stops,
    links,
    messages,
    receipts,
    numbering,
    patterns,
    moderation,
    files,
    routes,
    retention,
    users,
    inboxnumbers,
    inbox,
    db,
    days,
)
for part in PARTS:
    app.add_typer(part.app)


def _print_version(asked: bool) -> None:
    if asked:
        typer.echo(f"tolmach {__version__}")
        raise typer.Exit


@app.callback()
def options(
    config: Annotated[
        Path | None,
        typer.Option(help="TOML file of settings.", envvar="TOLMACH_CONFIG", exists=True, dir_okay=False),
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", is_eager=True, callback=_print_version)
    ] = False,
) -> None:
    """Take the options that stand before a command."""
    if config is not None:
        os.environ["TOLMACH_CONFIG"] = str(config)  # where settings look for it


def main() -> None:
    """Run the command line; never returns."""
    app(prog_name="tolmach")
