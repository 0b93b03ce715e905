from tolmach.core.ids import AccountId
from tolmach.store import inbox
from tolmach.store.database import Tx
from tolmach.store.inbox import Letter, Span

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


def test_an_account_pages_through_its_own_backwards(tx: Tx) -> None:
    inbox.add(tx, [letter(ONE, 30, "a"), letter(ONE, 10, "b"), letter(TWO, 20), letter(ONE, 30, "c")])
    found = inbox.page(tx, ONE, 10)
    assert [one.text for one in found] == ["c", "a", "b"]
    assert [one.text for one in inbox.page(tx, ONE, 10, found[0])] == ["a", "b"]
    assert [one.text for one in inbox.page(tx, ONE, 1, found[1])] == ["b"]
    assert inbox.edge(tx, ONE, 2) == found[1]
    assert inbox.edge(tx, ONE, 1, found[1]) == found[2]
    assert inbox.edge(tx, ONE, 4) is None


def test_those_of_a_sender_within_a_span(tx: Tx) -> None:
    inbox.add(tx, [letter(ONE, 10, "a"), letter(ONE, 20, "b"), letter(ONE, 30, "c"), letter(TWO, 20)])
    newest, middle, _ = inbox.page(tx, ONE, 3)
    for span, texts in (
        (Span(), ["c", "b", "a"]),
        (Span(edge=middle), ["c", "b"]),
        (Span(before=newest), ["b", "a"]),
        (Span(middle, newest), ["b"]),
    ):
        assert [one.text for one in inbox.from_sender(tx, ONE, "7916", span, 10)] == texts
    assert not inbox.from_sender(tx, ONE, "_916", Span(), 10)
