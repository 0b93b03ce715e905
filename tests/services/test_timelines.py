"""Timelines of real lives: accepted, claimed, answered by a carrier, told to the client."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.cli.stage import NOON, opened, seed
from tests.databases import Databases
from tolmach.core.commands import SendMessages
from tolmach.core.content import Channel, SmsText, ViberCard
from tolmach.core.delivery import Busy, Lost, Outcome, Receipt, Refused, Sent
from tolmach.core.drafts import Draft, For, Step, Success
from tolmach.core.ids import AccountId
from tolmach.core.moments import to_ms
from tolmach.core.requests import Place, kept
from tolmach.core.results import Accepted
from tolmach.core.results.timelines import Event, Moment, Timeline
from tolmach.core.route import Conditions, Rule, Target
from tolmach.core.status import Status
from tolmach.services import accounts, messages, routing, stoplist
from tolmach.services.acceptance import Order, accept
from tolmach.services.accounts import Changes
from tolmach.services.administration import BadValueError, NotFoundError
from tolmach.services.catalogue import Catalogue
from tolmach.services.delivery import Delivery, Submitted
from tolmach.services.notices import Notices
from tolmach.services.timelines import in_order, read_id, timeline
from tolmach.store import senders
from tolmach.store.database import Database, Tx

LONG = "Ж" * 100  # two parts
CHECKED = (
    "number: its operator is not known",
    "sender Tolmach: approved",
    "stop lists: the number is on none",
    "text: no moderator had to see it",
)
DAY = For(timedelta(days=1))
SMS = (Step(Channel.SMS, SmsText("Привет"), None, DAY),)
CASCADE = (Step(Channel.VIBER, ViberCard("Привет"), None, DAY, Success.READ), *SMS)


@dataclass
class Life:
    """A gateway's decisions on one database, one second apart."""

    database: Database
    now: datetime = NOON
    catalogue: Catalogue = field(default_factory=Catalogue)

    def __post_init__(self) -> None:
        self.delivery = Delivery(self.catalogue, timedelta(minutes=5))
        self.notices = Notices(self.catalogue, [timedelta(minutes=1)])

    def tick(self, by: timedelta = timedelta(seconds=1)) -> datetime:
        self.now += by
        return self.now

    def accept(self, steps: tuple[Step, ...] = SMS, due: datetime | None = None, key: str | None = None) -> int:
        drafts = (Draft("79161234500", steps, key, due),)
        command = SendMessages(drafts, "prontosms")
        item = self.database.write_now(lambda tx: messages.post(tx, "demo", command, self.now))[1].items[0]
        assert isinstance(item, Accepted)
        return item.id

    def claim(self) -> None:
        at = self.tick()
        self.claimed = self.database.write_now(lambda tx: self.delivery.claim(tx, "worker-1", at, 10))[1]

    def answer(self, *outcomes: Outcome) -> None:
        claimed_at, at = to_ms(self.now), self.tick()
        results = [
            Submitted(leg, "north", outcome, claimed_at) for leg, outcome in zip(self.claimed, outcomes, strict=True)
        ]
        self.database.write_now(lambda tx: self.delivery.settle(tx, results, at))

    def receive(self, *told: tuple[str, Status]) -> None:
        at = self.tick()
        receipts = [Receipt("north", provider_id, status, at) for provider_id, status in told]
        self.database.write_now(lambda tx: self.delivery.receive(tx, receipts, at))

    def give_up(self) -> None:
        at = self.tick(timedelta(days=2))
        self.database.write_now(lambda tx: self.delivery.give_up(tx, "worker-1", at, 10))

    def call_back(self, acknowledged: Sequence[int], error: str = "") -> None:
        at = self.tick()
        for notice in self.database.write_now(lambda tx: self.notices.claim(tx, at, frozenset[AccountId](), 10)):
            self.database.write_now(lambda tx, n=notice: self.notices.settle(tx, n, acknowledged, error, at))  # type: ignore[misc]

    def told(self, message: int) -> Timeline:
        return self.database.read_now(lambda tx: timeline(tx, message, self.now))


