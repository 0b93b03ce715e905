import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.clock import NOON
from tests.sandbox.legs import CARD, arrival, sms, viber
from tolmach.core.content import Channel, SmsText, ViberCard
from tolmach.core.delivery import Receipt
from tolmach.core.ids import LegId
from tolmach.core.status import Status
from tolmach.sandbox.message import Arrival, Encoding, MessageQuery
from tolmach.sandbox.storage import MEMORY, Storage, StorageError

SECOND = timedelta(seconds=1)


@pytest.fixture
def storage() -> Iterator[Storage]:
    opened = Storage(MEMORY)
    yield opened
    opened.close()


def texts(storage: Storage, query: MessageQuery) -> list[str]:
    return [message.card.text for message in storage.messages(query)]


def test_an_sms_and_a_card_come_back_as_they_went(storage: Storage) -> None:
    answers = storage.take([arrival(sms("79161234500", "Привет\nмир", parts=2)), arrival(viber("79161234501"))], NOON)

    first, second = storage.messages(MessageQuery())
    assert [first.provider_ids, second.provider_ids] == answers
    assert (first.id, first.phone, first.sender, first.channel) == (1, "79161234500", "Tolmach", Channel.SMS)
    assert (first.card, first.parts, first.encoding) == (ViberCard("Привет\nмир"), 2, Encoding.GSM7)
    assert (first.at, first.leg, first.outcome) == (NOON, 11, "silent")
    assert (second.id, second.channel, second.card) == (2, Channel.VIBER, CARD)


def test_every_part_has_its_own_provider_id(storage: Storage) -> None:
    answers = storage.take([arrival(sms("79161234500", parts=3)), arrival(sms("79161234500", parts=0))], NOON)

    ids = [provider_id for answer in answers for provider_id in answer or ()]
    assert len(ids) == len(set(ids)) == 4


def test_a_query_combines_its_conditions(storage: Storage) -> None:
    for turn in range(6):
        storage.take([arrival(sms(f"7916123450{turn % 2}", f"text {turn}"))], NOON + turn * SECOND)

    assert texts(storage, MessageQuery()) == [f"text {turn}" for turn in range(6)]
    assert texts(storage, MessageQuery(phone="79161234501")) == ["text 1", "text 3", "text 5"]
    assert texts(storage, MessageQuery(phone="79161234501", after=2)) == ["text 3", "text 5"]
    assert texts(storage, MessageQuery(since=NOON + 4 * SECOND)) == ["text 4", "text 5"]
    assert texts(storage, MessageQuery(since=NOON + 9 * SECOND)) == []
    assert texts(storage, MessageQuery(containing="xt 3")) == ["text 3"]
    assert texts(storage, MessageQuery(containing="%")) == []
    assert texts(storage, MessageQuery(limit=2)) == ["text 0", "text 1"]
    assert texts(storage, MessageQuery(limit=2, newest=True)) == ["text 4", "text 5"]


