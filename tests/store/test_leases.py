from tolmach.store import leases
from tolmach.store.database import Database
from tolmach.store.leases import Lease


def test_leases_are_taken_renewed_and_left(database: Database) -> None:
    mine, other = Lease("duty a", "me", 10, "it is me"), Lease("link x 0", "other", 20)
    database.write_now(lambda tx: leases.take(tx, [mine, other]))
    assert database.read_now(leases.everything) == [mine, other]
    database.write_now(lambda tx: leases.renew(tx, "me", ["duty a", "link x 0"], 30))
    assert database.read_now(leases.everything) == [mine._replace(ends_at=30), other]
    assert database.read_now(lambda tx: leases.any_of_link(tx, "x"))
    database.write_now(lambda tx: leases.release(tx, "other"))
    assert not database.read_now(lambda tx: leases.any_of_link(tx, "x"))
    database.write_now(lambda tx: leases.forget(tx, ["duty a"]))
    assert database.read_now(leases.everything) == []


def test_a_look_tells_the_moment_of_the_database(database: Database) -> None:
    before = database.read_now(leases.clock)
    moment, rows = database.write_now(leases.look)
    assert before <= moment <= database.read_now(leases.clock)
    assert rows == []
