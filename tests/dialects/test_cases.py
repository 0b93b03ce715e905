"""Golden cases: requests and the answers they get, byte for byte, through everything but socket and delivery.

A case is a file ``<dialect>/cases/*.toml``:

    note = "what it shows"
    now = "2011-01-01T12:00:00Z"        # the gateway's clock
    encoding = "utf-8"                  # of its requests and answers

    [setup]                             # how its account differs from the demonstration's; optional
    login, password, balance, blocked, any_sender, senders
    numbering                           # rows of the registry
    bases = {1234 = "its name"}         # address bases by number
    inbox = [["1234", "time", "sender", "prefix", "number", "text"], ...]  # incoming messages

    [[exchange]]                        # in order, with one gateway
    path, request, response
    before = ["sent", "undelivered"]    # what happened to the messages since the last one; optional

The account is the demonstration's: login and password ``demo``, user_id 1, Europe/Moscow, 1000.00 RUB, senders
INFORM and Tolmach (the default). ``senders`` replaces both, and its first becomes the default. Message ids are 10, 20,
30 and so on. Nothing is delivered by itself: ``sent`` and ``refused`` are a carrier's answers to every step that is
due, the words of statuses are its receipts for those that were sent last.
"""

import tomllib
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, insert

from tests.clock import FakeClock
from tests.gateway import conceal, inside
from tolmach.core.bases import Base
from tolmach.core.delivery import Outcome, Receipt, Refused, Sent, Submission
from tolmach.core.moments import to_ms
from tolmach.core.money import parse_money
from tolmach.core.results import SenderState
from tolmach.core.status import Status
from tolmach.services import demo, ledger, numbering
from tolmach.services.delivery import Delivery, Submitted
from tolmach.services.numberplans import PlanReading
from tolmach.store import accounts, bases, counters, schema, senders
from tolmach.store.database import Tx

HERE = Path(__file__).parent
CASES = sorted(HERE.glob("*/cases/*.toml"))
CASE_KEYS = {"note", "now", "encoding", "exchange"}
SETUP_KEYS = {"login", "password", "balance", "blocked", "any_sender", "senders", "bases", "numbering", "inbox"}
EXCHANGE_KEYS = {"path", "request", "response"}

hashed = cache(conceal)


def test_there_are_cases_for_every_dialect() -> None:
    assert {case.parts[-3] for case in CASES} == {"mobilgroup", "prontosms", "smspager", "targetsms"}


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
async def test_case(path: Path, installation: Path) -> None:
    case = read(path)
    now = datetime.fromisoformat(case["now"])
    async with inside(installation, clock=FakeClock(now)) as gateway:
        await gateway.write(lambda tx: arrange(tx, case.get("setup", {}), now))
        carrier = Carrier(gateway.gateway.delivery)
        for exchange in case["exchange"]:
            for event in exchange.get("before", ()):
                await gateway.write(partial(carrier.happen, event, now))
            answer = await gateway.ask(exchange["path"], exchange["request"].encode(case["encoding"]))
            assert answer.body.decode(case["encoding"]) == exchange["response"]
            assert answer.status == 200


def read(path: Path) -> dict[str, Any]:
    """Return a case; every key in it means something."""
    case = tomllib.loads(path.read_text("utf-8"))
    assert CASE_KEYS <= case.keys() <= CASE_KEYS | {"setup"}, "keys of the case"
    assert case.get("setup", {}).keys() <= SETUP_KEYS, "keys of its setup"
    assert case["exchange"], "a case without exchanges shows nothing"
    for exchange in case["exchange"]:
        assert EXCHANGE_KEYS <= exchange.keys() <= EXCHANGE_KEYS | {"before"}, "keys of an exchange"
    return case


class Carrier:
    """A carrier that does what a case says."""

    def __init__(self, delivery: Delivery) -> None:
        self._delivery = delivery
        self._sent: list[str] = []

    def happen(self, event: str, now: datetime, tx: Tx) -> None:
        """Answer all due steps, or tell a status of every part that was sent last."""
        if event in ("sent", "refused"):
            _, due = self._delivery.claim(tx, "case", now, 10)
            assert due, "no step is due"
            answers = [self._answer(event, one) for one in due]
            self._delivery.settle(tx, [Submitted(*one, to_ms(now)) for one in answers], now)
            self._sent = [id_ for *_, one in answers if isinstance(one, Sent) for id_ in one.provider_ids]
        else:
            assert self._sent, "nothing was sent"
            receipts = [Receipt("case", id_, Status(event), now) for id_ in self._sent]
            self._delivery.receive(tx, receipts, now)

    def _answer(self, event: str, submission: Submission) -> tuple[Submission, str, Outcome]:
        ids = tuple(f"{submission.leg}-{number}" for number in range(submission.parts))
        return submission, "case", Sent(ids) if event == "sent" else Refused("case")


def _receive(tx: Tx, account: int, letters: Sequence[Sequence[str]]) -> None:
    for number, time, sender, prefix, recipient, text in letters:
        moment = to_ms(datetime.fromisoformat(time))
        row: dict[str, int | str] = {"id": int(number), "account_id": account, "received_at": moment}
        row |= {"sender": sender, "prefix": prefix, "recipient": recipient, "link": "case", "text": text}
        tx.execute(insert(schema.inbox).values(row))


def arrange(tx: Tx, setup: Mapping[str, Any], now: datetime) -> None:
    """Make the demonstration's account the one of the case."""
    account = accounts.by_login(tx, demo.LOGIN)
    assert account is not None
    columns = {name: setup[name] for name in ("login", "blocked", "any_sender") if name in setup}
    if "password" in setup:
        columns["password_hash"] = hashed(setup["password"])
    if "senders" in setup:
        tx.execute(delete(schema.senders))
        for name in setup["senders"]:
            senders.put(tx, account.id, name, SenderState.COMPLETED, to_ms(now))
        columns["default_sender"] = setup["senders"][0]
    if "balance" in setup:
        difference = parse_money(setup["balance"]) - demo.BALANCE
        ledger.top_up(tx, demo.LOGIN, type(demo.BALANCE)(difference), "for the case", now, adjust=True)
    if "numbering" in setup:
        plan = PlanReading()
        plan.read("plan.csv", setup["numbering"].encode())
        numbering.replace_ranges(tx, plan.ranges(), plan.files, now)
    for number, base in setup.get("bases", {}).items():
        counters.reserve(tx, counters.BASES, int(number) - 1 - counters.value(tx, counters.BASES))
        bases.add(tx, Base(0, account.id, base, changed_at=to_ms(now)))
    _receive(tx, account.id, setup.get("inbox", ()))
    if columns:
        accounts.change(tx, account.id, columns)
