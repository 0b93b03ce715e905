"""``tolmach numbering``: whose a number is, and where."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from tolmach.cli import console
from tolmach.cli.errors import FAILED, CommandError
from tolmach.cli.opening import AsJson, Data, database, now
from tolmach.core.moments import from_ms
from tolmach.core.numbering import Ranges
from tolmach.core.regions import hours_from_moscow, zone_of
from tolmach.services import numbering, stoplist
from tolmach.services.numberplans import Faults, PlanReading, PortedReading
from tolmach.store.numbering import Imported

app = typer.Typer(
    name="numbering", help="The numbering plan: operator, region and time zone of numbers.", no_args_is_help=True
)

Files = Annotated[list[Path], typer.Argument(metavar="FILE", help="CSV files. A - reads standard input.")]
SHOWN_FAULTS = 20
SHOWN_REGIONS = 5


@app.command("import", epilog="Example: tolmach numbering import ABC-3xx.csv ABC-4xx.csv ABC-8xx.csv DEF-9xx.csv")
def import_plan(files: Files, data: Data = None) -> None:
    """Replace the numbering plan by these files of the registry; a gateway that runs uses it at once.

    Rows are code;from;to;capacity;operator;region, and what follows is ignored. UTF-8 or windows-1251. Bad rows are
    left out and named, but a file that is mostly bad changes nothing.
    """
    reading = PlanReading()
    _read(reading, files)
    with console.progress("storing", 2, big=reading.rows >= console.BIG) as advance:
        ranges = reading.ranges()
        _judge(reading.faults, reading.rows)
        stored = ranges.dump()
        advance(1)
        with database(data) as store:
            store.write_now(lambda tx: numbering.replace_ranges(tx, ranges, reading.files, now(), stored))
        advance(1)
    console.say(f"{len(ranges.firsts)} ranges of {len(ranges.operators)} operators imported")
    _name_zoneless(ranges)


@app.command("ported", epilog="Example: tolmach numbering ported ported.csv")
def import_ported(files: Files, data: Data = None) -> None:
    """Replace the list of ported numbers by these files: number;operator, of a number's rows the last counts."""
    reading = PortedReading()
    _read(reading, files)
    _judge(reading.faults, reading.rows)
    with console.progress("storing", 2, big=reading.rows >= console.BIG) as advance:
        ported = reading.ported()
        stored = ported.dump()
        advance(1)
        with database(data) as store:
            store.write_now(lambda tx: numbering.replace_ported(tx, ported, reading.files, now(), stored))
        advance(1)
    console.say(f"{len(ported.numbers)} ported numbers imported")


@app.command("show", epilog="Example: tolmach numbering show 79612242243")
def show(
    numbers: Annotated[list[str], typer.Argument(metavar="NUMBER", help="Phone numbers in any usual form.")],
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """Tell what is known of numbers."""
    wanted = stoplist.read_numbers(numbers)
    with database(data) as store:
        plan = store.read_now(numbering.current)
    found = [(number, plan.lookup(number)) for number in wanted]
    hours = [f"{hours_from_moscow(one.time_zone, now()):+g}" if one.time_zone else "" for _, one in found]
    if as_json:
        console.data([{"number": number, **one._asdict()} for number, one in found])
        return
    rows = [[number, *one, ahead] for (number, one), ahead in zip(found, hours, strict=True)]
    console.table(("number", "operator", "region", "time zone", "from Moscow"), rows, right=("from Moscow",))


@app.command("status", epilog="Example: tolmach numbering status")
def status(as_json: AsJson = False, data: Data = None) -> None:
    """Tell what was imported, and when."""
    with database(data) as store:
        found = store.read_now(numbering.imports)
    if as_json:
        console.data({name: _fields(about) for name, about in found.items()})
        return
    if not found:
        console.say("nothing is imported: only the public metadata answers, which knows no region of a Russian mobile")
        return
    rows = [
        [name, f"{from_ms(about.imported_at):%Y-%m-%d %H:%M} UTC", str(about.entries), str(about.octets), about.sources]
        for name, about in found.items()
    ]
    console.table(("table", "imported", "entries", "octets", "files"), rows, right=("entries", "octets"))


def _fields(about: Imported) -> dict[str, object]:
    return {**about._asdict(), "imported_at": from_ms(about.imported_at).isoformat()}


def _read(reading: PlanReading | PortedReading, files: list[Path]) -> None:
    contents = [
        ("standard input", sys.stdin.buffer.read()) if str(file) == "-" else (file.name, file.read_bytes())
        for file in files
    ]
    lines = sum(content.count(b"\n") + 1 for _, content in contents)
    with console.progress("reading", lines, big=lines >= console.BIG) as advance:
        for name, content in contents:
            reading.read(name, content, advance)


def _judge(faults: Faults, good: int) -> None:
    """Name the bad rows; refuse files of another format."""
    for fault in faults.named[:SHOWN_FAULTS]:
        console.warn(f"{fault.file} line {fault.line}: {fault.problem}")
    if faults.count > SHOWN_FAULTS:
        console.warn(f"and {faults.count - SHOWN_FAULTS} more")
    if not good:
        raise CommandError("nothing imported: there is not one good row", FAILED)
    if faults.count > good:
        raise CommandError(f"nothing imported: {faults.count} bad rows and only {good} good ones", FAILED)
    if faults.count:
        console.warn(f"{faults.count} bad row{'s' if faults.count > 1 else ''} left out")


def _name_zoneless(ranges: Ranges) -> None:
    unknown = sorted(region for region in ranges.regions if not zone_of(region))
    if unknown:
        more = f" and {len(unknown) - SHOWN_REGIONS} more" if len(unknown) > SHOWN_REGIONS else ""
        console.warn(f"no time zone is known of: {'; '.join(unknown[:SHOWN_REGIONS])}{more}")
