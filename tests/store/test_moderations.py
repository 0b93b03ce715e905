from tests.store.rows import account
from tolmach.core.ids import AccountId
from tolmach.core.moderation import Ruling, Verdict
from tolmach.store import accounts, moderations, queue
from tolmach.store.database import Tx
from tolmach.store.queue import Entry, Kind

YES, NO = Verdict(approved=True, by="ann", reason="fine"), Verdict(approved=False, by="bob", reason="no")


def test_a_text_is_decided_on_once(tx: Tx) -> None:
    owner = accounts.add(tx, account())
    assert moderations.ruling(tx, owner, "d") is None
    number = moderations.add(tx, owner, "d", "text", "a link", 5)
    assert moderations.ruling(tx, owner, "d") == (number, Ruling.WAITING)
    assert moderations.decide(tx, number, [Ruling.WAITING], YES, 7)
    assert not moderations.decide(tx, number, [Ruling.WAITING], NO, 8)
    kept = moderations.by_id(tx, number)
    assert kept is not None
    assert (kept.state, kept.decided_at, kept.decided_by, kept.reason) == (Ruling.APPROVING, 7, "ann", "fine")
    assert moderations.unsettled(tx) == [(number, Ruling.APPROVING)]
    moderations.settle(tx, number, Ruling.REJECTING, Ruling.REJECTED)  # by who has not seen the newest decision
    assert moderations.unsettled(tx) == [(number, Ruling.APPROVING)]
    moderations.settle(tx, number, Ruling.APPROVING, Ruling.APPROVED)
    assert moderations.unsettled(tx) == []


def test_who_waits_for_a_text(tx: Tx) -> None:
    owner = accounts.add(tx, account())
    number = moderations.add(tx, owner, "d", "text", "a link", 5)
    moderations.wait(tx, [(message, number, AccountId(1)) for message in (10, 20, 30)])
    queue.add(tx, [Entry(10, Kind.MODERATE, 9, 1, 9), Entry(20, Kind.SUBMIT, 9, 1, 9)])
    assert list(moderations.waiting(tx, number, 2)) == [10, 20]
    assert queue.on_moderation(tx, [10, 20, 30]) == {10}
    (listed,) = moderations.listed(tx, [Ruling.WAITING], 10)
    assert (listed.messages, listed.text, listed.cause) == (1, "text", "a link")
    moderations.leave(tx, [10, 20])
    assert list(moderations.waiting(tx, number, 9)) == [30]


def test_texts_belong_to_their_account(tx: Tx) -> None:
    one, two = accounts.add(tx, account()), accounts.add(tx, account("other", 8))
    moderations.add(tx, one, "d", "text", "", 5)
    assert moderations.ruling(tx, two, "d") is None
    assert moderations.listed(tx, [Ruling.WAITING], 10, two) == []
    assert moderations.by_id(tx, 99) is None
    assert moderations.of_text(tx, two, "d") is None
    assert moderations.of_text(tx, one, "d") == moderations.by_id(tx, 1)


def test_stop_words(tx: Tx) -> None:
    assert moderations.add_words(tx, ["b", "a"], 1) == 2
    assert moderations.add_words(tx, ["b", "c"], 1) == 1
    assert moderations.words(tx) == ["a", "b", "c"]
    assert moderations.remove_words(tx, ["a", "z"]) == 1
