"""The archive: files of messages that are about to leave, by account and month.

A file is written whole, under a name that says which messages it has, and is on the disk before they are deleted. A
process that dies in between writes what is left once more: a message may then be in two files, never in none. One
process writes at a time: two would look up the same messages, and the one that is behind would put a file without what
the other has deleted meanwhile in the place of a whole one.
"""

import gzip
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

import orjson

from tolmach.store import lockfile
from tolmach.store.durable import sync

LOCK: Final = ".lock"
Record = Mapping[str, Any]


class Form(StrEnum):
    """How files are written."""

    JSONL = "jsonl"
    PARQUET = "parquet"


class FormMissingError(Exception):
    """The library that writes a form is not installed; the text says how to get it."""


class ArchiveInUseError(Exception):
    """Another process writes to the archive; the text tells the operator what to do."""


class Archive:
    """A folder of files in one form."""

    def __init__(self, folder: Path, form: Form) -> None:
        self._folder = folder
        self._form = form

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep other processes from the folder; ArchiveInUseError while one of them does."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        held = ArchiveInUseError(f"another process writes to {self._folder}: what is too old is leaving already")
        with lockfile.hold(self._folder / LOCK, held):
            yield

    def write(self, login: str, month: str, records: Sequence[Record]) -> Path:
        """Write records, all of one account, and return the file; OSError when the disk does not take it."""
        folder = self._folder / month
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        names = f"{_plain(login)}-{records[0]['id']}-{records[-1]['id']}"
        path = folder / f"{names}{_ENDINGS[self._form]}"
        unfinished = path.with_name(f"{path.name}.part")
        _WRITERS[self._form](unfinished, records)
        sync(unfinished)
        unfinished.replace(path)
        sync(folder)
        return path


def open_archive(folder: Path, form: str | None) -> Archive | None:
    """Return an archive in a form, None where there is to be none; `FormMissingError`."""
    if form is None:
        return None
    if form == Form.PARQUET:
        _parquet()
    return Archive(folder, Form(form))


def read_jsonl(path: Path) -> list[dict[str, Any]]:
    """Return the records of a file."""
    with gzip.open(path) as lines:
        return [orjson.loads(line) for line in lines]


def _write_jsonl(path: Path, records: Sequence[Record]) -> None:
    with gzip.open(_private(path), "wb", compresslevel=6) as file:
        file.writelines(orjson.dumps(record) + b"\n" for record in records)


def _write_parquet(path: Path, records: Sequence[Record]) -> None:
    pyarrow, parquet = _parquet()
    flat = [
        {name: orjson.dumps(value).decode() if isinstance(value, list) else value for name, value in record.items()}
        for record in records
    ]
    types = [(name, pyarrow.int64() if name in _NUMBERS else pyarrow.string()) for name in flat[0]]
    table = pyarrow.Table.from_pylist(flat, schema=pyarrow.schema(types))
    parquet.write_table(table, _private(path), compression="zstd")


def _parquet() -> tuple[Any, Any]:
    try:
        import pyarrow  # noqa: PLC0415 - optional, and slow to import
        from pyarrow import parquet  # noqa: PLC0415
    except ImportError:
        raise FormMissingError("Parquet needs pyarrow: pip install 'tolmach[parquet]'") from None
    return pyarrow, parquet


def _private(path: Path) -> str:
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    return str(path)


def _plain(login: str) -> str:
    """Return a login as part of a file's name."""
    return "".join(char if char.isalnum() and char.isascii() else "_" for char in login)[:40]


_NUMBERS: Final = frozenset({"id", "campaign", "charged"})
"""Columns of numbers; the others are texts. Guessed file by file, one that is empty would fit no other file's."""

_ENDINGS = {Form.JSONL: ".jsonl.gz", Form.PARQUET: ".parquet"}
_WRITERS: Mapping[Form, Callable[[Path, Sequence[Record]], None]] = {
    Form.JSONL: _write_jsonl,
    Form.PARQUET: _write_parquet,
}
