"""How a command comes to a new password: given, made up, or asked for."""

import secrets

import typer

from tolmach.cli.errors import MISUSED, CommandError
from tolmach.services import fields


def choose_password(given: str | None, *, generate: bool) -> str:
    """Return the one that was given, a new one to ``generate``, or what is typed; CommandError, BadValueError."""
    if given is not None and generate:
        raise CommandError("--password and --generate contradict each other", MISUSED)
    if generate:
        return secrets.token_urlsafe(12)
    if given is None:
        given = str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
    return fields.password(given)
