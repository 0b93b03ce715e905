"""``tolmach pattern``: texts that accounts keep; one that fits an approved pattern needs no moderation."""

from pathlib import Path
from typing import Annotated

import typer

from tolmach.cli import console
from tolmach.cli.deciding import By, Reason, verdict
from tolmach.cli.opening import AsJson, Data, database, now
from tolmach.services import patterns

app = typer.Typer(name="pattern", help="Patterns of texts, and the decisions on them.", no_args_is_help=True)

Number = Annotated[int, typer.Argument(metavar="ID", help="Number of the pattern.")]


@app.command("list", epilog="Example: tolmach pattern list --waiting")
def list_patterns(
    account: Annotated[str | None, typer.Option(help="Only of this account.")] = None,
    waiting: Annotated[bool, typer.Option("--waiting", help="Only those that wait for a decision.")] = False,
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """List the patterns of an account, or of all."""
    with database(data) as store:
        found = store.read_now(lambda tx: patterns.listing(tx, account, waiting=waiting))
    keys = ("id", "account", "name", "state", "text", "decided_by", "reason")
    rows = [
        (kept.id, one.login, kept.name, kept.state, kept.text, kept.decided_by, kept.reason)
        for one in found
        for kept in (one.pattern,)
    ]
    if as_json:
        console.data([dict(zip(keys, row, strict=True)) for row in rows])
        return
    console.table([key.replace("_", " ") for key in keys], [list(map(str, row)) for row in rows], right=("id",))


@app.command("approve", epilog="Example: tolmach pattern approve 12")
def approve(number: Number, by: By = None, reason: Reason = "", data: Data = None) -> None:
    """Let texts that fit a pattern pass without moderation."""
    _decide(number, data, by, reason, approved=True)


@app.command("reject", epilog="Example: tolmach pattern reject 12 --reason 'too general'")
def reject(number: Number, by: By = None, reason: Reason = "", data: Data = None) -> None:
    """Let a pattern count for nothing."""
    _decide(number, data, by, reason, approved=False)


def _decide(number: int, data: Path | None, by: str | None, reason: str, *, approved: bool) -> None:
    said = verdict(approved=approved, by=by, reason=reason)
    with database(data) as store:
        decided = store.write_now(lambda tx: patterns.decide(tx, number, said, now()))
    console.say(f"pattern {number} of {decided.login} is {'approved' if approved else 'rejected'}")
