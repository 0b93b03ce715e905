"""The subscribers of a base, page by page: ``/xml/list_phones.php``.

    <base id_base="1234" page="1" last_update="2011-03-25 08:39:48"/>

    <phones page="1" num_pages="100"><phone phone="79612242243" region="Новосибирск" operator="Вымпелком"
      name="Константин" surname="Ермолаев" patronymic="Александрович" date_birth="1984-08-21" male="m"
      addition_1="" addition_2="" last_update="2011-03-25 08:39:48"/></phones>

All on one line. ``addition_3`` to ``addition_5``, which the manual does not have, appear only when they are filled.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

from tolmach.codecs import walltime, xmltree
from tolmach.core.bases import ADDITIONS, Subscriber
from tolmach.core.commands import ListSubscribers
from tolmach.core.errors import Failure, RequestError
from tolmach.core.results import SubscribersPage
from tolmach.dialects.contract import Call
from tolmach.dialects.document import read_root
from tolmach.dialects.engine.envelope import Refusing, credentials, on_one_line
from tolmach.dialects.prontosms.vocabulary import NAME, SUBSCRIBER
from tolmach.wire import WireRequest, WireResponse

if TYPE_CHECKING:
    from lxml import etree

# how an attribute begins, where its value stands in a subscriber, whether it appears when it is empty
_ATTRIBUTES: Final = tuple(
    (f' {attribute}="', Subscriber._fields.index(name), name not in ADDITIONS[2:])
    for attribute, name in SUBSCRIBER.items()
)
_LONGEST_PAGE: Final = 9


class ListOfPhones(Refusing):
    """Tell a page of a base."""

    dialect: str = NAME
    paths: Sequence[str] = ("/xml/list_phones.php",)
    open_to_blocked: bool = True

    def parse(self, request: WireRequest) -> Call[SubscribersPage]:
        """Read base, page (1 when it is left out) and the least moment of the last change."""
        root = read_root(request)
        login = credentials(root, request)
        base = next(root.iterchildren("base"), None)
        try:
            if base is None:
                raise RequestError(Failure.MISSING_FIELD, "base")
            command = ListSubscribers((base.get("id_base") or "").strip(), _page(base), _since(base))
        except RequestError as fault:
            return Call(login, ListSubscribers(""), fault=fault)
        return Call(login, command)

    def render(self, call: Call[SubscribersPage], result: SubscribersPage) -> WireResponse:
        """Write the page; a page beyond the end is empty."""
        written = {moment: walltime.seconds(moment) for moment in set(result.changed_at)}  # often one for all
        moments = (written[moment] for moment in result.changed_at)
        phones = "".join(map(_phone, result.subscribers, moments))
        return on_one_line((f'<phones page="{result.page}" num_pages="{result.pages}">{phones}</phones>',))


def _page(base: "etree._Element") -> int:
    text = (base.get("page") or "1").strip()
    if not (text.isascii() and text.isdigit() and len(text) <= _LONGEST_PAGE) or int(text) < 1:
        raise RequestError(Failure.BAD_FIELD, "page")
    return int(text)


def _since(base: "etree._Element") -> datetime | None:
    text = (base.get("last_update") or "").strip()
    if not text or walltime.is_zero(text):
        return None
    try:
        return walltime.read(text, date_only=True)
    except ValueError:
        raise RequestError(Failure.BAD_DATE, "last_update") from None


def _phone(one: Subscriber, last_update: str) -> str:
    pieces = [f'<phone phone="{one.phone}"']
    for start, place, when_empty in _ATTRIBUTES:
        value = one[place]
        if value or when_empty:
            pieces.append(f'{start}{xmltree.attribute(str(value)) if value else ""}"')
    return f'{"".join(pieces)} last_update="{last_update}"/>'
