"""Statistics: what became of the messages of a period, one by one, as far as the account asks for it.

Bounded whatever is asked: an answer has so many parts, and looks at so many messages; then it says where to go on.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tolmach.codecs import segments
from tolmach.core import states
from tolmach.core.commands import ListStatistics
from tolmach.core.content import Channel
from tolmach.core.errors import Failure, RequestError
from tolmach.core.ids import leg_id
from tolmach.core.moments import from_ms, to_ms
from tolmach.core.numbering import Numbering
from tolmach.core.operators import KNOWN, spelled
from tolmach.core.phone import normalise
from tolmach.core.plans import PlannedStep
from tolmach.core.rejections import Rejection
from tolmach.core.results import StatisticsResult, StatisticsRow
from tolmach.core.timezones import to_utc, to_wall
from tolmach.services.context import Context, Handlers
from tolmach.store import legs, statistics
from tolmach.store.legs import Leg
from tolmach.store.messages import Message
from tolmach.store.statistics import Period, Picked

KEPT = timedelta(days=92)  # three months
PARTS = 5_000  # in one answer
LOOKED_AT = 20_000  # messages, for one answer
PAGE = 1_000


@dataclass(frozen=True, slots=True)
class _Filter:
    """What of a period is asked for; "" and nothing mean everything."""

    command: ListStatistics
    recipient: str
    operator: str
    plan: Numbering

    def operator_of(self, phone: str) -> str:
        """Return the operator of a number."""
        return self.plan.lookup(phone).operator

    def picked(self, last: int) -> Picked:
        """Return what the database looks for, up to an id."""
        command = self.command
        return Picked(command.after, last, self.recipient, command.sender, command.statuses)

    def takes(self, row: StatisticsRow) -> bool:
        """Tell whether a row to a number that is asked for is asked for itself."""
        command = self.command
        return (
            (not command.statuses or row.status in command.statuses)
            and (not command.sender or row.sender == command.sender)
            and (not self.operator or spelled(row.operator) == self.operator)
        )


def listing(asked: Context, command: ListStatistics) -> StatisticsResult:
    """Return the rows of a period; RequestError UNKNOWN_OPERATOR."""
    plan = asked.snapshot.numbering(asked.tx)
    wanted = _Filter(command, _recipient(command.recipient), _operator(plan, command.operator), plan)
    within = _period(asked, command)
    edge = statistics.edge(asked.tx, asked.account.id, within, command.after, LOOKED_AT)
    rows: list[StatisticsRow] = []
    parts = 0
    for message, tried in _messages(asked, wanted, within, edge):
        row = _row(asked, message, tried, wanted)
        if wanted.takes(row):
            rows.append(row)
            parts += len(row.texts)
            if parts >= PARTS:
                return StatisticsResult(rows, message.id)
    return StatisticsResult(rows, edge or None)


def _messages(asked: Context, wanted: _Filter, within: Period, edge: int) -> Iterator[tuple[Message, Sequence[Leg]]]:
    """Yield messages of the period that may be asked for, by id up to the edge, with their tried legs."""
    picked = wanted.picked(edge)
    while page := statistics.page(asked.tx, asked.account.id, within, picked, PAGE):
        tried = legs.of_messages(asked.tx, [message.id for message in page])
        yield from ((message, tried.get(message.id, [])) for message in page)
        if len(page) < PAGE:
            return
        picked = picked._replace(after=page[-1].id)


def _period(asked: Context, command: ListStatistics) -> Period:
    zone = asked.account.time_zone
    today = to_wall(asked.now, zone).date()
    start = max(to_utc(datetime.combine(command.first_day or today, command.from_time), zone), asked.now - KEPT)
    stop = to_utc(datetime.combine(command.last_day or today, command.to_time), zone)
    return statistics.period(asked.tx, to_ms(start), to_ms(stop) + 1_000)


def _recipient(written: str) -> str:
    number = normalise(written) if written else ""
    return written if isinstance(number, Rejection) else number


def _operator(plan: Numbering, written: str) -> str:
    """Return an operator as it is compared; RequestError UNKNOWN_OPERATOR."""
    wanted = spelled(written)
    known = map(spelled, (*KNOWN, *plan.ranges.operators, *plan.ported.operators))
    if wanted and wanted not in known:
        raise RequestError(Failure.UNKNOWN_OPERATOR)
    return wanted


def _row(asked: Context, message: Message, tried: Sequence[Leg], wanted: _Filter) -> StatisticsRow:
    number = tried[-1].step if tried else 1
    step, zone = message.plan[number - 1], asked.account.time_zone
    return StatisticsRow(
        message=message.id,
        leg=leg_id(message.id, number),
        recipient=message.recipient,
        operator=wanted.operator_of(message.recipient),
        label=message.label,
        sender=step.sender,
        status=states.message_status(message.plan, [(leg.step, leg.status) for leg in tried]),
        sends_at=to_wall(from_ms(message.due_at), zone),
        changed_at=to_wall(from_ms(max(leg.changed_at for leg in tried)), zone) if tried else None,
        part_price=step.part_price,
        texts=_texts(step),
    )


def _texts(step: PlannedStep) -> tuple[str, ...]:
    """Return a text per part; where the parts are no pieces of the text, the first has all of it."""
    content = step.content.text
    if step.channel is Channel.SMS and step.parts > 1:
        pieces = segments.split(content).parts
        if len(pieces) == step.parts:
            return pieces
    return (content, *[""] * (step.parts - 1))


READERS: Handlers = {ListStatistics: listing}
