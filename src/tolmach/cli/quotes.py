"""``tolmach message quote``: parts and prices before anything is sent, and what makes a text Unicode."""

from typing import Annotated, Any

import typer

from tolmach.cli import console
from tolmach.cli.errors import FAILED, MISUSED, CommandError
from tolmach.cli.opening import AsJson, Data, database, now
from tolmach.cli.steps import HELP, read_step
from tolmach.codecs import segments
from tolmach.codecs.foreigners import Foreigner, foreigners, replaced
from tolmach.core.commands import SendMessages
from tolmach.core.content import FlashText, SmsText
from tolmach.core.drafts import Draft, Step
from tolmach.core.money import Money, fixed
from tolmach.core.results import Accepted, LegQuote
from tolmach.services import messages
from tolmach.services.explanations import REJECTIONS

SHOWN = 8  # characters that are named


def quote(
    *,
    account: Annotated[str, typer.Option(help="Login of the account that would pay.")],
    to: Annotated[str, typer.Option(help="Phone number in any usual form.")],
    text: Annotated[str | None, typer.Option(help="Text of an SMS: short for --step sms=TEXT.")] = None,
    step: Annotated[list[str] | None, typer.Option("--step", help=HELP)] = None,
    sender: Annotated[str | None, typer.Option(help="Sender; the account's default when left out.")] = None,
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """Tell parts and price of each step of a message, and which characters force Unicode. Nothing is sent or stored."""
    steps = tuple(
        read_step(one, sender, 1440) for one in [*(step or ()), *([f"sms={text}"] if text is not None else [])]
    )
    if not steps:
        raise CommandError("nothing to quote: give --text or --step", MISUSED)
    command = SendMessages((Draft(to, steps),), messages.DIALECT, dry_run=True)
    with database(data) as store:
        owner, result = store.read_now(lambda tx: messages.post(tx, account, command, now()))
    item = result.items[0]
    if not isinstance(item, Accepted):
        raise CommandError(f"it would be refused: {REJECTIONS[item.reason]}", FAILED)
    if as_json:
        console.data([_values(one, leg) for one, leg in zip(steps, item.legs, strict=True)])
        return
    for number, (one, leg) in enumerate(zip(steps, item.legs, strict=True), 1):
        parts = f"{leg.parts} part{'' if leg.parts == 1 else 's'}"
        console.say(f"step {number}: {leg.channel}, {parts}, {fixed(leg.price)} {owner.currency}{_alphabet(one)}")
        for line in _hints(one):
            console.say(f"  {line}")
    console.say(f"at most {fixed(Money(sum(leg.price for leg in item.legs)))} {owner.currency} would be held")


def _text(step: Step) -> str | None:
    """Return the text whose alphabet counts; None for everything but SMS texts."""
    return step.content.text if isinstance(step.content, SmsText | FlashText) else None


def _alphabet(step: Step) -> str:
    text = _text(step)
    return "" if text is None else f", {segments.split(text).alphabet}"


def _hints(step: Step) -> list[str]:
    text = _text(step) or ""
    found = foreigners(text)
    if not found:
        return []
    lines = [_hint(one) for one in found[:SHOWN]]
    if len(found) > SHOWN:
        lines.append(f"and {len(found) - SHOWN} more characters")
    better = segments.count(replaced(text))
    if better < segments.count(text):
        lines.append(f"with plain characters it would be {better} part{'' if better == 1 else 's'}")
    return lines


def _hint(one: Foreigner) -> str:
    again = f" and {one.times - 1} more" if one.times > 1 else ""
    instead = "" if one.plain is None else f"; {one.plain!r} would do" if one.plain else "; it can be left out"
    return f"Unicode because of {one.char!r} at {one.position}{again}{instead}"


def _values(step: Step, leg: LegQuote) -> dict[str, Any]:
    text = _text(step)
    return {
        "channel": leg.channel.value,
        "parts": leg.parts,
        "price": fixed(leg.price),
        "alphabet": None if text is None else segments.split(text).alphabet.value,
        "unicode_because_of": [one._asdict() for one in foreigners(text or "")],
    }
