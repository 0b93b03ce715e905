"""What people do with virtual phones."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.clock import NOON
from tests.sandbox.legs import CARD, arrival, sms, viber
from tolmach.core.content import Channel, SmsText, WapPush
from tolmach.core.delivery import Submission
from tolmach.core.status import Status
from tolmach.sandbox.handset import RESET, Change, Handset
from tolmach.sandbox.handsets import Handsets, NotPossible, NotThere
from tolmach.sandbox.message import Arrival, MessageQuery
from tolmach.sandbox.outcomes import Fate
from tolmach.sandbox.storage import MEMORY, Storage

PHONE = "79161234500"
SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)
OFF, ON = Handset(PHONE, False), Handset(PHONE)
STATUSES = ((Status.DELIVERED, SECOND), (Status.READ, 2 * SECOND))


@pytest.fixture
def storage() -> Iterator[Storage]:
    opened = Storage(MEMORY)
    yield opened
    opened.close()


@pytest.fixture
def handsets(storage: Storage) -> Handsets:
    return Handsets(storage)


def delivered(submission: Submission) -> Arrival:
    statuses = STATUSES[: 1 if submission.channel is Channel.SMS else 2]
    return replace(arrival(submission), outcome=str(statuses[-1][0]), receipts=statuses)


def outcomes(storage: Storage) -> list[str]:
    return [message.outcome for message in storage.messages(MessageQuery())]


def due(storage: Storage, at: datetime) -> list[tuple[str, Status, datetime]]:
    receipts = storage.exchange((), at, 100).receipts
    return [(one.provider_id, one.status, one.at) for one in receipts]


def switch(handsets: Handsets, on: bool, at: datetime = NOON) -> None:
    handsets.change(OFF if on else ON, Change(on=on), at)


def test_settings_are_kept(tmp_path: Path) -> None:
    storage = Storage(tmp_path / "sandbox.sqlite")
    handsets = Handsets(storage)
    other = Handset("79161234501", chosen={Channel.SMS: Fate.BUSY})
    switch(handsets, on=False)
    handsets.change(Handset(other.number), Change(chosen=other.chosen), NOON)
    storage.close()
    storage = Storage(tmp_path / "sandbox.sqlite")
    assert Handsets(storage).load() == [OFF, other]
    assert storage.off == {PHONE}
    assert Handsets(storage).change(OFF, RESET, NOON) == (ON, [])
    assert Handsets(storage).load() == [other]
    assert not storage.off
    storage.close()


def test_what_is_sent_to_a_phone_that_is_off_comes_when_it_is_on(storage: Storage, handsets: Handsets) -> None:
    switch(handsets, on=False)
    first, second, _ = storage.take([delivered(sms(PHONE)), delivered(viber(PHONE)), arrival(sms(PHONE))], NOON)
    assert first
    assert second
    assert outcomes(storage) == ["waiting"] * 3
    assert due(storage, NOON + DAY - SECOND) == []
    later = NOON + 60 * SECOND
    assert handsets.change(OFF, Change(on=True), later) == (ON, [1, 2, 3])
    assert outcomes(storage) == ["delivered", "read", "silent"]
    assert due(storage, NOON + 2 * DAY) == [
        (first[0], Status.DELIVERED, later),
        (second[0], Status.DELIVERED, later),
        (second[0], Status.READ, later),
    ]


def test_what_waits_too_long_expires(storage: Storage, handsets: Handsets) -> None:
    switch(handsets, on=False)
    taken = storage.take([delivered(sms(PHONE, parts=2)), arrival(sms(PHONE))], NOON)
    assert storage.lapse(NOON + DAY - SECOND) == []
    assert storage.lapse(NOON + DAY) == [1, 2]
    assert outcomes(storage) == ["expired", "silent"]
    assert due(storage, NOON + DAY) == [(id_, Status.EXPIRED, NOON + DAY) for id_ in taken[0] or ()]
    assert handsets.change(OFF, Change(on=True), NOON + DAY) == (ON, [])


def test_who_switches_a_phone_on_is_told_of_it(handsets: Handsets) -> None:
    reached = list[str]()
    handsets.reach.append(lambda number, _: reached.append(number))
    handsets.change(ON, Change(chosen={Channel.SMS: Fate.BUSY}), NOON)
    switch(handsets, on=False)
    assert reached == []
    switch(handsets, on=True)
    assert reached == [PHONE]


def test_a_card_is_read_once_and_after_it_was_delivered(storage: Storage, handsets: Handsets) -> None:
    unread = replace(arrival(viber(PHONE)), outcome="delivered", receipts=STATUSES[:1])
    (ids,) = storage.take([unread], NOON)
    assert ids
    assert [handsets.read(1, NOON).outcome for _ in range(2)] == ["read", "read"]
    delivered_at = NOON + SECOND
    assert due(storage, NOON) == []
    assert due(storage, NOON + DAY) == [
        (ids[0], Status.DELIVERED, delivered_at),
        (ids[0], Status.READ, delivered_at),
    ]


def test_a_button_is_pressed_and_the_card_read(storage: Storage, handsets: Handsets) -> None:
    storage.take([replace(arrival(viber(PHONE)), outcome="delivered")], NOON)
    pressed = handsets.press(1, NOON)
    assert (pressed.pressed, pressed.outcome) == (NOON, "read")
    assert [status for _, status, _ in due(storage, NOON)] == [Status.READ]
    assert handsets.press(1, NOON + SECOND).pressed == NOON + SECOND
    assert len(due(storage, NOON + DAY)) == 1


def test_the_link_of_a_wap_push_is_opened(storage: Storage, handsets: Handsets) -> None:
    push = sms(PHONE)._replace(content=WapPush("Sale", "https://shop.example"))
    storage.take([delivered(push)], NOON)
    pressed = handsets.press(1, NOON)
    assert (pressed.pressed, pressed.outcome) == (NOON, "delivered")


@pytest.mark.parametrize(
    ("submission", "outcome", "action", "reason"),
    [
        (sms(PHONE), "delivered", "read", "nobody is told that an SMS was read"),
        (sms(PHONE)._replace(content=SmsText("https://shop.example")), "delivered", "press", "neither a button"),
        (viber(PHONE, replace(CARD, button_text="", button_url="", image_url="")), "read", "press", "neither a button"),
        (viber(PHONE), "undelivered", "press", "never came to its phone: undelivered"),
        (viber(PHONE), "expired", "read", "never came to its phone: expired"),
    ],
)
def test_what_nobody_can_do(
    storage: Storage, handsets: Handsets, submission: Submission, outcome: str, action: str, reason: str
) -> None:
    storage.take([replace(arrival(submission), outcome=outcome)], NOON)
    with pytest.raises(NotPossible, match=reason):
        getattr(handsets, action)(1, NOON)
    assert outcomes(storage) == [outcome]


def test_a_message_that_waits_cannot_be_read(storage: Storage, handsets: Handsets) -> None:
    switch(handsets, on=False)
    storage.take([delivered(viber(PHONE))], NOON)
    with pytest.raises(NotPossible, match="waits for its phone"):
        handsets.press(1, NOON)


def test_a_message_that_is_not_there(handsets: Handsets) -> None:
    with pytest.raises(NotThere):
        handsets.read(1, NOON)
