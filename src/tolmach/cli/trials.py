"""``tolmach link test`` for links over SMPP: step by step, each with its time."""

import asyncio

import typer

from tolmach.cli import console
from tolmach.cli.errors import FAILED, CommandError
from tolmach.cli.opening import now
from tolmach.codecs.segments import TextTooLong
from tolmach.codecs.smpp.errors import Unencodable
from tolmach.connectors.smpp_trial import Trial
from tolmach.core.delivery import Submission
from tolmach.core.links import SmppLink
from tolmach.providers.smpp import bodies


def try_smpp(link: SmppLink, submission: Submission | None) -> None:
    """Go through the steps, printing each as it ends. Ends with 1 when one fails; CommandError for a bad message."""
    try:
        parts = [] if submission is None else bodies(submission, link, now())
    except TextTooLong:
        raise CommandError("this link cannot carry it: the text is too long") from None
    except Unencodable as error:
        raise CommandError(f"this link cannot carry it: {error.field} cannot be encoded") from None
    if not asyncio.run(_steps(Trial(link, list(parts)))):
        raise typer.Exit(FAILED)


async def _steps(trial: Trial) -> bool:
    sound = True
    async for step in trial.run():
        sound = step.sound
        word = "ok" if sound else "failed"
        console.say(f"{step.name:14} {word:7} {step.seconds * 1000:7.1f} ms  {step.detail}".rstrip())
    return sound
