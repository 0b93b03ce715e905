"""What commands that decide on something have in common: who decides, and why."""

import getpass
from typing import Annotated

import typer

from tolmach.core.moderation import Verdict

By = Annotated[str | None, typer.Option(help="Who decides; your name on this machine when left out.")]
Reason = Annotated[str, typer.Option(help="Why; kept, and shown to whoever looks at it.")]


def name_of(by: str | None) -> str:
    """Return who decides."""
    if by is not None:
        return by
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # a user without a name
        return "operator"


def verdict(*, approved: bool, by: str | None, reason: str) -> Verdict:
    """Return a decision."""
    return Verdict(approved, name_of(by), reason)
