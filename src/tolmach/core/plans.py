"""Plans: the priced steps of an accepted message, and their compact stored form."""

from functools import lru_cache
from typing import Any, Final, NamedTuple

import orjson

from tolmach.core.content import Channel, Content, SmsText, ViberCard, from_fields, to_fields
from tolmach.core.drafts import Success
from tolmach.core.ids import MessageId, leg_id
from tolmach.core.money import Money
from tolmach.core.results import LegQuote


class PlannedStep(NamedTuple):
    """A step that may be sent. Its validity ends ``lasts_ms`` after it starts, or earlier at ``ends_ms``."""

    channel: Channel
    sender: str
    content: Content
    parts: int
    part_price: Money
    lasts_ms: int
    ends_ms: int | None = None
    success: Success = Success.DELIVERED
    link: str = ""  # the only link that may carry it
    own_stops: bool = True  # the account's own stop list is heeded

    @property
    def price(self) -> Money:
        """Price of the whole step."""
        return Money(self.parts * self.part_price)

    def expires_ms(self, starts_ms: int) -> int:
        """Return the end of validity of a step that starts at ``starts_ms``."""
        latest = starts_ms + self.lasts_ms
        return latest if self.ends_ms is None else min(self.ends_ms, latest)


Plan = tuple[PlannedStep, ...]

REMEMBERED: Final = 2048
_written: dict[str, Plan] = {}  # plans whose stored form was made here; most are read back soon


def quotes(plan: Plan, message: MessageId) -> tuple[LegQuote, ...]:
    """Return the steps as the legs that would send them."""
    return tuple(
        LegQuote(leg_id(message, number), step.channel, step.parts, step.part_price)
        for number, step in enumerate(plan, 1)
    )


def total(plan: Plan) -> Money:
    """Return what is held for the message: every step's price, since each may come to be charged."""
    return Money(sum(step.price for step in plan))


def dump(plan: Plan) -> str:
    """Return the stored form (JSON)."""
    stored = orjson.dumps([_dump_step(step) for step in plan]).decode()
    if len(_written) >= REMEMBERED:
        _written.clear()
    _written[stored] = plan
    return stored


def with_sender(sender: str) -> str:
    """Return what the stored form of every plan contains in which a step has this sender (few others do)."""
    return f'"sender":{orjson.dumps(sender).decode()}'


@lru_cache(maxsize=REMEMBERED)
def load(stored: str) -> Plan:
    """Return the plan of a stored form; what was read or written lately is remembered."""
    return _written.pop(stored, ()) or read(stored)


def read(stored: str) -> Plan:
    """Read the stored form."""
    return tuple(_load_step(step) for step in orjson.loads(stored))


def _dump_step(step: PlannedStep) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "channel": step.channel.value,
        "sender": step.sender,
        "parts": step.parts,
        "price": step.part_price,
        "lasts": step.lasts_ms,
    }
    if isinstance(step.content, SmsText):  # nearly all of them: the short form
        fields["text"] = step.content.text
    else:
        fields["content"] = to_fields(step.content)
    if step.ends_ms is not None:
        fields["ends"] = step.ends_ms
    if step.success is Success.READ:
        fields["success"] = step.success.value
    if step.link:
        fields["link"] = step.link
    if not step.own_stops:
        fields["stops"] = False
    return fields


def _load_step(fields: dict[str, Any]) -> PlannedStep:
    return PlannedStep(
        channel=Channel(fields["channel"]),
        sender=fields["sender"],
        content=_load_content(fields),
        parts=fields["parts"],
        part_price=Money(fields["price"]),
        lasts_ms=fields["lasts"],
        ends_ms=fields.get("ends"),
        success=Success(fields.get("success", Success.DELIVERED.value)),
        link=fields.get("link", "") if "button" not in fields else "",  # an old Viber card has its URL there
        own_stops=fields.get("stops", True),
    )


def _load_content(fields: dict[str, Any]) -> Content:
    if "content" in fields:
        return from_fields(fields["content"])
    if "button" in fields:  # a Viber card as the first version wrote it
        return ViberCard(fields["text"], fields["button"], fields["link"], fields["image"])
    return SmsText(fields["text"])
