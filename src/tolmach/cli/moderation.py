"""``tolmach moderation``: texts that wait for a person's word, and the stop words."""

from pathlib import Path
from typing import Annotated, Any

import typer

from tolmach.cli import console
from tolmach.cli.deciding import By, Reason, verdict
from tolmach.cli.opening import AsJson, Data, database, load_settings, now
from tolmach.core.moderation import Verdict
from tolmach.core.moments import from_ms
from tolmach.core.phone import masked
from tolmach.services import moderation
from tolmach.services.catalogue import Catalogue
from tolmach.services.delivery import Delivery
from tolmach.services.moderation import Listed
from tolmach.store import moderations

app = typer.Typer(name="moderation", help="Texts that wait for a moderator.", no_args_is_help=True)
words = typer.Typer(name="words", help="Stop words: a text with one of them waits.", no_args_is_help=True)
app.add_typer(words)

Number = Annotated[int, typer.Argument(metavar="ID", help="Number of the text.")]
Revise = Annotated[bool, typer.Option("--revise", help="Decide anew on a text that was decided on.")]
Words = Annotated[list[str], typer.Argument(metavar="WORD...", help="Words, or phrases in quotes.")]


@app.command("list", epilog="Example: tolmach moderation list")
def list_texts(
    account: Annotated[str | None, typer.Option(help="Only of this account.")] = None,
    decided: Annotated[bool, typer.Option("--decided", help="Those that were decided on instead.")] = False,
    limit: Annotated[int, typer.Option(help="How many at most.")] = 100,
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """List the texts that messages wait for, those that wait longest first."""
    with database(data) as store:
        found = store.read_now(lambda tx: moderation.listing(tx, account, decided=decided, limit=limit))
    if as_json:
        console.data([_values(one) for one in found])
        return
    rows = [
        [
            str(one.moderation.id),
            one.login,
            str(one.moderation.messages),
            one.moderation.state.value,
            one.moderation.cause,
            f"{from_ms(one.moderation.created_at):%Y-%m-%d %H:%M}",
            _short(one.moderation.text),
        ]
        for one in found
    ]
    columns = ("id", "account", "messages", "state", "because of", "since (UTC)", "text")
    console.table(columns, rows, right=("id", "messages"))


@app.command("show", epilog="Example: tolmach moderation show 7")
def show(number: Number, as_json: AsJson = False, data: Data = None) -> None:
    """Show a whole text, who waits for it, and who decided on it."""
    with database(data) as store:
        found = store.read_now(lambda tx: moderation.shown(tx, number))
    values = _values(found)
    if as_json:
        console.data(values)
        return
    for key, value in values.items():
        shown = ", ".join(value) if isinstance(value, list) else value
        console.say(f"{key.replace('_', ' ')}: {'-' if shown in (None, '') else shown}")


@app.command("approve", epilog="Example: tolmach moderation approve 7")
def approve(number: Number, by: By = None, reason: Reason = "", revise: Revise = False, data: Data = None) -> None:
    """Let a text pass: every message that waits for it is sent, and so are later ones with the same text."""
    _decide(number, verdict(approved=True, by=by, reason=reason), data, revise=revise)


@app.command("reject", epilog="Example: tolmach moderation reject 7 --reason 'advertises a casino'")
def reject(number: Number, by: By = None, reason: Reason = "", revise: Revise = False, data: Data = None) -> None:
    """Refuse a text: no message with it is sent, and the money that is held for those that wait goes back."""
    _decide(number, verdict(approved=False, by=by, reason=reason), data, revise=revise)


@words.command("add", epilog="Example: tolmach moderation words add casino 'free money'")
def add_words(new: Words, data: Data = None) -> None:
    """Add stop words; capitals and signs do not matter, a phrase is found as a whole."""
    with database(data) as store:
        count = store.write_now(lambda tx: moderation.add_words(tx, new, now()))
    console.say(f"{count} added")


@words.command("remove", epilog="Example: tolmach moderation words remove casino")
def remove_words(gone: Words, data: Data = None) -> None:
    """Take stop words away."""
    with database(data) as store:
        count = store.write_now(lambda tx: moderation.remove_words(tx, gone))
    console.say(f"{count} removed")


@words.command("list", epilog="Example: tolmach moderation words list")
def list_words(as_json: AsJson = False, data: Data = None) -> None:
    """List the stop words as they are compared."""
    with database(data) as store:
        found = store.read_now(moderations.words)
    if as_json:
        console.data(list(found))
        return
    for word in found:
        console.say(word)


def _decide(number: int, said: Verdict, data: Path | None, *, revise: bool) -> None:
    delivery = Delivery(Catalogue(), load_settings(data=data).grace_period)
    with database(data) as store:
        found = store.write_now(lambda tx: moderation.decide(tx, number, said, now(), revise=revise))
        while store.write_now(lambda tx: moderation.carry_out(tx, delivery, now()))[1]:
            pass
    console.say(
        f"text {number} is {'approved' if said.approved else 'rejected'}; messages that waited: {found.messages}"
    )


def _short(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:79]}…"


def _values(one: Listed) -> dict[str, Any]:
    text = one.moderation
    decided = None if text.decided_at is None else from_ms(text.decided_at).isoformat()
    values: dict[str, Any] = {
        "id": text.id,
        "account": one.login,
        "state": text.state.value,
        "because_of": text.cause,
        "messages": text.messages,
        "since": from_ms(text.created_at).isoformat(),
        "decided_at": decided,
        "decided_by": text.decided_by,
        "reason": text.reason,
        "text": text.text,
    }
    return values | ({"recipients": [masked(phone) for phone in one.recipients]} if one.recipients else {})
