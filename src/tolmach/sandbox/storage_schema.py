"""The tables of the sandbox's file, and how a file of an earlier version gets what it lacks."""

import secrets
import sqlite3
from typing import Final

_VERSION: Final = 6
# `waits`: until when a message waits for its phone to be switched on, else 0
_PHONES: Final = (
    "CREATE INDEX message_waits ON message (waits) WHERE waits > 0",
    """CREATE TABLE phone (
         number TEXT PRIMARY KEY, off INTEGER NOT NULL, chosen TEXT NOT NULL) STRICT, WITHOUT ROWID""",
)
# what was written on the phones, for those who look at them; `tolmach.sandbox.replies` has what the gateway lacks yet
_SAID: Final = (
    """CREATE TABLE said (
         id INTEGER PRIMARY KEY, phone TEXT NOT NULL, recipient TEXT NOT NULL, text TEXT NOT NULL,
         at INTEGER NOT NULL) STRICT""",
    "CREATE INDEX said_phone ON said (phone, id)",
)
_SCHEMA: Final = (
    # `prefix` of provider ids tells this file from one removed before it; `next_id` never goes back
    "CREATE TABLE numbering (prefix TEXT NOT NULL, next_id INTEGER NOT NULL) STRICT",
    # moments are microseconds since 1970 UTC
    """CREATE TABLE message (
         id INTEGER PRIMARY KEY, phone TEXT NOT NULL, sender TEXT NOT NULL, channel TEXT NOT NULL,
         text TEXT NOT NULL, button_text TEXT NOT NULL, button_url TEXT NOT NULL, image_url TEXT NOT NULL,
         parts INTEGER NOT NULL, encoding TEXT NOT NULL, outcome TEXT NOT NULL,
         at INTEGER NOT NULL, leg INTEGER NOT NULL,
         ids TEXT NOT NULL DEFAULT '', smpp TEXT NOT NULL DEFAULT '', content TEXT NOT NULL DEFAULT '',
         raw TEXT NOT NULL DEFAULT '', waits INTEGER NOT NULL DEFAULT 0, pressed INTEGER NOT NULL DEFAULT 0) STRICT""",
    "CREATE INDEX message_phone ON message (phone, id)",
    "CREATE INDEX message_at ON message (at)",
    """CREATE TABLE receipt (
         id INTEGER PRIMARY KEY, due_at INTEGER NOT NULL, provider_id TEXT NOT NULL, status TEXT NOT NULL) STRICT""",
    "CREATE INDEX receipt_due ON receipt (due_at, id)",
    *_PHONES,
    *_SAID,
    "CREATE TABLE busy (leg INTEGER PRIMARY KEY, times INTEGER NOT NULL) STRICT",
)
_STEPS: Final[dict[int, tuple[str, ...]]] = {
    1: (
        "ALTER TABLE message ADD COLUMN ids TEXT NOT NULL DEFAULT ''",  # of the parts, where the file did not make them
        "ALTER TABLE message ADD COLUMN smpp TEXT NOT NULL DEFAULT ''",
    ),
    2: ("ALTER TABLE message ADD COLUMN content TEXT NOT NULL DEFAULT ''",),  # of what is no plain text
    3: ("ALTER TABLE message ADD COLUMN raw TEXT NOT NULL DEFAULT ''",),  # what came over SMPP
    4: (
        "ALTER TABLE message ADD COLUMN waits INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE message ADD COLUMN pressed INTEGER NOT NULL DEFAULT 0",
        *_PHONES,
    ),
    5: _SAID,
}
"""What leads from a version to the next."""


class StorageError(Exception):
    """The file could not be opened, read or written."""


def prepare(connection: sqlite3.Connection) -> str:
    """Create the tables or bring them up to date; return the prefix of this file's provider ids."""
    connection.execute("PRAGMA busy_timeout = 5000")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA cache_size = -32768")  # KiB; phones come in no order, so their index is touched all over
    connection.execute("BEGIN IMMEDIATE")
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version == 0:
        for statement in _SCHEMA:
            connection.execute(statement)
        connection.execute("INSERT INTO numbering VALUES (?, 1)", (secrets.token_hex(4),))
    elif version > _VERSION or version < 0:
        raise StorageError(f"the sandbox file is of version {version}, not {_VERSION}; remove it to start anew")
    else:
        for step in range(version, _VERSION):
            for statement in _STEPS[step]:
                connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {_VERSION}")
    connection.execute("COMMIT")
    return str(connection.execute("SELECT prefix FROM numbering").fetchone()[0])
