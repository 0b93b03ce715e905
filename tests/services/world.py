"""A gateway without wires: two accounts, a carrier that is the test, and a clock that the test moves."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from sqlalchemy import func, select

from tests.clock import NOON, FakeClock
from tests.gateway import conceal
from tolmach.core.accounts import Account
from tolmach.core.commands import GetStates, SendMessages
from tolmach.core.content import Channel, SmsText, ViberCard
from tolmach.core.delivery import Outcome, Receipt, Sent, Submission
from tolmach.core.drafts import ChargeOn, Draft, For, Group, Step, Success
from tolmach.core.errors import RequestError
from tolmach.core.ids import AccountId
from tolmach.core.money import Money
from tolmach.core.results import Accepted, MessageState, SenderState, SendResult
from tolmach.core.status import Status
from tolmach.services import enquiries
from tolmach.services.acceptance import Answer, Order, accept
from tolmach.services.access import Principal
from tolmach.services.catalogue import Catalogue
from tolmach.services.delivery import Delivery, Submitted
from tolmach.services.progress import Effects
from tolmach.store import accounts, callbacks, ledger, senders, stops, tariffs
from tolmach.store.callbacks import Callback
from tolmach.store.database import Database, Tx
from tolmach.store.ledger import Balance, Entry, Movement
from tolmach.store.place import Place
from tolmach.store.schema import ledger as ledger_table
from tolmach.store.schema import messages
from tolmach.store.schema import queue as queue_table
from tolmach.store.tariffs import PriceRow

T = TypeVar("T")

SMS_PRICE, VIBER_PRICE, UKRAINE_PRICE = 10_000, 15_000, 20_000
BALANCE = 1_000_000
DAY = timedelta(days=1)
GRACE = timedelta(hours=1)
PASSWORD = "a password"
HASH = conceal(PASSWORD)
PHONE = "79031234567"
LINK = "carrier"
PRICES = [
    PriceRow("Россия", ("7",), Channel.SMS, Money(SMS_PRICE)),
    PriceRow("Россия", (), Channel.VIBER, Money(VIBER_PRICE)),
    PriceRow("Украина", ("380",), Channel.SMS, Money(UKRAINE_PRICE)),
    PriceRow("Мальта", ("356",), Channel.SMS, Money(1)),
]
URL = "https://example.org/statuses"


def seed(tx: Tx) -> None:
    """Two accounts alike: ``demo`` (with a callback URL) and ``other``."""
    tariff = tariffs.replace(tx, "base", PRICES)
    malta = tariffs.direction_by_name(tx, "Мальта")
    assert malta is not None
    tariffs.set_open(tx, malta, is_open=False)
    for number, (login, url) in enumerate((("demo", URL), ("other", None)), 1):
        fields = {
            "login": login,
            "client_number": number,
            "password_hash": HASH,
            "time_zone": "Europe/Moscow",
            "currency": "RUB",
            "created_at": 0,
            "default_sender": "Tolmach",
            "callback_url": url,
            "tariff_id": tariff,
        }
        account = accounts.add(tx, fields)
        senders.put(tx, account, "Tolmach", SenderState.COMPLETED, 0)
        senders.put(tx, account, "Waits", SenderState.ORDER, 1)
        ledger.append(tx, [Entry(account, Movement.TOP_UP, BALANCE, 0, 0)])


def sms(text: str = "Hello", sender: str | None = None, lasts: timedelta = DAY) -> Step:
    return Step(Channel.SMS, SmsText(text), sender, For(lasts))


def viber(success: Success = Success.DELIVERED, lasts: timedelta = timedelta(hours=1)) -> Step:
    return Step(Channel.VIBER, ViberCard("Hello"), None, For(lasts), success)


def draft(phone: str = PHONE, *steps: Step, key: str | None = None, due: datetime | None = None) -> Draft:
    return Draft(phone, steps or (sms(),), key, due)


def command(
    *drafts: Draft,
    group: Group | None = None,
    dry_run: bool = False,
    charge_on: ChargeOn = ChargeOn.SENT,
    whole: bool = False,
) -> SendMessages:
    return SendMessages(drafts or (draft(),), "prontosms", group, dry_run, charge_on, whole)


class World:
    """The services over a database file."""

    def __init__(self, place: Place | Path, now: datetime = NOON) -> None:
        self.database = Database(place)
        self.clock = FakeClock(now)
        self.catalogue = Catalogue()
        self.delivery = Delivery(self.catalogue, GRACE)
        everyone = self.read(accounts.everyone)
        self.demo, self.other = everyone[0].id, everyone[1].id

    def close(self) -> None:
        self.database.close()

    def read(self, function: Callable[[Tx], T]) -> T:
        return self.database.read_now(function)

    def write(self, function: Callable[[Tx], T]) -> T:
        return self.database.write_now(function)

    # --- who asks

    def account(self, id_: AccountId | None = None) -> Account:
        account = self.read(lambda tx: accounts.by_id(tx, id_ or self.demo))
        assert account is not None
        return account

    def change(self, id_: AccountId | None = None, **fields: object) -> None:
        self.write(lambda tx: accounts.change(tx, id_ or self.demo, fields))

    def principal(self, id_: AccountId | None = None, remote: str = "192.0.2.1") -> Principal:
        return Principal(id_ or self.demo, HASH, remote, open_to_blocked=False, digest=b"")

    # --- sending

    def accept(self, *orders: Order) -> list[Answer]:
        return self.write(lambda tx: accept(tx, self.catalogue, orders, self.clock.now()))

    def answer(self, asked: SendMessages, id_: AccountId | None = None) -> Answer:
        return self.accept(Order(self.principal(id_), asked))[0]

    def result(self, asked: SendMessages, id_: AccountId | None = None) -> SendResult:
        answer = self.answer(asked, id_)
        assert not isinstance(answer, RequestError), answer
        return answer

    def send(self, *steps: Step, phone: str = PHONE, charge_on: ChargeOn = ChargeOn.SENT) -> int:
        """Have one message accepted and return its id."""
        (item,) = self.result(command(draft(phone, *steps), charge_on=charge_on)).items
        assert isinstance(item, Accepted), item
        return item.id

    # --- the carrier

    def claim(self, worker: str = "worker", limit: int = 100) -> list[Submission]:
        return self.write(lambda tx: self.delivery.claim(tx, worker, self.clock.now(), limit))[1]

    def settle(self, submission: Submission, outcome: Outcome, link: str = LINK) -> Effects:
        return self.settle_all([(submission, outcome)], link)

    def settle_all(self, answers: Sequence[tuple[Submission, Outcome]], link: str = LINK) -> Effects:
        submitted = [Submitted(submission, link, outcome, 0) for submission, outcome in answers]
        return self.write(lambda tx: self.delivery.settle(tx, submitted, self.clock.now()))

    def submit(self, outcome: Outcome | None = None) -> Submission:
        """Give the one step that is due to the carrier, which calls its parts by the leg's id unless told else."""
        (submission,) = self.claim()
        self.settle(submission, outcome or Sent((str(submission.leg),)))
        return submission

    def receive(self, *told: tuple[str, Status], link: str = LINK) -> tuple[Effects, int]:
        receipts = [Receipt(link, provider_id, status, self.clock.now()) for provider_id, status in told]
        return self.write(lambda tx: self.delivery.receive(tx, receipts, self.clock.now()))

    def give_up(self) -> int:
        return self.write(lambda tx: self.delivery.give_up(tx, "upkeep", self.clock.now(), 1_000))[1]

    def cancel(self, *ids: int, dry_run: bool = False) -> int:
        return self.write(lambda tx: self.delivery.cancel(tx, ids, self.clock.now(), dry_run=dry_run))

    def top_up(self, amount: int, id_: AccountId | None = None) -> None:
        entry = Entry(id_ or self.demo, Movement.TOP_UP, amount, 0, 0)
        self.write(lambda tx: ledger.append(tx, [entry]))

    def stop(self, phone: str, account: int | None = None) -> None:
        self.write(lambda tx: stops.add(tx, self.demo if account is None else account, [phone], 0))

    def wait(self, **duration: float) -> None:
        self.clock.advance(timedelta(**duration))

    # --- what became of it

    def states(self, *ids: int, id_: AccountId | None = None) -> list[MessageState | None]:
        account, asked = self.account(id_), GetStates([str(number) for number in ids])
        return list(self.read(lambda tx: enquiries.get_states(tx, account, asked)).states)

    def state(self, id_: int) -> MessageState:
        (state,) = self.states(id_)
        assert state is not None
        return state

    def legs(self, id_: int) -> list[tuple[Status, int]]:
        """Return status and charge of the tried steps."""
        return [(leg.status, leg.charged) for leg in self.state(id_).legs]

    def money(self, id_: AccountId | None = None) -> tuple[int, int]:
        """Return what can be spent and what is held, after checking the books."""
        owner = id_ or self.demo
        balance = self.read(lambda tx: ledger.balances_of(tx, [owner]))[owner]
        self.check_books()
        return balance.available, balance.held

    def told(self, id_: int) -> list[Status]:
        """Return the statuses that the client is to be told, in order."""
        return [row.status for row in self.callbacks(id_)]

    def callbacks(self, id_: int) -> Sequence[Callback]:
        return self.read(lambda tx: callbacks.of_message(tx, id_))

    def count(self) -> int:
        """Return the number of stored messages."""
        return self.read(lambda tx: tx.execute(select(func.count()).select_from(messages)).scalar_one())

    def check_books(self) -> None:
        """Check that balances are the sums of the ledger, and that only live messages hold money."""
        balances, sums, live, held = self.read(_books)
        nothing = Balance(Money(0), Money(0))
        assert balances == {id_: sums.get(id_, nothing) for id_ in balances}
        assert all(balance.held >= 0 for balance in balances.values())
        assert set(held) <= live
        assert all(amount > 0 for amount in held.values())


def _books(tx: Tx) -> tuple[dict[AccountId, Balance], dict[AccountId, Balance], set[int], dict[int, int]]:
    ids = [account.id for account in accounts.everyone(tx)]
    live = set(tx.execute(select(queue_table.c.message_id)).scalars())
    rows = tx.execute(
        select(ledger_table.c.message_id, func.sum(ledger_table.c.held))
        .where(ledger_table.c.message_id.is_not(None))
        .group_by(ledger_table.c.message_id)
    )
    held = {message: amount for message, amount in rows if amount}
    return dict(ledger.balances_of(tx, ids)), dict(ledger.sums(tx)), live, held
