"""Messages: written once when accepted, and read by their ids."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from sqlalchemy import Row, Select, insert, select

from tolmach.core import plans
from tolmach.core.drafts import ChargeOn
from tolmach.core.ids import AccountId, CampaignId, MessageId
from tolmach.core.plans import Plan
from tolmach.store.database import Tx
from tolmach.store.schema import client_keys, messages

T = TypeVar("T")

CHUNK = 900  # values in one IN list: SQLite compiles longer ones anew each time


@dataclass(frozen=True, slots=True)
class Message:
    """An accepted message."""

    id: MessageId
    account: AccountId
    campaign: CampaignId | None
    dialect: str
    client_key: str
    recipient: str
    label: str
    stored_plan: str
    charge_on: ChargeOn
    accepted_at: int
    due_at: int

    @property
    def plan(self) -> Plan:
        """The priced steps."""
        return plans.load(self.stored_plan)


def add(tx: Tx, rows: Sequence[Message]) -> None:
    """Store messages, and the client keys that they answer to from now on."""
    if not rows:
        return
    tx.execute(insert(messages), [_columns(message) for message in rows])
    keys = [
        {"account_id": m.account, "dialect": m.dialect, "key": m.client_key, "message_id": m.id}
        for m in rows
        if m.client_key
    ]
    if keys:
        tx.execute(insert(client_keys), keys)


def by_client_key(tx: Tx, account: AccountId, dialect: str, keys: Sequence[str]) -> Mapping[str, MessageId]:
    """Return the messages that were accepted under these client keys."""
    found: dict[str, MessageId] = {}
    asked = select(client_keys.c.key, client_keys.c.message_id).where(
        client_keys.c.account_id == account, client_keys.c.dialect == dialect
    )
    for chunk in chunks(keys, CHUNK):
        found.update((row[0], MessageId(row[1])) for row in tx.execute(asked.where(client_keys.c.key.in_(chunk))))
    return found


def by_ids(tx: Tx, ids: Collection[int]) -> Mapping[int, Message]:
    """Return messages by id; unknown ids are left out."""
    found: dict[int, Message] = {}
    for chunk in chunks(ids, CHUNK):
        found.update((row.id, _message(row)) for row in tx.execute(select(messages).where(messages.c.id.in_(chunk))))
    return found


def latest(tx: Tx, limit: int, account: AccountId | None = None, recipient: str = "") -> Sequence[Message]:
    """Return the newest messages, newest first."""
    asked: Select[tuple[object, ...]] = select(messages)
    if account is not None:
        asked = asked.where(messages.c.account_id == account)
    if recipient:
        asked = asked.where(messages.c.recipient == recipient)
    return [_message(row) for row in tx.execute(asked.order_by(messages.c.id.desc()).limit(limit))]


def chunks(values: Collection[T], size: int) -> Iterator[list[T]]:
    """Cut values into lists of at most ``size``."""
    rest = iter(values)
    while chunk := list(islice(rest, size)):
        yield chunk


def _columns(message: Message) -> dict[str, object]:
    return {
        "id": message.id,
        "account_id": message.account,
        "campaign_id": message.campaign,
        "dialect": message.dialect,
        "client_key": message.client_key,
        "recipient": message.recipient,
        "label": message.label,
        "plan": message.stored_plan,
        "charge_on": message.charge_on.value,
        "accepted_at": message.accepted_at,
        "due_at": message.due_at,
    }


def _message(row: Row[tuple[object, ...]]) -> Message:
    return Message(
        id=MessageId(row.id),
        account=AccountId(row.account_id),
        campaign=None if row.campaign_id is None else CampaignId(row.campaign_id),
        dialect=row.dialect,
        client_key=row.client_key,
        recipient=row.recipient,
        label=row.label,
        stored_plan=row.plan,
        charge_on=ChargeOn(row.charge_on),
        accepted_at=row.accepted_at,
        due_at=row.due_at,
    )