def test_what_no_index_finds_is_sought_among_the_newest(storage: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    storage.take([arrival(sms("79161234500", f"text {number}")) for number in range(5)], NOON)
    monkeypatch.setattr("tolmach.sandbox.storage.LOOKED_AT", 2)
    assert texts(storage, MessageQuery(containing="text")) == ["text 3", "text 4"]
    assert len(texts(storage, MessageQuery())) == 5
    assert len(texts(storage, MessageQuery(containing="text", phone="79161234500"))) == 5


def test_since_holds_when_the_clock_went_back(storage: Storage) -> None:
    for text, at in (("late", 60), ("early", 0), ("later", 90)):
        storage.take([arrival(sms("79161234500", text))], NOON + at * SECOND)

    assert texts(storage, MessageQuery(since=NOON + 30 * SECOND)) == ["late", "later"]


def test_phones_by_news_and_by_number(storage: Storage) -> None:
    for turn, phone in enumerate(["79161234502", "79031234501", "79161234500", "79161234502"]):
        storage.take([arrival(sms(phone, f"text {turn}"))], NOON + turn * SECOND)

    newest, *others = storage.phones("", 10)
    assert (newest.phone, newest.messages, newest.last, newest.text) == ("79161234502", 2, 4, "text 3")
    assert newest.at == NOON + 3 * SECOND
    assert [each.phone for each in others] == ["79161234500", "79031234501"]
    assert [each.phone for each in storage.phones("7916", 10)] == ["79161234500", "79161234502"]
    assert [each.phone for each in storage.phones("", 1)] == ["79161234502"]
    assert storage.phones("8", 10) == []


def test_clearing_keeps_numbers_and_receipts(storage: Storage) -> None:
    owed = Arrival(sms("79161234500"), Encoding.GSM7, "delivered", ((Status.DELIVERED, SECOND),))
    storage.take([owed, arrival(sms("79161234501"))], NOON)

    assert storage.clear("79161234501") == 1
    assert storage.clear("") == 1
    assert storage.messages(MessageQuery()) == []
    assert storage.last_id() == 2
    assert len(storage.exchange((), NOON + SECOND, 10).ids) == 1
    storage.take([arrival(sms("79161234500"))], NOON)
    assert storage.last_id() == storage.messages(MessageQuery())[0].id == 3


def test_receipts_come_when_due_and_stay_until_done(storage: Storage) -> None:
    words = ((Status.DELIVERED, SECOND), (Status.READ, 2 * SECOND))
    answers = storage.take([Arrival(viber("79161234500"), Encoding.VIBER, "read", words)], NOON)
    provider_id = (answers[0] or ("",))[0]

    early = storage.exchange((), NOON, 10)
    assert (early.receipts, early.next_at) == ((), NOON + SECOND)
    first = storage.exchange((), NOON + SECOND, 10)
    assert first.receipts == [Receipt("sandbox", provider_id, Status.DELIVERED, NOON + SECOND)]
    assert storage.exchange((), NOON + SECOND, 10) == first
    second = storage.exchange(first.ids, NOON + 5 * SECOND, 10)
    assert second.receipts == [Receipt("sandbox", provider_id, Status.READ, NOON + 2 * SECOND)]
    last = storage.exchange(second.ids, NOON + 5 * SECOND, 10)
    assert (last.receipts, last.next_at) == ((), None)


def test_busy_is_counted_by_leg(storage: Storage) -> None:
    one, two = (replace(arrival(sms("79161234595", leg=leg)), busy_times=2) for leg in (11, 21))

    answers = [storage.take([one, two], NOON) for _ in range(2)] + [storage.take([one], NOON)]

    assert answers[:2] == [[None, None], [None, None]]
    assert answers[2][0] is not None
    assert [message.leg for message in storage.messages(MessageQuery())] == [11]


def test_a_text_that_cannot_be_stored_does_not_spoil_the_batch(storage: Storage) -> None:
    answers = storage.take([arrival(sms("79161234500", "lone \ud83d here")), arrival(sms("79161234500", "\0"))], NOON)

    assert None not in answers
    assert texts(storage, MessageQuery()) == ["lone ? here", "\0"]


def test_a_failed_batch_leaves_nothing(storage: Storage) -> None:
    bad = sms("79161234500")._replace(leg=LegId(2**70))

    with pytest.raises(StorageError, match="OverflowError"):
        storage.take([arrival(sms("79161234500")), arrival(bad)], NOON)

    assert (storage.messages(MessageQuery()), storage.last_id()) == ([], 0)
    assert storage.take([arrival(sms("79161234500"))], NOON)[0] is not None


def test_a_file_opened_again_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "new" / "sandbox.db"
    seen = set[str]()
    for turn in range(3):
        storage = Storage(path)
        seen.update(storage.take([arrival(sms("79161234500", f"text {turn}"))], NOON)[0] or ())
        assert len(storage.messages(MessageQuery())) == turn + 1
        storage.close()

    assert len(seen) == 3


def test_a_new_file_numbers_differently(tmp_path: Path) -> None:
    ids = set[str]()
    for name in ("one.db", "two.db"):
        storage = Storage(tmp_path / name)
        ids.update(storage.take([arrival(sms("79161234500"))], NOON)[0] or ())
        storage.close()

    assert len(ids) == 2


def test_what_is_no_sandbox_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text.db").write_text("this is not a database, " * 100)
    other = sqlite3.connect(tmp_path / "other.db")
    other.execute("PRAGMA user_version = 99")
    other.close()

    for name, words in (("text.db", "not a database"), ("other.db", "version 99"), ("", "unable to open")):
        with pytest.raises(StorageError, match=words):
            Storage(tmp_path / name)


def test_it_is_durable_and_indexed(tmp_path: Path) -> None:
    Storage(tmp_path / "sandbox.db").close()
    file = sqlite3.connect(tmp_path / "sandbox.db")
    plan = file.execute("EXPLAIN QUERY PLAN SELECT * FROM message WHERE id > 5 AND phone = '7' ORDER BY id").fetchall()

    assert file.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert [row[3].partition(" (")[0] for row in plan] == ["SEARCH message USING INDEX message_phone"]
    file.close()


def test_a_closed_file_says_so() -> None:
    storage = Storage(MEMORY)
    storage.close()

    with pytest.raises(StorageError):
        storage.last_id()


def test_an_sms_text_has_no_button(storage: Storage) -> None:
    storage.take([arrival(sms("79161234500")._replace(content=SmsText("plain")))], NOON)

    assert storage.messages(MessageQuery())[0].card == ViberCard("plain")


def test_ids_of_another_are_kept_and_work_in_a_transaction_counts_as_one(storage: Storage) -> None:
    named = replace(arrival(sms("79161234500", parts=2)), ids=("4711", "4712"), smpp="{}")
    with storage.transaction():
        assert storage.put([named, arrival(sms("79161234501"))], NOON)[0] == (1, ("4711", "4712"))
    first, second = storage.messages(MessageQuery())
    assert (first.provider_ids, first.smpp, len(second.provider_ids)) == (("4711", "4712"), "{}", 1)

    def fail() -> None:
        with storage.transaction():
            storage.put([named], NOON)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert len(storage.messages(MessageQuery())) == 2
