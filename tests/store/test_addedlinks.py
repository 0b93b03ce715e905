from tests.store.rows import entry, part
from tolmach.core.status import Status
from tolmach.store import addedlinks, parts, queue
from tolmach.store.addedlinks import Added
from tolmach.store.database import Tx

Z, A = Added("z", '{"name": "z"}', 1), Added("a", '{"name": "a"}', 2)


def test_links_keep_the_order_in_which_they_were_added(tx: Tx) -> None:
    for one in (Z, A):
        addedlinks.add(tx, one)
    assert addedlinks.everything(tx) == [Z, A]


def test_a_link_goes_and_is_forgotten(tx: Tx) -> None:
    for one in (Z, A):
        addedlinks.add(tx, one)
    assert [addedlinks.remove(tx, "z", 5), addedlinks.remove(tx, "z", 6), addedlinks.remove(tx, "b", 6)] == [
        True,
        False,
        False,
    ]
    assert addedlinks.everything(tx) == [Z._replace(removed_at=5), A]
    for name in ("z", "a"):  # the second was added anew when another process had forgotten it already
        addedlinks.forget(tx, name)
    assert addedlinks.everything(tx) == [A]


def test_only_live_parts_without_a_receipt_are_waited_for(tx: Tx) -> None:
    queue.add(tx, [entry(10), entry(20)])
    told = part("c", message=20)._replace(status=Status.DELIVERED)
    parts.add(tx, [part("a"), part("b", message=30), told, part("d", link="other")])
    assert addedlinks.awaited(tx, "a link") == 1
