"""``tolmach retention``: how long accounts' messages are kept."""

import asyncio
from typing import Annotated

import typer

from tolmach.cli import console
from tolmach.cli.errors import MISUSED, CommandError
from tolmach.cli.opening import DEFAULT, AsJson, Data, Login, database, load_settings
from tolmach.services import retention
from tolmach.settings import Settings
from tolmach.store.archive import Archive, ArchiveInUseError, FormMissingError, open_archive
from tolmach.workers.clock import SystemClock
from tolmach.workers.retention import RetentionWorker

app = typer.Typer(name="retention", help="How long messages are kept.", no_args_is_help=True)


@app.command("list", epilog="Example: tolmach retention list")
def list_periods(as_json: AsJson = False, data: Data = None) -> None:
    """List how long the messages of each account are kept."""
    default = load_settings(data=data).retention.days
    with database(data) as store:
        found = store.read_now(lambda tx: retention.periods(tx, default))
    if as_json:
        console.data([{"account": one.login, "days": one.days, "own": one.own} for one in found])
        return
    rows = [[one.login, _days(one.days), "its own" if one.own else "that of the settings"] for one in found]
    console.table(("account", "kept", "period"), rows)


@app.command("set", epilog="Example: tolmach retention set shop 365")
def set_period(
    login: Login,
    days: Annotated[str, typer.Argument(metavar="DAYS", help=f"Days; 0 is for ever, {DEFAULT} that of the settings.")],
    data: Data = None,
) -> None:
    """Give an account a period of its own."""
    if days != DEFAULT and not (days.isascii() and days.isdigit()):
        raise CommandError(f"{days!r} is neither a number of days nor {DEFAULT}", MISUSED)
    number = None if days == DEFAULT else int(days)
    with database(data) as store:
        store.write_now(lambda tx: retention.change(tx, login, number))
    console.say(f"messages of {login} are kept {'as the settings say' if number is None else _days(number)}")


@app.command("run", epilog="Example: tolmach retention run")
def run(data: Data = None) -> None:
    """Let what is too old leave now; a running gateway does so every ten minutes."""
    settings = load_settings(data=data)
    with database(data) as store:
        worker = RetentionWorker(store, settings.retention.rules, _archive(settings), SystemClock())
        try:
            gone = asyncio.run(worker.turn())
        except ArchiveInUseError as error:
            raise CommandError(str(error)) from None
    console.say(f"{gone} messages have left")


def _archive(settings: Settings) -> Archive | None:
    try:
        return open_archive(settings.archive_folder, settings.retention.archive)
    except FormMissingError as error:
        raise CommandError(str(error)) from None


def _days(days: int) -> str:
    return f"for {days} day{'' if days == 1 else 's'}" if days else "for ever"
