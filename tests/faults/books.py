"""The books of a database: what is true of its messages and their money in the end, whatever went wrong before."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.databases import place_of
from tests.faults.processes import report, told
from tests.gateway import assert_balanced
from tolmach.core.money import SCALE
from tolmach.store.database import Database

FREE = ("unknown", "refused")  # ends that cost nothing
MOVED = "SELECT message_id, kind, held FROM ledger WHERE message_id IS NOT NULL ORDER BY id"


@dataclass(frozen=True)
class Books:
    """What a database says of its messages, by their ids."""

    ends: Mapping[int, str]
    phones: Mapping[int, str]
    uncertain: Mapping[int, str]
    """Why nobody knows whether it was sent."""

    @classmethod
    def closed(cls, data: Path, total: int) -> "Books":
        """Read those of a data directory: so many messages, each final, held once, then paid or given back, once."""
        assert told(data, "SELECT count(*) FROM queue") == [(0,)]
        steps = told(data, "SELECT message_id, status FROM legs")
        phones = dict(told(data, "SELECT id, recipient FROM messages"))
        uncertain = dict(told(data, "SELECT message_id, reason FROM legs WHERE uncertain"))
        books = cls(dict(steps), phones, uncertain)
        assert len(steps) == len(books.ends) == total
        assert books.phones.keys() == books.ends.keys()
        books._check_money(data)
        return books

    def _check_money(self, data: Path) -> None:
        database = Database(place_of(data))
        try:
            database.read_now(assert_balanced)
        finally:
            database.close()
        moved: dict[int, list[tuple[str, int]]] = {}
        for number, kind, held in told(data, MOVED):
            moved.setdefault(number, []).append((kind, int(held)))
        assert moved.keys() == self.ends.keys()
        for number, end in self.ends.items():
            assert moved[number] == [("hold", SCALE), ("release" if end in FREE else "capture", -SCALE)]

    def compare(self, arrived: Mapping[str, int], words: str) -> set[str]:
        """See that each phone has its message, once unless it is marked; return those that have it twice or more.

        ``arrived``: how often a message came to each phone, of which each was to get one. A message that is marked may
        be missing, too: nobody knows whether it was sent.
        """
        marked = {self.phones[number] for number in self.uncertain}
        twice = {phone for phone, count in arrived.items() if count > 1}
        ours = set(self.phones.values())
        report(
            f"{words}: {len(self.ends)} messages, lost {len(ours - arrived.keys() - marked)}, charged twice 0,"
            f" without a final status 0, {len(twice)} twice, of them not marked {len(twice - marked)},"
            f" {len(marked)} marked"
        )
        assert len(ours) == len(self.ends)
        assert arrived.keys() <= ours
        assert ours - arrived.keys() <= marked
        assert twice <= marked
        return twice
