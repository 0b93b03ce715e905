"""Files of subscribers: on the disk first, looked at by a person, and taken in piece by piece.

A piece is one transaction: its subscribers, the records that were left out, and where it goes on. So whatever happens
in between, every record is dealt with once, and a restart goes on where it was.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import IO, Final, NamedTuple

from tolmach.core.commands import PutSubscriber, SubscriberEdits
from tolmach.core.commands.imports import (
    DropImport,
    GetImport,
    ListImports,
    ListLeftOut,
    NoteImport,
    PutImport,
    RunImport,
)
from tolmach.core.errors import Failure, RequestError, StoreUnavailableError
from tolmach.core.moments import from_ms, to_ms
from tolmach.core.results import Edit
from tolmach.core.results.imports import Import, ImportState, LeftOut
from tolmach.core.sentences import say
from tolmach.core.timezones import to_wall
from tolmach.services import bases, rosters, subscribers
from tolmach.services.administration import BadValueError
from tolmach.services.context import Context, Handlers
from tolmach.services.rosters import BadRecord, Roster
from tolmach.services.sheets import Record, open_sheet
from tolmach.store import bases as stored_bases
from tolmach.store import imports
from tolmach.store.database import Database, Tx
from tolmach.store.folder import Folder
from tolmach.store.imports import Fault, StoredImport

PIECE: Final = 1_000  # subscribers in one transaction: nobody waits long for it
SHOWN: Final = 8  # records of the preview, with the header
WIDEST: Final = 40  # columns of the preview
LONGEST: Final = 100  # characters of a cell there
LISTED: Final = 5
MOST_FAULTS: Final = 100_000
"""Records that are kept of those left out; beyond that they are only counted."""

KEPT: Final = timedelta(days=30)
SWEEP_AFTER: Final = 3600.0  # seconds: a file is in the database long before


class Imports:
    """Keeps files in a folder and takes them in."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder

    def keep(self, command: PutImport) -> NoteImport:
        """Look into a file and put it on the disk (this takes its time); BadValueError, StoreUnavailableError."""
        sheet = open_sheet(command.content)
        preview = [[cell[:LONGEST] for cell in one.cells[:WIDEST]] for one in islice(_whole(sheet.records()), SHOWN)]
        if not preview:
            raise BadValueError(say("the file is empty"))
        fields = rosters.recognised(preview[0])
        try:
            stored = self._folder.put_stream(_rewound(command.content))
        except OSError as error:
            raise StoreUnavailableError(error.strerror or str(error)) from error
        label = command.label[-255:]
        return NoteImport(
            command.reference, stored, label, sheet.encoding, sheet.delimiter, preview, fields, sheet.total
        )

    def advance(self, database: Database, now: datetime) -> bool:
        """Take in the next file that is to be, as far as it goes; false when there is none. To be run in a thread."""
        row = database.read_now(imports.running)
        if row is None:
            return False
        try:
            with self._folder.open(row.stored) as stream:
                self._take_in(database, row, stream, now)
        except (BadValueError, OSError) as error:
            reason = error.args[0] if isinstance(error, BadValueError) else say("the file cannot be read")
            database.write_now(
                lambda tx: imports.change(tx, row, to_ms(now), state=imports.FAILED, error=imports.to_text(reason))
            )
        return True

    def _take_in(self, database: Database, row: StoredImport, stream: IO[bytes], now: datetime) -> None:
        read = _Count()
        records = iter(Roster(stream, read.add, row.fields))
        position = row.position
        for _ in islice(records, position):
            pass
        going = True
        while going:
            piece = list(islice(records, PIECE))
            work = _Piece(piece, position, read.number, len(piece) < PIECE)
            going = database.write_now(lambda tx, work=work: _store(tx, row, work, now)) and not work.last  # type: ignore[misc]
            position += len(piece)

    def sweep(self, database: Database, now: datetime) -> int:
        """Forget files that nobody needs any more; return how many contents went."""
        before = to_ms(now - KEPT)
        for one in database.read_now(lambda tx: imports.older(tx, before, 100)):
            database.write_now(lambda tx, one=one: imports.drop(tx, one.account, one.id))  # type: ignore[misc]
        latest = now.timestamp() - SWEEP_AFTER
        old = [name for name, changed in self._folder.names() if changed < latest]
        gone = set(old) - database.read_now(lambda tx: imports.needed(tx, old))
        for name in gone:
            self._folder.drop(name)
        return len(gone)


class _Count:
    """How much of a file was read; the reader reads ahead, which is close enough for a bar."""

    def __init__(self) -> None:
        self.number = 0

    def add(self, more: int) -> None:
        self.number += more


class _Piece(NamedTuple):
    """Records from a position on; ``read``: how much of the file was read by then."""

    records: Sequence[PutSubscriber | BadRecord]
    position: int
    read: int
    last: bool