@pytest.fixture
def life(databases: Databases, tmp_path: Path) -> Iterator[Life]:
    with opened(databases.new(tmp_path)) as database:
        database.write_now(seed)
        yield Life(database)


def events(told: Timeline) -> list[str]:
    return [f"{moment.event} {moment.step}" if moment.step else moment.event.value for moment in told.moments]


def test_a_delivered_message_with_its_callback(life: Life) -> None:
    life.database.write_now(lambda tx: accounts.change(tx, "demo", Changes(callback_url="http://a.example/")))
    message = life.accept((Step(Channel.SMS, SmsText(LONG), None, DAY),), key="order-1")
    life.claim()
    life.answer(Sent(("a1", "a2")))
    life.receive(("a1", Status.DELIVERED))
    life.receive(("a2", Status.DELIVERED))
    life.call_back([], "HTTP 500")
    life.tick(timedelta(minutes=1))
    life.call_back([message])
    told = life.told(message)
    assert [(f"{m.at:%H:%M:%S}", m.event.value, m.step, m.detail) for m in told.moments] == [
        ("12:00:00", "accepted", 0, "over prontosms to 79161234500, client key 'order-1'"),
        ("12:00:00", "held", 0, "2.00 RUB"),
        ("12:00:01", "claimed", 1, "for link north"),
        ("12:00:02", "submitted", 1, "to link north as a1, a2"),
        ("12:00:02", "captured", 1, "2.00 RUB"),
        ("12:00:03", "receipt", 1, "part 1 (a1): delivered"),
        ("12:00:04", "receipt", 1, "part 2 (a2): delivered"),
        ("12:01:06", "callback", 0, "delivered: acknowledged after 2 attempts"),
    ]
    assert (told.request, told.trace) == ("", "")  # of the command line
    assert told.conclusion == "Delivered at 2026-03-02 12:00:04."
    assert told.checks == CHECKED
    assert (told.status, told.login, told.zone, told.currency) == (Status.DELIVERED, "demo", "Europe/Moscow", "RUB")
    assert [(leg.channel, leg.parts, leg.price, leg.sender) for leg in told.legs] == [
        (Channel.SMS, 2, 20_000, "Tolmach")
    ]


def test_times_are_those_of_the_account(life: Life) -> None:
    message = life.accept()
    life.database.write_now(lambda tx: accounts.change(tx, "demo", Changes(time_zone="Asia/Vladivostok")))
    told = life.told(message)
    assert told.moments[0].at.isoformat() == "2026-03-02T19:00:00+10:00"


def test_a_callback_waits_and_then_fails(life: Life) -> None:
    life.database.write_now(lambda tx: accounts.change(tx, "demo", Changes(callback_url="http://a.example/")))
    message = life.accept()
    life.claim()
    life.answer(Refused("66"))
    life.call_back([], "HTTP 500")
    assert life.told(message).moments[-1].detail == "refused: waits for attempt 2 at 2026-03-02 12:01:03 (HTTP 500)"
    life.tick(timedelta(minutes=1))
    life.call_back([], "no answer")
    assert life.told(message).moments[-1].detail == "refused: failed after 2 attempts (no answer)"


def test_a_cascade_that_falls_through_and_is_refused(life: Life) -> None:
    message = life.accept(CASCADE)
    life.claim()
    life.answer(Sent(("v1",)))
    life.receive(("v1", Status.UNDELIVERED))
    life.claim()
    life.answer(Refused("11"))
    told = life.told(message)
    assert events(told) == [
        "accepted",
        "held",
        "claimed 1",
        "submitted 1",
        "receipt 1",
        "claimed 2",
        "submitted 2",
        "ended 2",
        "released",
    ]
    assert told.moments[-1].amount == 25_000
    assert told.conclusion == "Not delivered because the carrier refused it: 11."


