"""Every error that an operator can mend is one line with a code; a bug is not."""

import sqlite3
from errno import ENOSPC

import pytest
import typer
from sqlalchemy.exc import OperationalError

from tolmach.cli.errors import CommandError, Told, describe
from tolmach.core.errors import Failure, RequestError, StoreUnavailableError
from tolmach.services.administration import BadValueError, ConflictError, NotFoundError
from tolmach.settings import Settings

LOCKED = sqlite3.OperationalError("database is locked")


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (CommandError("no"), Told("tolmach: no", 1)),
        (CommandError("no", 2), Told("tolmach: no", 2)),
        (BadValueError("bad\nvalue"), Told("tolmach: bad value", 2)),
        (ConflictError("twice"), Told("tolmach: twice", 1)),
        (NotFoundError("tariff", "x"), Told("tolmach: there is no tariff 'x'", 1)),
        (RequestError(Failure.BLOCKED), Told("tolmach: the account is blocked", 1)),
        (RequestError(Failure.BAD_DATE, "ahead"), Told("tolmach: the date makes no sense (ahead)", 1)),
        (typer.Abort(), Told("tolmach: stopped", 1)),
        (typer.BadParameter("odd"), Told("tolmach: Invalid value: odd", 2)),
        (StoreUnavailableError("full"), Told("tolmach: the database cannot be used: full", 1)),
        (LOCKED, Told("tolmach: the database cannot be used: database is locked", 1)),
        (OperationalError("x", {}, LOCKED), Told("tolmach: the database cannot be used: database is locked", 1)),
        (OSError(ENOSPC, "No space left on device", "a"), Told("tolmach: a: No space left on device", 1)),
        (OSError("odd"), Told("tolmach: odd", 1)),
    ],
)
def test_described(error: Exception, told: Told) -> None:
    assert describe(error) == told


def test_settings_name_every_problem() -> None:
    with pytest.raises(ValueError, match="port") as caught:
        Settings(port=70_000, sandbox={"delay": -1})  # type: ignore[arg-type]
    told = describe(caught.value)
    assert told is not None
    assert told.code == 2
    assert "port: " in told.text
    assert "sandbox.delay: " in told.text


@pytest.mark.parametrize("bug", [ValueError("x"), KeyError("x"), AssertionError()])
def test_a_bug_is_not_described(bug: Exception) -> None:
    assert describe(bug) is None
