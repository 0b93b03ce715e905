"""Rows whose columns all differ, so that two that change places are noticed."""

from typing import Any

from tests.core.samples import planned
from tolmach.core.drafts import ChargeOn
from tolmach.core.ids import AccountId, CampaignId, MessageId
from tolmach.core.money import Money
from tolmach.core.plans import dump
from tolmach.core.status import Status
from tolmach.store.legs import Leg
from tolmach.store.messages import Message
from tolmach.store.parts import Part
from tolmach.store.queue import Entry, Kind

PLAN = (planned(),)


def account(login: str = "demo", number: int = 7, **changes: Any) -> dict[str, Any]:
    return {
        "login": login,
        "client_number": number,
        "password_hash": "hash",
        "time_zone": "Europe/Moscow",
        "currency": "RUB",
        "created_at": 1,
    } | changes


def message(number: int = 10, account: int = 3, key: str = "", dialect: str = "prontosms", **changes: Any) -> Message:
    fields: dict[str, Any] = {
        "id": MessageId(number),
        "account": AccountId(account),
        "campaign": CampaignId(5),
        "dialect": dialect,
        "client_key": key,
        "recipient": "79031234567",
        "label": "a label",
        "stored_plan": dump(PLAN),
        "charge_on": ChargeOn.DELIVERED,
        "accepted_at": 1_001,
        "due_at": 1_002,
    }
    return Message(**(fields | changes))


def leg(message: int = 10, step: int = 2, **changes: Any) -> Leg:
    fields: dict[str, Any] = {
        "message": message,
        "step": step,
        "account": AccountId(3),
        "status": Status.SENT,
        "changed_at": 1_001,
        "claimed_at": 1_002,
        "reason": "a reason",
        "link": "a link",
        "charged": Money(1_003),
        "submitted_at": 1_004,
        "delivered_at": 1_005,
        "uncertain": True,
    }
    return Leg(**(fields | changes))


def part(provider_id: str = "abc", message: int = 10, number: int = 4, link: str = "a link", step: int = 2) -> Part:
    return Part(link, provider_id, message, step, number, Status.SENT, 1_001)


def entry(message: int = 10, due: int = 1_001, kind: Kind = Kind.SUBMIT) -> Entry:
    return Entry(message, kind, due, 2, 5_000)
