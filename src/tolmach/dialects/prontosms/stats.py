"""Statistics: ``/xml/stats.php``. A row per part, everything below the root on one line.

    <stats date_start="2016-08-10" date_stop="2016-08-10" state="deliver" originator="SENDER_1" phone="" operator=""
           from_hour="00" from_minute="00" to_hour="" to_minute=""/>

    <stats num_stats="2"><stat id_sms="10" id_state="11001" operator="МТС" name_delivery="Шлюз" phone="7900123****"
      originator="SENDER_1" time_change_state="2016-08-10 23:04:32" time="2016-08-10 23:04:18" status="deliver"
      status_translate="доставлено" text="ТЕКСТ" price="1.05" part_no="1" num_parts="2"></stat>...

``after`` (in the request) and ``next`` (in an answer that is not complete) are our own: the message to go on after.
"""

from collections.abc import Mapping, Sequence
from datetime import date, time
from typing import TYPE_CHECKING, Any, Final

from tolmach.codecs import walltime, xmltree
from tolmach.core.commands import ListStatistics
from tolmach.core.errors import Failure, RequestError
from tolmach.core.ids import parse_id
from tolmach.core.money import plain
from tolmach.core.results import StatisticsResult, StatisticsRow
from tolmach.core.status import Status
from tolmach.dialects.contract import Call
from tolmach.dialects.document import read_root
from tolmach.dialects.engine.envelope import Refusing, answer, credentials, on_one_line
from tolmach.dialects.prontosms.vocabulary import NAME, PENDING, STATUSES
from tolmach.wire import WireRequest, WireResponse

if TYPE_CHECKING:
    from lxml import etree

BAD_DATE: Final = "Некорректный формат даты"
TRANSLATED: Final[Mapping[str, str]] = {
    "send": "отправлено",
    "deliver": "доставлено",
    "read": "прочитано",
    "not_deliver": "не доставлено",
    "expired": "абонент был не в сети",
    "partly_deliver": "статус не получен",
}
_STATES: Final[Mapping[str, frozenset[Status]]] = {
    word: frozenset(status for status, its_word in STATUSES.items() if its_word == word) for word in TRANSLATED
}
_HIDDEN: Final = 4
_PARTS: Final = 1000  # more than a message can have


class Stats(Refusing):
    """Tell what became of the messages of a period."""

    dialect: str = NAME
    paths: Sequence[str] = ("/xml/stats.php",)
    open_to_blocked: bool = True

    def parse(self, request: WireRequest) -> Call[StatisticsResult]:
        """Read ``<stats>``; without it, or without dates, today is asked for."""
        root = read_root(request)
        login = credentials(root, request)
        asked = next(root.iter("stats"), None)
        try:
            return Call(login, ListStatistics() if asked is None else _read(asked))
        except RequestError as fault:
            return Call(login, ListStatistics(), fault=fault)

    def render(self, call: Call[StatisticsResult], result: StatisticsResult) -> WireResponse:
        """Write one ``<stat>`` per part."""
        rows = [line for row in result.rows for line in _stat(row)]
        more = "" if result.more is None else f' next="{result.more}"'
        return on_one_line((f'<stats num_stats="{len(rows)}"{more}>{"".join(rows)}</stats>',))

    def refuse(self, error: RequestError, call: Call[Any] | None) -> WireResponse:
        """Write an error; a date has words of its own here."""
        return (
            answer((f"<error>{BAD_DATE}</error>",))
            if error.failure is Failure.BAD_DATE
            else super().refuse(error, call)
        )


def _read(asked: "etree._Element") -> ListStatistics:
    field = {name: (asked.get(name) or "").strip() for name in ("state", "originator", "phone", "operator", "after")}
    state = field["state"].lower()
    if state and state not in _STATES:
        raise RequestError(Failure.BAD_FIELD, "state")
    after = parse_id(field["after"]) if field["after"] else 0
    if after is None:
        raise RequestError(Failure.BAD_FIELD, "after")
    return ListStatistics(
        first_day=_day(asked, "date_start"),
        last_day=_day(asked, "date_stop"),
        from_time=time(_number(asked, "from_hour", 23, 0), _number(asked, "from_minute", 59, 0)),
        to_time=time(_number(asked, "to_hour", 23, 23), _number(asked, "to_minute", 59, 59), 59),
        statuses=_STATES[state] if state else frozenset(),
        sender=field["originator"],
        recipient=field["phone"],
        operator=field["operator"],
        after=after,
    )


def _day(asked: "etree._Element", name: str) -> date | None:
    """Return a date (a time behind it does not matter); None when it is left out."""
    text = (asked.get(name) or "").strip()
    if not text:
        return None
    try:
        return walltime.read(text, date_only=True).date()
    except ValueError:
        raise RequestError(Failure.BAD_DATE, name) from None


def _number(asked: "etree._Element", name: str, largest: int, default: int) -> int:
    text = (asked.get(name) or "").strip()
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= 2) or int(text) > largest:
        raise RequestError(Failure.BAD_DATE, name)
    return int(text)


def _stat(row: StatisticsRow) -> list[str]:
    """Return a line per part; ``id_state`` is a number that no other part has."""
    status = STATUSES[row.status]
    changed = "" if row.changed_at is None or row.status in PENDING else walltime.seconds(row.changed_at)
    head = f'<stat id_sms="{row.message}" id_state="'
    middle = (
        f'" operator="{xmltree.attribute(row.operator)}" name_delivery="{xmltree.attribute(row.label)}" '
        f'phone="{masked(row.recipient)}" originator="{xmltree.attribute(row.sender)}" '
        f'time_change_state="{changed}" time="{walltime.seconds(row.sends_at)}" status="{status}" '
        f'status_translate="{TRANSLATED[status]}" text="'
    )
    price, total = plain(row.part_price), len(row.texts)
    return [
        f'{head}{row.leg * _PARTS + number}{middle}{xmltree.attribute(text)}" price="{price}" '
        f'part_no="{number}" num_parts="{total}"></stat>'
        for number, text in enumerate(row.texts, 1)
    ]


def masked(phone: str) -> str:
    """Return a number without its last four digits, as the protocol shows it."""
    return phone[:-_HIDDEN] + "*" * len(phone[-_HIDDEN:])
