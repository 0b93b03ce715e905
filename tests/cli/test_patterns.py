"""``tolmach pattern``."""

from pathlib import Path

from tests.cli.stage import Tolmach, complaint, opened
from tolmach.core.ids import AccountId
from tolmach.store import patterns


def test_a_pattern_is_decided_on(tolmach: Tolmach, data: Path) -> None:
    with opened(data / "tolmach.sqlite") as database:
        database.write_now(lambda tx: patterns.add(tx, AccountId(1), "Code", "Код #c#", 1))
    assert [one["text"] for one in tolmach("pattern", "list", "--waiting", "--json").json] == ["Код #c#"]
    assert tolmach("pattern", "approve", "1", "--by", "ann").out == "pattern 1 of demo is approved\n"
    assert tolmach("pattern", "list", "--waiting", "--json").json == []
    assert tolmach("pattern", "reject", "1", "--reason", "why").out == "pattern 1 of demo is rejected\n"
    (row,) = tolmach("pattern", "list", "--account", "demo", "--json").json
    assert (row["state"], row["reason"]) == ("rejected", "why")
    assert "Код #c#" in tolmach("pattern", "list").out
    assert "there is no pattern '2'" in complaint(tolmach("pattern", "approve", "2"), 1)
