"""What commands print: tables and lines for people, JSON for programs. Nothing a client wrote can steer a terminal."""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table
from rich.text import Text

UNLIMITED = 100_000  # a table that is piped somewhere is not folded
BIG = 2_000
_STYLES = {"ok": "green", "warn": "yellow", "fail": "bold red", "blocked": "red"}


def say(line: str = "") -> None:
    """Print one line as it is, never folded; at once, since who reads a pipe may wait for it."""
    sys.stdout.write(clean(line) + "\n")
    sys.stdout.flush()


def warn(line: str) -> None:
    """Print one line on standard error."""
    sys.stderr.write(f"tolmach: {clean(line)}\n")


def data(value: Any) -> None:
    """Print JSON."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def table(columns: Sequence[str], rows: Sequence[Sequence[str]], *, right: Sequence[str] = ()) -> None:
    """Print rows under their columns; ``right`` names the columns of numbers. "-" stands for nothing."""
    shown = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for name in columns:
        shown.add_column(name, justify="right" if name in right else "left", overflow="fold")
    for row in rows:
        shown.add_row(*(Text(clean(cell) or "-", style=_STYLES.get(cell, "")) for cell in row))
    _console().print(shown)


@contextmanager
def progress(title: str, total: int, *, big: bool) -> Iterator[Callable[[int], None]]:
    """Show a bar on standard error while a ``big`` work is done; the function takes how much more is done."""
    if not big:
        yield lambda _done: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True, markup=False, highlight=False)) as bar:
        task = bar.add_task(title, total=total)
        yield lambda done: bar.advance(task, done)


def clean(text: str) -> str:
    """Return text without control characters; line breaks become visible."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else "⏎" if char == "\n" else "�" for char in text)


def _console() -> Console:
    width = None if sys.stdout.isatty() else UNLIMITED
    return Console(file=sys.stdout, width=width, markup=False, highlight=False, emoji=False)
