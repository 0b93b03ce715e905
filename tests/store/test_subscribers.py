from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine, select

from tolmach.core.bases import Subscriber
from tolmach.core.ids import AccountId
from tolmach.store import subscribers
from tolmach.store.database import Tx
from tolmach.store.schema import greetings, metadata
from tolmach.store.schema import subscribers as table
from tolmach.store.subscribers import Edits

BASE = 7
OWNER = AccountId(3)
FULL = Subscriber(
    "79612242243",
    "Новосибирск",
    "Вымпелком",
    "Константин",
    "Ермолаев",
    "Александрович",
    "1984-08-21",
    "m",
    *("one", "two", "three", "four", "five"),
    changed_at=5,
)


def some(*numbers: int, changed_at: int = 1, born: str = "") -> list[Subscriber]:
    return [Subscriber(f"790000{number:05d}", born=born, changed_at=changed_at) for number in numbers]


def phones(found: Sequence[Subscriber]) -> list[int]:
    return [int(one.phone[-5:]) for one in found]


def test_a_subscriber_is_kept_as_it_was_given(tx: Tx) -> None:
    assert subscribers.write(tx, BASE, 0, Edits(new=[FULL]), OWNER) == 1
    assert subscribers.among(tx, BASE, [FULL.phone, "79000000000"]) == {FULL.phone: (0, FULL)}
    assert subscribers.page(tx, BASE, 0, 10) == [FULL]
    assert subscribers.among(tx, BASE + 1, [FULL.phone]) == {}
    assert tx.execute(select(table.c.birthday)).scalar_one() == 821
    changed = FULL._replace(name="Иван", born="", changed_at=6)
    assert subscribers.write(tx, BASE, 1, Edits(changed=[(0, changed)]), OWNER) == 1
    assert subscribers.page(tx, BASE, 0, 10) == [changed]
    assert tx.execute(select(table.c.birthday)).scalar_one() is None


def test_who_goes_leaves_no_hole(tx: Tx) -> None:
    subscribers.write(tx, BASE, 0, Edits(new=some(*range(10))), OWNER)
    assert subscribers.write(tx, BASE, 10, Edits(gone=[1, 3]), OWNER) == 8
    assert phones(subscribers.page(tx, BASE, 0, 100)) == [0, 8, 2, 9, 4, 5, 6, 7]
    assert subscribers.write(tx, BASE, 8, Edits(new=some(11), gone=[7, 0]), OWNER) == 7
    assert phones(subscribers.page(tx, BASE, 0, 100)) == [11, 8, 2, 9, 4, 5, 6]
    assert phones(subscribers.page(tx, BASE, 5, 100)) == [5, 6]
    assert phones([one for piece in subscribers.everyone(tx, BASE, 7) for one in piece]) == [11, 8, 2, 9, 4, 5, 6]


@given(st.lists(st.tuples(st.integers(0, 6), st.sets(st.integers(0, 30)), st.sets(st.integers(0, 30))), max_size=8))
def test_places_are_never_left_empty(steps: list[tuple[int, set[int], set[int]]]) -> None:
    engine = create_engine("sqlite://")
    with engine.begin() as tx:
        metadata.create_all(tx)
        size, number, there = 0, 0, dict[int, int]()
        for coming, going, changing in steps:
            new = some(*range(number, number + coming))
            number += coming
            gone = [place for place in going if place < size]
            stay = [place for place in changing if place < size and place not in gone]
            page = subscribers.page(tx, BASE, 0, 1000)
            changed = [(place, page[place]._replace(changed_at=len(page))) for place in stay]
            for place in gone:
                del there[int(page[place].phone[-5:])]
            there.update({int(one.phone[-5:]): one.changed_at for one in (*new, *(one for _, one in changed))})
            size = subscribers.write(tx, BASE, size, Edits(new, changed, gone), OWNER)
            found = subscribers.page(tx, BASE, 0, 1000)
            assert {int(one.phone[-5:]): one.changed_at for one in found} == there
            places = list(tx.execute(select(table.c.place).order_by(table.c.place)).scalars())
            assert places == list(range(size))
    engine.dispose()


def test_changes_since_a_moment_come_oldest_first(tx: Tx) -> None:
    size = subscribers.write(tx, BASE, 0, Edits(new=some(1, 2, changed_at=20) + some(3, changed_at=10)), OWNER)
    subscribers.write(tx, BASE, size, Edits(new=some(4, changed_at=30)), OWNER)
    subscribers.write(tx, BASE + 1, 0, Edits(new=some(5, changed_at=30)), OWNER)
    assert subscribers.oldest_change(tx, BASE) == 10
    assert subscribers.oldest_change(tx, 99) is None
    assert [subscribers.changed_since(tx, BASE, since) for since in (0, 10, 11, 20, 30, 31)] == [4, 4, 3, 3, 1, 0]
    assert phones(subscribers.page_since(tx, BASE, 0, 0, 10)) == [3, 1, 2, 4]
    assert phones(subscribers.page_since(tx, BASE, 11, 1, 2)) == [2, 4]
    assert subscribers.page_since(tx, BASE, 11, 3, 2) == []


def test_who_celebrates_and_was_not_greeted(tx: Tx) -> None:
    new = some(2, 1, born="1984-08-21") + some(3, born="2000-02-29") + some(4)
    subscribers.write(tx, BASE, 0, Edits(new=new), OWNER)
    subscribers.write(tx, BASE + 1, 0, Edits(new=some(1, born="1984-08-21")), OWNER)
    assert subscribers.celebrating(tx, BASE, [821], 2026) == [("79000000001", ""), ("79000000002", "")]
    assert subscribers.celebrating(tx, BASE, [228, 229], 2026) == [("79000000003", "")]
    row = {"base_id": BASE, "year": 2026, "phone": "79000000001", "account_id": 1, "reason": "", "at": 1}
    tx.execute(greetings.insert().values(**row))
    assert subscribers.celebrating(tx, BASE, [821], 2026) == [("79000000002", "")]
    assert subscribers.celebrating(tx, BASE, [821], 2027) == [("79000000001", ""), ("79000000002", "")]
    assert subscribers.celebrating(tx, BASE + 1, [821], 2026) == [("79000000001", "")]


def test_a_deleted_base_empties_little_by_little(tx: Tx) -> None:
    subscribers.write(tx, BASE, 0, Edits(new=some(*range(5))), OWNER)
    assert [subscribers.purge(tx, BASE, 2) for _ in range(4)] == [2, 2, 1, 0]
