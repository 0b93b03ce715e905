"""Files of accounts: what is known of them. Their contents lie in a `tolmach.store.folder.Folder`."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, func, insert, select, update

from tolmach.core.ids import AccountId
from tolmach.core.moderation import Verdict
from tolmach.core.results import SenderState
from tolmach.store import counters
from tolmach.store.database import Tx
from tolmach.store.schema import files

CHUNK = 500  # names in one question


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file; ``stored`` is its name on the disk, ``label`` what the client called it, ``digest`` its SHA-256.

    ``state`` is one of `SenderState`: order (it waits for a moderator), completed or rejected.
    """

    id: int
    account: AccountId
    stored: str
    label: str
    kind: str
    size: int
    digest: str
    created_at: int
    state: str = SenderState.ORDER
    decided_at: int | None = None
    decided_by: str = ""
    reason: str = ""


def add(tx: Tx, file: StoredFile) -> int:
    """Store a new file under the next number, which is returned."""
    number = counters.reserve(tx, counters.FILES, 1)
    values = {
        "account_id": file.account,
        "stored": file.stored,
        "label": file.label,
        "kind": file.kind,
        "size": file.size,
        "digest": file.digest,
        "created_at": file.created_at,
    }
    tx.execute(insert(files).values(id=number, **values))
    return number


def by_id(tx: Tx, number: int) -> StoredFile | None:
    """Return a file of any account: for moderators."""
    row = tx.execute(select(files).where(files.c.id == number)).first()
    return None if row is None else _file(row)


def owned(tx: Tx, account: AccountId, ids: Collection[int]) -> frozenset[int]:
    """Return which of these files are an account's own."""
    asked = select(files.c.id).where(files.c.account_id == account, files.c.id.in_(list(ids)))
    return frozenset(tx.execute(asked).scalars())


def same(tx: Tx, account: AccountId, digest: str) -> StoredFile | None:
    """Return the account's file of that content."""
    asked = select(files).where(files.c.account_id == account, files.c.digest == digest).order_by(files.c.id)
    row = tx.execute(asked.limit(1)).first()
    return None if row is None else _file(row)


def total(tx: Tx, account: AccountId) -> int:
    """Return how many bytes an account's files have."""
    asked = select(func.coalesce(func.sum(files.c.size), 0)).where(files.c.account_id == account)
    return int(tx.execute(asked).scalar_one())


def listed(tx: Tx, account: AccountId | None = None) -> Sequence[StoredFile]:
    """Return the files of one account or of all, oldest first."""
    asked = select(files) if account is None else select(files).where(files.c.account_id == account)
    return [_file(row) for row in tx.execute(asked.order_by(files.c.id))]


def newest(tx: Tx, account: AccountId, limit: int) -> Sequence[StoredFile]:
    """Return the newest files of an account, newest first."""
    asked = select(files).where(files.c.account_id == account).order_by(files.c.id.desc()).limit(limit)
    return [_file(row) for row in tx.execute(asked)]


def waiting(tx: Tx, limit: int) -> Sequence[StoredFile]:
    """Return files that wait for a decision, oldest first."""
    asked = select(files).where(files.c.state == SenderState.ORDER).order_by(files.c.id).limit(limit)
    return [_file(row) for row in tx.execute(asked)]


def decided(tx: Tx, limit: int) -> Sequence[StoredFile]:
    """Return files that somebody decided on, the newest decisions first."""
    asked = select(files).where(files.c.decided_at.is_not(None))
    return [_file(row) for row in tx.execute(asked.order_by(files.c.decided_at.desc(), files.c.id.desc()).limit(limit))]


def decide(tx: Tx, ids: Collection[int], verdict: Verdict, now: int, states: Collection[str] = ()) -> int:
    """Write a decision down on files in some states (none named: in any); return how many there were."""
    chosen = update(files).where(files.c.id.in_(list(ids)))
    if states:
        chosen = chosen.where(files.c.state.in_(list(states)))
    values = {
        "state": SenderState.COMPLETED if verdict.approved else SenderState.REJECTED,
        "decided_at": now,
        "decided_by": verdict.by[:64],
        "reason": verdict.reason[:255],
    }
    return tx.execute(chosen.values(values)).rowcount


def known(tx: Tx, names: Collection[str]) -> frozenset[str]:
    """Return which of these names on the disk belong to a file."""
    listed, found = list(names), set[str]()
    for start in range(0, len(listed), CHUNK):
        asked = select(files.c.stored).where(files.c.stored.in_(listed[start : start + CHUNK]))
        found.update(tx.execute(asked).scalars())
    return frozenset(found)


def _file(row: Row[Any]) -> StoredFile:
    return StoredFile(
        id=row.id,
        account=AccountId(row.account_id),
        stored=row.stored,
        label=row.label,
        kind=row.kind,
        size=row.size,
        digest=row.digest,
        created_at=row.created_at,
        state=row.state,
        decided_at=row.decided_at,
        decided_by=row.decided_by,
        reason=row.reason,
    )