def test_a_cascade_that_is_delivered_and_waits_to_be_read(life: Life) -> None:
    message = life.accept(CASCADE)
    life.claim()
    life.answer(Sent(("v1",)))
    life.receive(("v1", Status.DELIVERED))
    assert life.told(message).conclusion == (
        "Delivered by Viber; waiting until 2026-03-03 12:00:00 for it to be read, then the next step is sent."
    )
    life.receive(("v1", Status.READ))
    told = life.told(message)
    assert told.conclusion.startswith("Delivered and read by Viber at 2026-03-02 12:00:0")
    money = [(m.event.value, m.step, m.amount) for m in told.moments if m.amount]
    assert money[-2:] == [("captured", 1, 15_000), ("released", 0, 10_000)]


def test_what_a_live_message_waits_for(life: Life) -> None:
    message = life.accept()
    assert life.told(message).conclusion == "Waiting for a worker to take it up."
    life.tick(timedelta(minutes=10))
    assert life.told(message).conclusion == (
        "Waiting since 2026-03-02 12:00:00 for a worker to take it up: the gateway does not run, or cannot keep up."
    )
    life.claim()
    told = life.told(message)
    assert (events(told)[-1], told.moments[-1].detail) == ("claimed 1", "by worker-1, attempt 1")
    assert told.conclusion == "Waiting for the carrier's answer: a worker has it in hand."
    life.answer(Busy(60))
    assert life.told(message).conclusion == (
        "Waiting for the next attempt at 2026-03-02 12:11:02: the carrier was busy once."
    )
    life.tick(timedelta(minutes=1))
    life.claim()
    life.answer(Sent(("a1",)))
    assert life.told(message).conclusion == "Waiting for the carrier's receipt until 2026-03-03 12:05:00."


def test_a_dead_workers_claim_is_told(life: Life) -> None:
    message = life.accept()
    life.claim()
    life.tick(timedelta(minutes=2))
    life.claim()
    assert life.told(message).moments[-1].detail == "by worker-1, attempt 2, after an earlier worker died with it"
    life.answer(Sent(("a1",)))
    assert (
        life.told(message).moments[-2].detail == "to link north as a1 (perhaps twice: an earlier worker died with it)"
    )


def test_a_scheduled_message(life: Life) -> None:
    message = life.accept(due=datetime(2026, 3, 8, 9, 30))  # noqa: DTZ001 - the account's wall clock
    told = life.told(message)
    assert told.moments[0].detail.endswith(", to be sent at 2026-03-08 09:30:00")
    assert told.conclusion == "Waiting for its time, 2026-03-08 09:30:00."


def test_a_lost_answer_waits_and_ends_as_unknown(life: Life) -> None:
    message = life.accept()
    life.claim()
    life.answer(Lost("timeout"))
    told = life.told(message)
    assert (told.moments[-1].event, told.moments[-1].detail) == (
        Event.LOST,
        "link north gave no answer (lost: timeout)",
    )
    assert "whether the carrier took it is not known" in told.conclusion
    life.give_up()
    told = life.told(message)
    assert events(told)[-2:] == ["ended 1", "released"]
    assert told.conclusion.startswith("Not known to be delivered because no receipt came")


@pytest.mark.parametrize(
    ("status", "conclusion"),
    [
        (Status.EXPIRED, "Not delivered because its validity ended while the carrier had it."),
        (Status.UNDELIVERED, "Not delivered because the carrier gave it up: so says its receipt."),
    ],
)
def test_receipts_of_failure(life: Life, status: Status, conclusion: str) -> None:
    message = life.accept()
    life.claim()
    life.answer(Sent(("a1",)))
    life.receive(("a1", status))
    assert life.told(message).conclusion == conclusion


def test_messages_that_end_before_they_are_sent(life: Life) -> None:
    cancelled = life.accept()
    life.database.write_now(lambda tx: life.delivery.cancel(tx, [cancelled], life.now))
    assert life.told(cancelled).conclusion == "Not delivered because it was cancelled."
    expired = life.accept()
    life.tick(timedelta(days=2))
    life.claim()
    assert life.told(expired).conclusion == "Not delivered because its validity ended before it could be sent."
    stopped = life.accept()
    life.database.write_now(lambda tx: stoplist.add(tx, None, ["79161234500"], life.now))
    life.claim()
    assert life.told(stopped).conclusion == (
        "Not delivered because it was refused before it was sent: the number is on a stop list."
    )
    for message in (cancelled, expired, stopped):
        assert events(life.told(message)) == ["accepted", "held", "ended 1", "released"]


