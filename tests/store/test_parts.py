from tests.store.rows import part
from tolmach.core.status import Status
from tolmach.store import parts
from tolmach.store.database import Tx
from tolmach.store.parts import Orphan


def orphan(provider_id: str = "abc", status: Status = Status.DELIVERED, link: str = "a link") -> Orphan:
    return Orphan(link, provider_id, status, 1_001, 1_002)


def test_a_stored_part_is_read_back_whole(tx: Tx) -> None:
    parts.add(tx, [part()])
    assert parts.by_provider_id(tx, "a link", ["abc"]) == {"abc": part()}
    assert parts.of_messages(tx, [10]) == {10: [part()]}


def test_ids_are_a_links_own(tx: Tx) -> None:
    parts.add(tx, [part(), part(link="other", message=20)])
    assert parts.by_provider_id(tx, "other", ["abc", "x"]) == {"abc": part(link="other", message=20)}
    assert parts.by_provider_id(tx, "third", ["abc"]) == {}


def test_an_id_that_a_carrier_gives_twice_stays_with_who_waits_for_it(tx: Tx) -> None:
    parts.add(tx, [part()])
    parts.add(tx, [part(message=20), part("def", message=20)])
    assert parts.by_provider_id(tx, "a link", ["abc", "def"]) == {"abc": part(), "def": part("def", message=20)}


def test_an_id_that_a_carrier_uses_again_belongs_to_the_new_message(tx: Tx) -> None:
    """Counters of carriers start again; what is final waits for nothing any more."""
    parts.add(tx, [part()])
    told = part()._replace(status=Status.DELIVERED)
    parts.save(tx, [told])
    parts.add(tx, [part()])
    assert parts.by_provider_id(tx, "a link", ["abc"]) == {"abc": told}
    parts.add(tx, [part(message=20, step=1, number=1)])
    assert parts.by_provider_id(tx, "a link", ["abc"]) == {"abc": part(message=20, step=1, number=1)}
    assert parts.of_messages(tx, [20]) == {20: [part(message=20, step=1, number=1)]}


def test_saving_changes_status_and_moment(tx: Tx) -> None:
    parts.add(tx, [part(), part("def"), part(link="other")])
    told = part()._replace(status=Status.READ, changed_at=2_001)
    parts.save(tx, [told])
    assert parts.by_provider_id(tx, "a link", ["abc", "def"]) == {"abc": told, "def": part("def")}
    assert parts.by_provider_id(tx, "other", ["abc"]) == {"abc": part(link="other")}


def test_parts_come_in_order(tx: Tx) -> None:
    stored = [part("c", number=3), part("a", number=1), part("b", number=2), part("s", number=1, step=1)]
    parts.add(tx, [*stored, part("z", message=20)])
    assert [one.provider_id for one in parts.of_messages(tx, [10, 30])[10]] == ["s", "a", "b", "c"]
    assert set(parts.of_messages(tx, [10, 30])) == {10}
    assert parts.of_messages(tx, []) == {}


def test_orphans_are_taken_once_oldest_first(tx: Tx) -> None:
    first, second = orphan(), orphan(status=Status.READ)
    parts.keep_orphans(tx, [first, orphan("other"), orphan(link="other"), second])
    assert parts.take_orphans(tx, "a link", ["abc", "def"]) == [first, second]
    assert list(parts.take_orphans(tx, "a link", ["abc", "def"])) == []
    assert parts.take_orphans(tx, "other", ["abc"]) == [orphan(link="other")]
    assert parts.take_orphans(tx, "a link", ["other"]) == [orphan("other")]


def test_no_orphans_at_all(tx: Tx) -> None:
    parts.keep_orphans(tx, [])
    parts.add(tx, [])
    parts.save(tx, [])
    assert list(parts.take_orphans(tx, "a link", ["abc"])) == []
    parts.keep_orphans(tx, [orphan()])
    assert list(parts.take_orphans(tx, "a link", [])) == []
