"""Answers to questions that change nothing: states, balance, senders, time."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from tolmach.core import states
from tolmach.core.accounts import Account
from tolmach.core.commands import GetBalance, GetStates, GetTime, ListSenders
from tolmach.core.content import Channel
from tolmach.core.ids import leg_id, parse_id, split_id
from tolmach.core.moments import from_ms
from tolmach.core.money import ZERO, Money
from tolmach.core.results import (
    BalanceResult,
    DirectionBalance,
    LegState,
    MessageState,
    Sender,
    SendersResult,
    SenderState,
    StatesResult,
    TimeResult,
)
from tolmach.core.status import Status
from tolmach.core.timezones import to_wall
from tolmach.services.catalogue import Snapshot
from tolmach.services.context import Handlers
from tolmach.store import ledger, legs, messages, queue, registrations
from tolmach.store.database import Tx
from tolmach.store.legs import Leg
from tolmach.store.messages import Message


def get_states(tx: Tx, account: Account, command: GetStates) -> StatesResult:
    """Return the states of messages and legs of this account."""
    asked = [parse_id(text) for text in command.ids]
    wanted = {split_id(number)[0] for number in asked if number is not None}
    known = {id_: message for id_, message in messages.by_ids(tx, wanted).items() if message.account == account.id}
    tried = legs.of_messages(tx, known)
    held = queue.on_moderation(tx, known.keys() - tried.keys())
    found: list[MessageState | None] = []
    for number in asked:
        message = None if number is None else known.get(split_id(number)[0])
        if number is None or message is None:
            found.append(None)
        else:
            state = _state(message, tried.get(message.id, []), split_id(number)[1], account.time_zone)
            waits = state is not None and message.id in held
            found.append(replace(state, status=Status.ON_MODERATION) if state and waits else state)
    return StatesResult(command.ids, found)


def _state(message: Message, tried: Sequence[Leg], asked_step: int, zone: str) -> MessageState | None:
    """Compose the state of a message, or of the one leg that was asked for."""
    plan = message.plan
    if asked_step > len(plan):
        return None
    chosen = [leg for leg in tried if asked_step in (0, leg.step)]
    leg_states = tuple(_leg_state(message, leg, zone) for leg in chosen)
    if asked_step:
        status = leg_states[0].status if leg_states else Status.QUEUED
    else:
        status = states.message_status(plan, [(leg.step, leg.status) for leg in tried])
    shown = plan[(chosen[-1].step if chosen else max(asked_step, 1)) - 1]
    return MessageState(
        id=message.id + asked_step,
        recipient=message.recipient,
        status=status,
        changed_at=max((leg.changed_at for leg in leg_states), default=None),
        parts=shown.parts,
        part_price=shown.part_price,
        legs=leg_states,
        reason=chosen[-1].reason if chosen else "",
        client_key=message.client_key,
        channels=() if asked_step else tuple(dict.fromkeys(step.channel for step in plan)),
    )


def _leg_state(message: Message, leg: Leg, zone: str) -> LegState:
    step = message.plan[leg.step - 1]
    return LegState(
        leg=leg_id(message.id, leg.step),
        channel=step.channel,
        status=leg.status,
        changed_at=to_wall(from_ms(leg.changed_at), zone),
        parts=step.parts,
        part_price=step.part_price,
        charged=leg.charged,
        reason=leg.reason,
    )


def get_balance(tx: Tx, snapshot: Snapshot, account: Account, _command: GetBalance) -> BalanceResult:
    """Return the money and what it buys in each direction that is open to the account."""
    available = ledger.balances_of(tx, [account.id])[account.id].available
    terms = snapshot.terms(tx, account)
    rows = [
        DirectionBalance(direction.name, channel, price, _affordable(Money(available + account.credit), price))
        for direction in terms.tariff.directions.values()
        if direction.open and direction.id not in terms.closed
        for channel in Channel
        if (price := terms.tariff.price(direction, channel)) is not None
    ]
    return BalanceResult(available, account.currency, rows)


def _affordable(available: Money, price: Money) -> int:
    """Return how many parts the money buys; a free direction counts as many as a counter shows."""
    return max(0, available) // price if price > ZERO else 999_999


def list_senders(tx: Tx, snapshot: Snapshot, account: Account, _command: ListSenders) -> SendersResult:
    """Return the account's senders."""
    known = snapshot.terms(tx, account).senders
    rejected = [name for name, state in known.items() if state == SenderState.REJECTED]
    reasons = registrations.reasons(tx, account.id, rejected) if rejected else {}
    listed = [
        Sender(name, state, name == account.default_sender, reasons.get(name, "")) for name, state in known.items()
    ]
    return SendersResult(account.any_sender, listed)


def get_time(account: Account, _command: GetTime, now: datetime) -> TimeResult:
    """Return the account's local time."""
    return TimeResult(to_wall(now, account.time_zone))


READERS: Handlers = {
    GetStates: lambda asked, command: get_states(asked.tx, asked.account, command),
    GetBalance: lambda asked, command: get_balance(asked.tx, asked.snapshot, asked.account, command),
    ListSenders: lambda asked, command: list_senders(asked.tx, asked.snapshot, asked.account, command),
    GetTime: lambda asked, command: get_time(asked.account, command, asked.now),
}
