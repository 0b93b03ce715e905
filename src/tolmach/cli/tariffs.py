"""``tolmach tariff``: what a part costs, by direction and channel."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from tolmach.cli import console
from tolmach.cli.errors import FAILED, CommandError
from tolmach.cli.opening import AsJson, Data, database
from tolmach.core.content import Channel
from tolmach.core.money import fixed
from tolmach.services import pricelists, tariffs
from tolmach.services.pricelists import Fault, PriceList

app = typer.Typer(name="tariff", help="Tariffs: what a part costs, by direction and channel.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(metavar="NAME", help="Name of the tariff.")]


@app.command("import", epilog="Example: tolmach tariff import basic prices.csv")
def import_tariff(
    name: Name,
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="CSV file: direction,prefixes,channel,price. A - reads standard input."),
    ],
    data: Data = None,
) -> None:
    """Replace the prices of a tariff by those of a CSV file, or, with one bad row, change nothing.

    Prefixes are separated by spaces, the channel is sms or viber. Comma or semicolon, UTF-8 or windows-1251.
    """
    content = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    prices = _read(content)
    with (
        database(data) as store,
        console.progress("storing", len(prices.rows), big=len(prices.rows) >= console.BIG) as advance,
    ):
        faults = store.write_now(lambda tx: tariffs.import_prices(tx, name, prices, lambda: advance(1)))
    if faults:
        _report(faults)
        raise CommandError(f"nothing imported: {len(faults)} bad row{'s' if len(faults) > 1 else ''}", FAILED)
    directions = len({row.direction for row in prices.rows})
    console.say(f"tariff {name}: prices: {len(prices.rows)}, directions: {directions}")


@app.command("list", epilog="Example: tolmach tariff list")
def list_tariffs(as_json: AsJson = False, data: Data = None) -> None:
    """List the tariffs."""
    with database(data) as store:
        found = store.read_now(tariffs.names)
    if as_json:
        console.data([{"name": name, "directions": count} for name, count in found])
        return
    console.table(("tariff", "directions"), [[name, str(count)] for name, count in found], right=("directions",))


@app.command("show", epilog="Example: tolmach tariff show demo")
def show(name: Name, as_json: AsJson = False, data: Data = None) -> None:
    """Show the prices of a tariff."""
    with database(data) as store:
        found = store.read_now(lambda tx: tariffs.show(tx, name))
    if as_json:
        console.data(
            [
                {
                    "direction": one.name,
                    "prefixes": list(one.prefixes),
                    "open": one.open,
                    "prices": {channel.value: fixed(price) for channel, price in one.prices.items()},
                }
                for one in found
            ]
        )
        return
    rows = [
        [
            one.name,
            " ".join(one.prefixes),
            *(fixed(one.prices[channel]) if channel in one.prices else "" for channel in Channel),
            "open" if one.open else "closed",
        ]
        for one in found
    ]
    channels = [channel.value for channel in Channel]
    console.table(("direction", "prefixes", *channels, "state"), rows, right=channels)


def _read(content: bytes) -> PriceList:
    with console.progress("reading", len(content), big=content.count(b"\n") >= console.BIG) as advance:
        return pricelists.read(content, advance)


def _report(faults: Sequence[Fault]) -> None:
    for fault in faults:
        console.warn(f"line {fault.line}: {fault.problem}" if fault.line else fault.problem)
