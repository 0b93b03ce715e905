from tolmach.store import counters, numbering
from tolmach.store.database import Database
from tolmach.store.numbering import Imported


def test_a_table_takes_the_place_of_the_one_before(database: Database) -> None:
    first = Imported(1, 10, "one.csv")
    database.write_now(lambda tx: numbering.replace(tx, numbering.RANGES, "a", b"first", first))
    database.write_now(lambda tx: numbering.replace(tx, numbering.PORTED, "p", b"ported", first))
    before = database.read_now(lambda tx: counters.value(tx, counters.REVISION))
    second = Imported(2, 20, "two.csv")
    database.write_now(lambda tx: numbering.replace(tx, numbering.RANGES, "b", b"second", second))
    assert database.read_now(lambda tx: counters.value(tx, counters.REVISION)) > before
    assert database.read_now(numbering.digests) == {numbering.RANGES: "b", numbering.PORTED: "p"}
    assert database.read_now(lambda tx: numbering.content(tx, numbering.RANGES)) == b"second"
    assert database.read_now(lambda tx: numbering.about(tx, numbering.RANGES)) == second._replace(octets=6)


def test_nothing_imported_and_forgotten(database: Database) -> None:
    assert database.read_now(numbering.digests) == {}
    assert database.read_now(lambda tx: numbering.content(tx, numbering.RANGES)) is None
    assert database.read_now(lambda tx: numbering.about(tx, numbering.RANGES)) is None
    assert not database.write_now(lambda tx: numbering.remove(tx, numbering.RANGES))
    database.write_now(lambda tx: numbering.replace(tx, numbering.RANGES, "a", b"x", Imported(1, 1, "")))
    assert database.write_now(lambda tx: numbering.remove(tx, numbering.RANGES))
    assert database.read_now(numbering.digests) == {}
