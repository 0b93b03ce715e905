import asyncio

from tests.store.rows import entry
from tolmach.store import queue
from tolmach.store.database import Database, Tx
from tolmach.store.place import Place
from tolmach.store.queue import Entry, Kind, Lease


def take(tx: Tx, now: int, worker: str = "worker", limit: int = 10, kind: Kind = Kind.SUBMIT) -> list[Entry]:
    return list(queue.claim(tx, kind, Lease(worker, now, now + 60), limit))


def test_a_stored_duty_is_read_back_whole(tx: Tx) -> None:
    stored = Entry(10, Kind.GIVE_UP, 1_001, 2, 1_002, 3, "somebody", uncertain=True)
    queue.add(tx, [stored])
    assert queue.by_ids(tx, [10, 20]) == {10: stored}
    assert queue.by_ids(tx, []) == {}


def test_a_claim_is_a_lease(tx: Tx) -> None:
    queue.add(tx, [entry()])
    (claimed,) = take(tx, 1_001)
    assert claimed == entry()._replace(due_at=1_061, attempts=1, claimed_by="worker")
    assert take(tx, 1_060) == []


def test_what_is_claimed_is_in_hand(tx: Tx) -> None:
    queue.add(tx, [entry(), entry(20), entry(30, kind=Kind.GIVE_UP)._replace(claimed_by="worker")])
    assert queue.in_hand(tx, [10, 20, 30]) == frozenset()
    take(tx, 1_001, limit=1)
    assert queue.in_hand(tx, [10, 20, 30, 40]) == {10}


def test_a_lease_that_ran_out_makes_the_duty_uncertain(tx: Tx) -> None:
    queue.add(tx, [entry()])
    take(tx, 1_001)
    (again,) = take(tx, 1_061, "other")
    assert again == entry()._replace(due_at=1_121, attempts=2, claimed_by="other", uncertain=True)
    (third,) = take(tx, 1_121)
    assert (third.attempts, third.uncertain) == (3, True)


def test_only_what_is_due_of_the_kind_is_claimed(tx: Tx) -> None:
    queue.add(tx, [entry(10), entry(20, due=1_002), entry(30, kind=Kind.GIVE_UP)])
    assert queue.next_due(tx, Kind.SUBMIT) == 1_001
    assert [one.message for one in take(tx, 1_001)] == [10]
    assert [one.message for one in take(tx, 1_001, kind=Kind.GIVE_UP)] == [30]
    assert queue.next_due(tx, Kind.SUBMIT) == 1_002


def test_who_waits_longest_is_claimed_first(tx: Tx) -> None:
    queue.add(tx, [entry(number, due=2_000 - number) for number in (10, 20, 30, 40)])
    assert {one.message for one in take(tx, 3_000, limit=2)} == {30, 40}
    assert {one.message for one in take(tx, 3_000, limit=2)} == {10, 20}


def test_a_new_duty_drops_the_lease(tx: Tx) -> None:
    queue.add(tx, [entry(10), entry(20)])
    take(tx, 1_001)
    take(tx, 1_061)
    queue.change(tx, [Entry(10, Kind.GIVE_UP, 7_001, 3, 7_002, 4)])
    stored = queue.by_ids(tx, [10, 20])
    assert stored[10] == Entry(10, Kind.GIVE_UP, 7_001, 3, 7_002, 4, "", uncertain=False)
    assert (stored[20].claimed_by, stored[20].uncertain) == ("worker", True)


def test_a_busy_duty_is_not_uncertain_when_it_is_claimed_again(tx: Tx) -> None:
    queue.add(tx, [entry()])
    (claimed,) = take(tx, 1_001)
    queue.change(tx, [claimed._replace(due_at=1_010)])
    (again,) = take(tx, 1_010)
    assert (again.attempts, again.uncertain) == (2, False)


def test_final_messages_have_no_duty(tx: Tx) -> None:
    queue.add(tx, [entry(10), entry(20), entry(30)])
    queue.remove(tx, [10, 30, 99])
    assert set(queue.by_ids(tx, [10, 20, 30])) == {20}


def test_an_empty_queue(tx: Tx) -> None:
    queue.add(tx, [])
    queue.change(tx, [])
    queue.remove(tx, [])
    assert take(tx, 10**15) == []
    assert queue.next_due(tx, Kind.SUBMIT) is None


def test_leases_of_an_earlier_life_can_be_released(tx: Tx) -> None:
    queue.add(tx, [entry(10), entry(20), entry(30, due=9_000), entry(40, kind=Kind.GIVE_UP)])
    take(tx, 1_001)
    take(tx, 1_001, kind=Kind.GIVE_UP)
    assert queue.release_leases(tx, Kind.SUBMIT, 1_002) == 2
    assert [(one.message, one.uncertain) for one in take(tx, 1_002)] == [(10, True), (20, True)]


async def test_two_workers_never_get_the_same_duty(place: Place) -> None:
    one, two = Database(place), Database(place)
    numbers = [10 * number for number in range(1, 401)]
    try:
        one.write_now(lambda tx: queue.add(tx, [entry(number) for number in numbers]))

        async def work(database: Database, name: str) -> list[int]:
            taken: list[int] = []
            while found := await database.write(lambda tx: take(tx, 5_000, name, 7)):
                taken += [each.message for each in found]
            return taken

        shares = await asyncio.gather(work(one, "one"), work(two, "two"), work(one, "three"))
        assert sorted(number for share in shares for number in share) == numbers
    finally:
        one.close()
        two.close()
