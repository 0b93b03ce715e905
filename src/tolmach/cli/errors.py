"""Errors that are the operator's to mend, as one line each. Anything else is a bug and keeps its traceback."""

import sqlite3
from dataclasses import dataclass

import typer
from pydantic import ValidationError
from pydantic_settings import SettingsError
from sqlalchemy.exc import DBAPIError

from tolmach.core.errors import RequestError, StoreUnavailableError
from tolmach.mistakes import mistakes, unreadable
from tolmach.services.administration import AdministrationError, BadValueError
from tolmach.services.explanations import FAILURES

FAILED, MISUSED = 1, 2


@dataclass(frozen=True, slots=True)
class Told:
    """What to print and the exit code to leave with."""

    text: str
    code: int


class CommandError(Exception):
    """A command cannot be carried out; the text is for the operator. ``code`` is 1 or 2."""

    def __init__(self, text: str, code: int = FAILED) -> None:
        super().__init__(text)
        self.code = code


def describe(error: Exception) -> Told | None:
    """Return what to tell about an error, or None for a bug."""
    match error:
        case CommandError():
            return _told(str(error), error.code)
        case AdministrationError():
            return _told(str(error), MISUSED if isinstance(error, BadValueError) else FAILED)
        case RequestError():
            detail = f" ({error.detail})" if error.detail else ""
            return _told(FAILURES[error.failure] + detail, FAILED)
        case typer.TyperException():
            return _usage(error)
        case typer.Abort():
            return _told("stopped", FAILED)
        case _:
            return _from_outside(error)


def _from_outside(error: Exception) -> Told | None:
    """Errors of settings, files and the database."""
    match error:
        case ValidationError():
            return _told(f"settings: {'; '.join(mistakes(error))}", MISUSED)
        case SettingsError():
            return _told(f"settings: {unreadable(error)}", MISUSED)
        case StoreUnavailableError() | DBAPIError() | sqlite3.Error():
            return _told(f"the database cannot be used: {getattr(error, 'orig', error)}", FAILED)
        case OSError():
            name = f"{error.filename}: " if error.filename else ""
            return _told(f"{name}{error.strerror or error}", FAILED)
        case _:
            return None


def _usage(error: typer.TyperException) -> Told:
    """A wrong command line: the message, and where help is; nothing more where help was shown for lack of a command."""
    if type(error).__name__ == "NoArgsIsHelpError":
        return Told("", MISUSED)
    context = getattr(error, "ctx", None)
    hint = "" if context is None else f" (see {context.command_path} --help)"
    return _told(error.format_message().rstrip(".") + hint, error.exit_code)


def _told(text: str, code: int) -> Told:
    return Told("tolmach: " + " ".join(text.split()), code)
