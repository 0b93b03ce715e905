"""Messages: written once when accepted, and read by their ids."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, select

from tolmach.core import plans
from tolmach.core.drafts import ChargeOn
from tolmach.core.ids import AccountId, CampaignId, MessageId
from tolmach.core.plans import Plan
from tolmach.store.database import Tx
from tolmach.store.flavours import FLAVOURS
from tolmach.store.prepared import Prepared, Row, insertion, one_of
from tolmach.store.schema import client_keys, messages


class Message(NamedTuple):
    """An accepted message; the fields are the table's columns, in order. ``request``: see `tolmach.core.requests`."""

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
    request: str = ""

    @property
    def plan(self) -> Plan:
        """The priced steps."""
        return plans.load(self.stored_plan)


_INSERT = insertion(messages)
_INSERT_KEY = insertion(client_keys)
_BY_IDS = Prepared(select(messages).where(one_of(messages.c.id, "ids")))
_OF_CALLER = (client_keys.c.account_id == bindparam("account"), client_keys.c.dialect == bindparam("dialect"))
_BY_KEYS = {name: Prepared(of.picked(client_keys, "key", "keys", *_OF_CALLER)) for name, of in FLAVOURS.items()}


def add(tx: Tx, rows: Sequence[Message]) -> None:
    """Store messages, and the client keys that they answer to from now on."""
    if not rows:
        return
    _INSERT.run_many(
        tx,
        [
            (
                m.id,
                m.account,
                m.campaign,
                m.dialect,
                m.client_key,
                m.recipient,
                m.label,
                m.stored_plan,
                m.charge_on.value,
                m.accepted_at,
                m.due_at,
                m.request,
            )
            for m in rows
        ],
    )
    keys = sorted(
        (m.account, m.dialect, m.client_key, m.id) for m in rows if m.client_key
    )  # so nobody waits in a circle
    if keys:
        _INSERT_KEY.run_many(tx, keys)


def by_client_key(tx: Tx, account: AccountId, dialect: str, keys: Sequence[str]) -> Mapping[str, MessageId]:
    """Return the messages that were accepted under these client keys."""
    rows = _BY_KEYS[tx.dialect.name].all(tx, account=account, dialect=dialect, keys=list(keys))
    return {key: MessageId(message) for _, _, key, message in rows}


def by_ids(tx: Tx, ids: Collection[int]) -> Mapping[int, Message]:
    """Return messages by id; unknown ids are left out."""
    if not ids:
        return {}
    return {row[0]: from_row(row) for row in _BY_IDS.all(tx, ids=list(ids))}


def latest(tx: Tx, limit: int, account: AccountId | None = None, recipient: str = "") -> Sequence[Message]:
    """Return the newest messages, newest first."""
    asked: Select[tuple[Any, ...]] = select(messages)
    if account is not None:
        asked = asked.where(messages.c.account_id == account)
    if recipient:
        asked = asked.where(messages.c.recipient == recipient)
    return [from_row(tuple(row)) for row in tx.execute(asked.order_by(messages.c.id.desc()).limit(limit))]


def from_row(row: Row) -> Message:
    """Return the message of a row with all columns."""
    return Message._make((*row[:8], _CHARGE_ON[row[8]], *row[9:]))


_CHARGE_ON = {value.value: value for value in ChargeOn}
