from tolmach.core.status import Status
from tolmach.store import orphans, parts
from tolmach.store.database import Tx
from tolmach.store.orphans import Kept
from tolmach.store.parts import Orphan

ROWS = [Orphan(link, str(number), Status.DELIVERED, number, 100 + number) for number, link in enumerate("aba", 1)]


def test_pages(tx: Tx) -> None:
    parts.keep_orphans(tx, ROWS)
    assert [one.id for one in orphans.page(tx, "", 0, 2)] == [3, 2]
    assert [one.id for one in orphans.page(tx, "", 2, 2)] == [1]
    assert orphans.page(tx, "b", 0, 9) == [Kept(2, "b", "2", Status.DELIVERED, 2, 102)]


def test_how_many_came_lately(tx: Tx) -> None:
    parts.keep_orphans(tx, ROWS)
    assert (orphans.count_since(tx, 102, 9), orphans.count_since(tx, 102, 1), orphans.count_since(tx, 200, 9)) == (
        2,
        1,
        0,
    )