@pytest.mark.parametrize(("text", "message"), [("10", 10), ("11", 11), (" 20 ", 20)])
def test_ids_of_messages_and_legs(text: str, message: int) -> None:
    assert read_id(text) == message


@pytest.mark.parametrize("text", ["", "x", "-10", "0", "1e1", "9" * 17])
def test_what_is_no_id(text: str) -> None:
    with pytest.raises(BadValueError):
        read_id(text)


def test_an_unknown_message(life: Life) -> None:
    with pytest.raises(NotFoundError):
        life.told(10)


def test_the_request_that_brought_it_and_its_trace_for_the_operator(life: Life) -> None:
    place = Place("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7")
    drafts = (Draft("79161234500", (Step(Channel.SMS, SmsText("Hello"), None, DAY),)),)

    def take(tx: Tx) -> AccountId:
        account = accounts.find(tx, "demo")
        order = Order(messages.trusted(account), SendMessages(drafts, "prontosms"), request=kept("order-7", place))
        accept(tx, Catalogue(), [order], life.now)
        return account.id

    account = life.database.write_now(take)
    told = life.told(10)
    theirs = life.database.read_now(lambda tx: timeline(tx, 10, life.now, of=account))
    assert (told.request, told.trace) == ("order-7", place.trace)
    assert (theirs.request, theirs.trace) == ("order-7", "")


def test_a_receipt_that_was_faster_than_the_answer_stands_behind_it() -> None:
    def moment(event: Event, seconds: int, step: int = 1) -> Moment:
        return Moment(NOON + timedelta(seconds=seconds), event, "", step)

    found = [
        moment(Event.RECEIPT, 1),
        moment(Event.SUBMITTED, 2),
        moment(Event.CAPTURED, 2, 0),
        moment(Event.ACCEPTED, 0, 0),
        moment(Event.RECEIPT, 3, 2),
    ]
    told = [(one.event, one.step) for one in in_order(found)]
    assert told[:3] == [(Event.ACCEPTED, 0), (Event.SUBMITTED, 1), (Event.RECEIPT, 1)]
    assert told[-1] == (Event.RECEIPT, 2)


def test_checks_tell_what_stands_now(life: Life) -> None:
    message = life.accept(CASCADE)
    life.database.write_now(lambda tx: stoplist.add(tx, "demo", ["79161234500"], life.now))
    assert "stop lists: the number is on the account's" in life.told(message).checks
    life.database.write_now(lambda tx: stoplist.add(tx, None, ["79161234500"], life.now))
    life.database.write_now(lambda tx: senders.put(tx, AccountId(1), "Tolmach", "rejected", 0))
    told = life.told(message)
    assert "stop lists: the number is on the operator's" in told.checks
    assert told.checks.count("sender Tolmach: no longer approved") == 1  # two steps, one sender


def test_rules_that_are_passed_over_are_told_to_the_operator_only(life: Life) -> None:
    message = life.accept(CASCADE)
    assert life.told(message).routes == (
        "step 1: no route fits, every link of the channel will do",
        "step 2: no route fits, every link of the channel will do",
    )
    for conditions in (Conditions(prefix="7495"), Conditions(channel=Channel.SMS)):
        rule = Rule(0, 0, conditions, (Target("north"),))
        life.database.write_now(lambda tx, rule=rule: routing.add(tx, rule))  # type: ignore[misc]
    assert life.told(message).routes == (
        "step 1: route 1 is passed over, its condition does not hold: prefix",
        "step 1: route 2 is passed over, its condition does not hold: channel",
        "step 1: no route fits, every link of the channel will do",
        "step 2: route 1 is passed over, its condition does not hold: prefix",
        "step 2: route 2 decides, its links in the order in which they are asked: north",
    )
    theirs = life.database.read_now(lambda tx: timeline(tx, message, life.now, of=AccountId(1)))
    assert (theirs.routes, len(theirs.checks)) == ((), 4)
