"""Waiting: what the links of a kind that asks for statuses have to go on with after a restart."""

from collections.abc import Sequence

from sqlalchemy import bindparam, exists, literal_column, select

from tolmach.store.database import Tx
from tolmach.store.prepared import Prepared
from tolmach.store.queue import Kind
from tolmach.store.schema import legs, parts, queue

_HERE = (legs.c.message_id == queue.c.message_id) & (legs.c.step == queue.c.step)
_PART_HERE = (parts.c.message_id == queue.c.message_id) & (parts.c.step == queue.c.step)
_GIVES_UP = queue.c.kind == literal_column(str(int(Kind.GIVE_UP)))
# a message that waits to be read is delivered already, and lives on
_AWAITED = Prepared(
    select(parts.c.provider_id, queue.c.due_at, queue.c.message_id, queue.c.step)
    .select_from(queue)
    .join(parts, _PART_HERE)
    .where(
        _GIVES_UP,
        parts.c.link == bindparam("link"),
        parts.c.status.in_((literal_column("'sent'"), literal_column("'delivered'"))),
    )
    .order_by(queue.c.message_id)
)
_DOUBTFUL = Prepared(
    select(legs.c.message_id, legs.c.step, legs.c.claimed_at)
    .select_from(queue)
    .join(legs, _HERE)
    .where(
        _GIVES_UP,
        legs.c.link == bindparam("link"),
        legs.c.status == literal_column("'sent'"),
        legs.c.uncertain,
        ~exists().where(_PART_HERE).correlate(queue),
    )
    .order_by(queue.c.message_id)
)


def awaited(tx: Tx, link: str) -> Sequence[tuple[str, int, int, int]]:
    """Return the parts that wait for a final status: a link's name for each, until when, its message and its step."""
    return [(row[0], row[1], row[2], row[3]) for row in _AWAITED.all(tx, link=link)]


def doubtful(tx: Tx, link: str) -> Sequence[tuple[int, int, int]]:
    """Return message, step and moment of sending of the legs whose answer was lost."""
    return [(row[0], row[1], row[2]) for row in _DOUBTFUL.all(tx, link=link)]
