from tolmach.core.ids import AccountId
from tolmach.store import inbox
from tolmach.store.database import Tx
from tolmach.store.inbox import Letter

ONE, TWO = AccountId(1), AccountId(2)


def letter(account: AccountId | None, at: int, text: str = "hi") -> Letter:
    return Letter(account, at, "79161234567", "1234", "", "carrier", text)


def test_an_account_reads_its_own_between_two_moments(tx: Tx) -> None:
    inbox.add(tx, [letter(ONE, 10, "a"), letter(TWO, 11), letter(ONE, 20, "b"), letter(ONE, 30, "c"), letter(None, 12)])
    assert [one.text for one in inbox.between(tx, ONE, 10, 30, 100)] == ["a", "b"]
    assert [one.text for one in inbox.between(tx, ONE, 11, 31, 1)] == ["b"]
    inbox.add(tx, [])


def test_an_operator_reads_the_newest(tx: Tx) -> None:
    inbox.add(tx, [letter(ONE, 1, "a"), letter(None, 2, "b"), letter(TWO, 3, "c")])
    assert [one.text for one in inbox.newest(tx, None, 10, everybody=True)] == ["c", "b", "a"]
    assert [one.text for one in inbox.newest(tx, None, 10)] == ["b"]
    assert [one.text for one in inbox.newest(tx, TWO, 10)] == ["c"]
    assert [one.text for one in inbox.newest(tx, None, 1, everybody=True)] == ["c"]


def test_what_is_nobodys_can_be_given_away_once(tx: Tx) -> None:
    inbox.add(tx, [letter(None, 2)])
    (one,) = inbox.newest(tx, None, 1)
    inbox.assign(tx, one.id, ONE, 50)
    inbox.assign(tx, one.id, TWO, 60)
    assert inbox.by_id(tx, one.id) == Letter(ONE, 50, "79161234567", "1234", "", "carrier", "hi", one.id)
    assert inbox.remove(tx, one.id)
    assert not inbox.remove(tx, one.id)
    assert inbox.by_id(tx, one.id) is None
