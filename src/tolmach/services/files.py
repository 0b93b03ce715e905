"""Files that clients upload: on the disk first, in the database then, and swept up when they never got there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from tolmach.core.commands import NoteFile, StoreFile
from tolmach.core.commands.files import ListOwnFiles
from tolmach.core.errors import Failure, RequestError, StoreUnavailableError
from tolmach.core.files import FileKind, attachment, kind_of, label_of
from tolmach.core.ids import AccountId
from tolmach.core.moderation import Verdict
from tolmach.core.moments import from_ms, to_ms
from tolmach.core.results import FileStored
from tolmach.core.results.files import OwnFile
from tolmach.services import accounts
from tolmach.services.administration import NotFoundError
from tolmach.services.context import Context, Handlers
from tolmach.store import accounts as stored_accounts
from tolmach.store import files
from tolmach.store.database import Database, Tx
from tolmach.store.files import StoredFile
from tolmach.store.folder import Folder

MEBIBYTE = 1024 * 1024
SHOWN = 50  # files of an account
SWEEP_AFTER = 3600.0  # seconds: an upload is in the database long before


@dataclass(frozen=True, slots=True)
class Listed:
    """A file with its account's login."""

    login: str
    file: StoredFile


@dataclass(frozen=True, slots=True)
class Download:
    """A file as it may be given to a moderator's browser."""

    headers: dict[str, str]
    content: bytes


class Files:
    """Keeps contents in a folder, up to ``limit`` bytes each and ``account_limit`` bytes per account."""

    def __init__(self, folder: Folder, limit: int = 5 * MEBIBYTE, account_limit: int = 100 * MEBIBYTE) -> None:
        self.folder = folder
        self._limit = limit
        self._account_limit = account_limit

    def known(self, tx: Tx, account: AccountId, command: StoreFile) -> FileStored | None:
        """Return the account's file of the same content; RequestError BAD_FIELD or TOO_LARGE for what is not kept."""
        if len(command.content) > self._limit:
            raise RequestError(Failure.TOO_LARGE, f"a file of {len(command.content)} bytes")
        if kind_of(command.content) is None:
            raise RequestError(Failure.BAD_FIELD, "a kind of file that is not kept")
        same = files.same(tx, account, sha256(command.content).hexdigest())
        if same is not None:
            return FileStored(same.id)
        if files.total(tx, account) + len(command.content) > self._account_limit:
            raise RequestError(Failure.TOO_LARGE, "the account has no room for more files")
        return None

    def keep(self, command: StoreFile) -> NoteFile:
        """Put a content on the disk (this takes its time); StoreUnavailableError when the disk does not take it."""
        kind = kind_of(command.content)
        assert kind is not None
        try:
            stored = self.folder.put(command.content)
        except OSError as error:
            raise StoreUnavailableError(error.strerror or str(error)) from error
        digest = sha256(command.content).hexdigest()
        return NoteFile(stored, label_of(command.label), kind.value, len(command.content), digest)

    def sweep(self, database: Database, now: datetime) -> int:
        """Remove what lies in the folder and belongs to no file; return how many there were."""
        latest = now.timestamp() - SWEEP_AFTER
        old = [name for name, changed in self.folder.names() if changed < latest]
        orphans = set(old) - database.read_now(lambda tx: files.known(tx, old))
        for name in orphans:
            self.folder.drop(name)
        return len(orphans)


def note_file(asked: Context, command: NoteFile) -> FileStored:
    """Store the row of a file that is on the disk."""
    row = StoredFile(
        id=0,
        account=asked.account.id,
        stored=command.stored,
        label=command.label,
        kind=command.kind,
        size=command.size,
        digest=command.digest,
        created_at=to_ms(asked.now),
    )
    return FileStored(files.add(asked.tx, row))


def list_own(asked: Context, _command: ListOwnFiles) -> Sequence[OwnFile]:
    """Return the newest files of the account."""
    return [
        OwnFile(one.id, one.label, from_ms(one.created_at), one.state, one.reason)
        for one in files.newest(asked.tx, asked.account.id, SHOWN)
    ]


# --- the operator's side


def listing(tx: Tx, login: str | None = None) -> Sequence[Listed]:
    """Return the files of one account or of all; NotFoundError."""
    logins = {one.id: one.login for one in stored_accounts.everyone(tx)}
    chosen = None if login is None else accounts.find(tx, login).id
    return [Listed(logins[one.account], one) for one in files.listed(tx, chosen)]


def find(tx: Tx, number: int) -> Listed:
    """Return a file; NotFoundError."""
    found = files.by_id(tx, number)
    account = None if found is None else stored_accounts.by_id(tx, found.account)
    if found is None or account is None:
        raise NotFoundError("file", str(number))
    return Listed(account.login, found)


def waiting(tx: Tx, limit: int) -> Sequence[Listed]:
    """Return files that wait for a moderator, oldest first."""
    return _listed(tx, files.waiting(tx, limit))


def decided(tx: Tx, limit: int) -> Sequence[Listed]:
    """Return files that were decided on, the newest decisions first."""
    return _listed(tx, files.decided(tx, limit))


def decide(tx: Tx, number: int, verdict: Verdict, now: datetime) -> None:
    """Approve or reject a file, also one that was decided on; NotFoundError."""
    if not files.decide(tx, (number,), verdict, to_ms(now)):
        raise NotFoundError("file", str(number))


def _listed(tx: Tx, found: Sequence[StoredFile]) -> Sequence[Listed]:
    logins = accounts.logins(tx) if found else {}
    return [Listed(logins.get(one.account, ""), one) for one in found]


def download(tx: Tx, folder: Folder, number: int) -> Download:
    """Return a file for a moderator: to be saved, never to be shown by a browser; NotFoundError."""
    found = find(tx, number).file
    try:
        content = folder.get(found.stored)
    except FileNotFoundError:
        raise NotFoundError("content of file", str(number)) from None
    return Download(attachment(number, FileKind(found.kind)), content)


READERS: Handlers = {ListOwnFiles: list_own}
WRITERS: Handlers = {NoteFile: note_file}
