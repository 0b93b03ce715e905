"""Messages that wait for their time: ``/xml/list_scheduled.php``, and their cancellation: ``/xml/scheduled.php``.

    <scheduled page="1"/>

    <phones page="1" num_pages="1"><scheduled id_sms="10" time_put_turn="2011-11-14 12:42:40" originator="kosty"
      phone="79612242243" type_sms="sms" text_sms="Текст SMS" count_sms="2" name_delivery="Шлюз"
      time_send="2011-11-14 21:00" validity_period="2011-11-17 21:00:00"/></phones>

    <delete_schedule><schedule id_sms="10"/></delete_schedule>

    <scheduled id_sms="10">delete</scheduled>

All on one line.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from tolmach.codecs import walltime, xmltree
from tolmach.core.commands import CancelScheduled, ListScheduled
from tolmach.core.content import KIND_NAMES
from tolmach.core.errors import Failure, RequestError
from tolmach.core.results import CancelledResult, Scheduled, SchedulePage
from tolmach.dialects.contract import Call
from tolmach.dialects.document import read_root
from tolmach.dialects.engine.envelope import Refusing, credentials, on_one_line
from tolmach.dialects.prontosms.vocabulary import NAME
from tolmach.wire import WireRequest, WireResponse

_TYPES: Final[Mapping[str, str]] = MappingProxyType({"flash": "flashsms", "ping": "silence"})  # else the kind's name
_LONGEST_PAGE: Final = 9


class ListOfScheduled(Refusing):
    """Tell a page of the schedule."""

    dialect: str = NAME
    paths: Sequence[str] = ("/xml/list_scheduled.php",)
    open_to_blocked: bool = True

    def parse(self, request: WireRequest) -> Call[SchedulePage]:
        """Read the page; 1 when it is left out."""
        root = read_root(request)
        login = credentials(root, request)
        asked = next(root.iterchildren("scheduled"), None)
        text = "1" if asked is None else (asked.get("page") or "1").strip()
        if not (text.isascii() and text.isdigit() and len(text) <= _LONGEST_PAGE) or int(text) < 1:
            return Call(login, ListScheduled(), fault=RequestError(Failure.BAD_FIELD, "page"))
        return Call(login, ListScheduled(int(text)))

    def render(self, call: Call[SchedulePage], result: SchedulePage) -> WireResponse:
        """Write the page; a page beyond the end is empty."""
        rows = "".join(map(_scheduled, result.items))
        return on_one_line((f'<phones page="{result.page}" num_pages="{result.pages}">{rows}</phones>',))


class CancelOfScheduled(Refusing):
    """Cancel scheduled messages."""

    dialect: str = NAME
    paths: Sequence[str] = ("/xml/scheduled.php",)
    open_to_blocked: bool = True

    def parse(self, request: WireRequest) -> Call[CancelledResult]:
        """Read the ids below ``<delete_schedule>``."""
        root = read_root(request)
        login = credentials(root, request)
        ids = tuple(
            (schedule.get("id_sms") or "").strip()
            for block in root.iterchildren("delete_schedule")
            for schedule in block.iterchildren("schedule")
        )
        return Call(login, CancelScheduled(ids), echo=ids)

    def render(self, call: Call[CancelledResult], result: CancelledResult) -> WireResponse:
        """Write one ``<scheduled>`` per id."""
        return on_one_line(
            f'<scheduled id_sms="{xmltree.attribute(id_)}">{"delete" if cancelled else "not_found"}</scheduled>'
            for id_, cancelled in zip(call.echo, result.items, strict=True)
        )


def _scheduled(one: Scheduled) -> str:
    kind = KIND_NAMES[type(one.content)]
    attributes = {
        "id_sms": str(one.id),
        "time_put_turn": walltime.seconds(one.accepted_at),
        "originator": one.sender,
        "phone": one.recipient,
        "type_sms": _TYPES.get(kind, kind),
        "text_sms": one.content.text.replace("\n", "\\n"),  # no line break inside an element
        "count_sms": str(one.parts),
        "name_delivery": one.label,
        "time_send": walltime.minutes(one.sends_at),
        "validity_period": walltime.seconds(one.expires_at),
    }
    shown = " ".join(f'{name}="{xmltree.attribute(value)}"' for name, value in attributes.items())
    return f"<scheduled {shown}/>"