def _store(tx: Tx, row: StoredImport, work: _Piece, now: datetime) -> bool:
    """Store a piece; false when its import is not to go on: somebody has dropped it, or its base is gone."""
    piece, position = work.records, work.position
    current = imports.by_id(tx, row.account, row.id, to_change=True)
    if current is None or current.state != imports.RUNNING or current.position != position:
        return False
    base = stored_bases.by_id(tx, row.account, row.base, to_change=True)
    if base is None:
        imports.change(tx, row, to_ms(now), state=imports.FAILED, error=imports.to_text(say("the base is gone")))
        return False
    edits = [one for one in piece if isinstance(one, PutSubscriber)]
    outcomes = subscribers.edit(tx, base, SubscriberEdits(str(base.id), edits), to_ms(now))
    faults = [
        Fault(position + place, one.line, one.reason, one.cells)
        for place, one in enumerate(piece)
        if isinstance(one, BadRecord)
    ]
    imports.add_faults(tx, row, faults[: max(0, MOST_FAULTS - current.bad)])
    imports.change(
        tx,
        row,
        to_ms(now),
        position=position + len(piece),
        read=work.read,
        added=current.added + outcomes.count(Edit.INSERTED),
        known=current.known + outcomes.count(Edit.CHANGED),
        bad=current.bad + len(faults),
        state=imports.DONE if work.last else imports.RUNNING,
    )
    return True


def note(asked: Context, command: NoteImport) -> int:
    """Store the row of a file that is on the disk; RequestError UNKNOWN_BASE."""
    base = bases.find(asked.tx, asked.account.id, command.reference)
    if base is None:
        raise RequestError(Failure.UNKNOWN_BASE)
    now = to_ms(asked.now)
    return imports.add(
        asked.tx,
        StoredImport(
            account=asked.account.id,
            id=0,
            base=base.id,
            stored=command.stored,
            label=command.label,
            encoding=command.encoding,
            delimiter=command.delimiter,
            preview=command.preview,
            fields=command.fields,
            state=imports.WAITING,
            total=command.total,
            position=0,
            read=0,
            added=0,
            known=0,
            bad=0,
            error="",
            created_at=now,
            changed_at=now,
        ),
    )


def run(asked: Context, command: RunImport) -> bool:
    """Have a file taken in."""
    row = imports.by_id(asked.tx, asked.account.id, command.number, to_change=True)
    if row is None or row.state != imports.WAITING:
        return False
    fields = list(command.fields) or row.fields
    rosters.check(fields)
    imports.change(asked.tx, row, to_ms(asked.now), state=imports.RUNNING, fields=fields)
    return True


def drop(asked: Context, command: DropImport) -> bool:
    """Forget a file."""
    return imports.drop(asked.tx, asked.account.id, command.number)


def get(asked: Context, command: GetImport) -> Import | None:
    """Return how far a file is."""
    row = imports.by_id(asked.tx, asked.account.id, command.number)
    if row is None:
        return None
    base = stored_bases.by_id(asked.tx, row.account, row.base)
    return _shown(asked, row, "" if base is None else base.name)


def listing(asked: Context, command: ListImports) -> Sequence[Import]:
    """Return the last files of a base."""
    base = bases.find(asked.tx, asked.account.id, command.reference)
    if base is None:
        raise RequestError(Failure.UNKNOWN_BASE)
    return [_shown(asked, row, base.name) for row in imports.of_base(asked.tx, asked.account.id, base.id, LISTED)]


def left_out(asked: Context, command: ListLeftOut) -> Sequence[LeftOut]:
    """Return records that were left out."""
    found = imports.faults(asked.tx, asked.account.id, command.number, command.behind, command.most)
    return [LeftOut(one.position, one.line, one.reason, one.cells) for one in found]


def _shown(asked: Context, row: StoredImport, base_name: str) -> Import:
    share = 1.0 if row.state == imports.DONE else min(1.0, row.read / row.total) if row.total else 0.0
    return Import(
        row.id,
        row.base,
        base_name,
        row.label,
        row.encoding,
        row.delimiter,
        row.preview,
        row.fields,
        ImportState(row.state),
        share,
        row.added,
        row.known,
        row.bad,
        imports.from_text(row.error),
        to_wall(from_ms(row.created_at), asked.account.time_zone),
    )


def _whole(records: Iterator[Record]) -> Iterator[Record]:
    """Yield the records until one cannot be read: the rest is told when the file is taken in."""
    try:
        yield from records
    except BadValueError:
        return


def _rewound(stream: IO[bytes]) -> IO[bytes]:
    stream.seek(0)
    return stream


READERS: Handlers = {GetImport: get, ListImports: listing, ListLeftOut: left_out}
WRITERS: Handlers = {NoteImport: note, RunImport: run, DropImport: drop}
