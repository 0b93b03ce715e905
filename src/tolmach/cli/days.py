"""``tolmach day``: days whose money is counted for good."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

import typer

from tolmach.cli import console
from tolmach.cli.deciding import By, name_of
from tolmach.cli.opening import AsJson, Data, database, now
from tolmach.core.commands.finance import GetDay, ListDays
from tolmach.core.money import fixed
from tolmach.core.results.finance import DaySums
from tolmach.services import finance

SUMS = ("topped_up", "transferred", "set_aside", "charged", "given_back", "available", "held")

app = typer.Typer(name="day", help="Days whose money is counted for good.", no_args_is_help=True)


@app.command("close", epilog="Example: tolmach day close")
def close(by: By = None, data: Data = None) -> None:
    """Close every day that is over in Moscow, the oldest first. A gateway does so by itself (finance.close_days)."""
    count, moment, who = 0, now(), name_of(by)
    with database(data) as store:
        while store.read_now(lambda tx: finance.is_due(tx, moment)):
            count += store.write_now(lambda tx: finance.close(tx, moment, who, 1))
    console.say(f"days closed: {count}")


@app.command("list", epilog="Example: tolmach day list")
def list_days(
    before: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Only days before this one.")] = None,
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """List the closed days, the newest first, 31 at most, with what moved on each in each currency."""
    asked = ListDays(None if before is None else before.date())
    with database(data) as store:
        found = store.read_now(lambda tx: finance.listing(tx, asked, now()))
    if as_json:
        console.data(
            [{"day": day.day.isoformat(), "closed_by": day.closed_by, "sums": _plain(day.sums)} for day in found.days]
        )
        return
    rows = [[day.day.isoformat(), one.currency, *_money(one)] for day in found.days for one in day.sums]
    console.table(("day", "currency", *_titles()), rows, right=_titles())
    if found.open_from is not None:
        console.say(f"over and not closed: from {found.open_from.isoformat()} on")


@app.command("show", epilog="Example: tolmach day show 2026-03-02")
def show(
    day: Annotated[datetime, typer.Argument(metavar="DAY", formats=["%Y-%m-%d"], help="The day, as 2026-03-02.")],
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """Show a closed day account by account."""
    with database(data) as store:
        found = store.read_now(lambda tx: finance.show(tx, GetDay(day.date()), now()))
    if as_json:
        console.data(_plain(found.sums))
        return
    rows = [[one.login, one.currency, *_money(one)] for one in found.sums]
    console.table(("account", "currency", *_titles()), rows, right=_titles())


def _titles() -> tuple[str, ...]:
    return tuple(name.replace("_", " ") for name in SUMS)


def _money(sums: DaySums) -> list[str]:
    return [fixed(getattr(sums, name)) for name in SUMS]


def _plain(sums: Sequence[DaySums]) -> list[dict[str, Any]]:
    return [
        {"account": one.login, "currency": one.currency} | dict(zip(SUMS, _money(one), strict=True)) for one in sums
    ]
