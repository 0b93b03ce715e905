from tolmach.store import inbox_parts
from tolmach.store.database import Tx
from tolmach.store.inbox_parts import Bundle, InboxPart

BUNDLE = Bundle("79161234567", "1234", 7, 2)
OTHER = Bundle("79161234567", "1234", 8, 2)


def part(number: int, text: str = "a", at: int = 10, bundle: Bundle = BUNDLE) -> InboxPart:
    return InboxPart(bundle, number, "carrier", text, at)


def test_parts_of_a_message(tx: Tx) -> None:
    inbox_parts.add(tx, part(2, "b\ud83d"))
    inbox_parts.add(tx, part(1, "a"))
    inbox_parts.add(tx, part(1, bundle=OTHER))
    assert list(inbox_parts.of_bundle(tx, BUNDLE)) == [part(1, "a"), part(2, "b\ud83d")]
    inbox_parts.join(tx, BUNDLE, 50)
    assert [one.joined for one in inbox_parts.of_bundle(tx, BUNDLE)] == [True, True]
    assert [one.joined for one in inbox_parts.of_bundle(tx, OTHER)] == [False]
    inbox_parts.drop(tx, BUNDLE)
    assert not inbox_parts.of_bundle(tx, BUNDLE)


def test_what_waits_and_what_is_purged(tx: Tx) -> None:
    inbox_parts.add(tx, part(1, at=10))
    inbox_parts.add(tx, part(1, at=20, bundle=OTHER))
    assert list(inbox_parts.waiting(tx, 20, 10)) == [BUNDLE]
    assert set(inbox_parts.waiting(tx, 21, 10)) == {BUNDLE, OTHER}
    assert len(inbox_parts.waiting(tx, 21, 1)) == 1
    inbox_parts.join(tx, BUNDLE, 30)
    assert list(inbox_parts.waiting(tx, 21, 10)) == [OTHER]
    assert inbox_parts.purge(tx, 10) == 0
    assert inbox_parts.purge(tx, 11) == 1
    assert not inbox_parts.of_bundle(tx, BUNDLE)
