"""A sender is asked for: ``/xml/add_originator.php``.

    <originator INN="77" KPP="7" OGRN="1" name_counterparty="ООО" template="Код" comment="...">INFORM</originator>
    <operator MCC="250" MNC="01"/><file href="http://..."/><file id="4"/>

    <originator id_originator="3">Отправитель поставлен в очередь на регистрацию.</originator>

Nearly every piece may be missing. Operators and files belong to all senders of a document.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from tolmach.codecs import xmltree
from tolmach.core.commands import RegisterSenders
from tolmach.core.errors import Failure, RequestError
from tolmach.core.papers import LONGEST_FIELD, LONGEST_TEXT, MOST, Papers
from tolmach.core.results import SenderRegistered, SendersRegistered
from tolmach.dialects.contract import Call
from tolmach.dialects.document import read_root
from tolmach.dialects.engine.envelope import Refusing, answer, credentials
from tolmach.dialects.prontosms.vocabulary import NAME, REGISTRATIONS
from tolmach.wire import WireRequest, WireResponse

if TYPE_CHECKING:
    from lxml import etree

_NOTHING: Final = RegisterSenders((), Papers())
_TEXTS: Final = frozenset({"template", "comment"})


class AddOriginator(Refusing):
    """Ask for senders."""

    dialect: str = NAME
    paths: Sequence[str] = ("/xml/add_originator.php",)
    open_to_blocked: bool = True

    def parse(self, request: WireRequest) -> Call[SendersRegistered]:
        """Read senders and papers; whatever is wrong inside them is told only to an authenticated caller."""
        root = read_root(request)
        login = credentials(root, request)
        try:
            return Call(login, _command(root))
        except RequestError as fault:
            return Call(login, _NOTHING, fault=fault)

    def render(self, call: Call[SendersRegistered], result: SendersRegistered) -> WireResponse:
        """Write one ``<originator>`` per sender, in the order of the document."""
        return answer(map(_line, result.items))


def _command(root: "etree._Element") -> RegisterSenders:
    senders = list(root.iterchildren("originator"))
    if not senders:
        raise RequestError(Failure.MISSING_FIELD, "originator")
    first = senders[0]
    operators = [(_attribute(element, "MCC"), _attribute(element, "MNC")) for element in root.iterchildren("operator")]
    files = list(root.iterchildren("file"))
    links = [_attribute(element, "href", LONGEST_TEXT) for element in files]
    ids = [_attribute(element, "id") for element in files]
    if max(len(operators), len(files), len(senders)) > MOST:
        raise RequestError(Failure.BAD_FIELD, f"more than {MOST} senders, operators or files")
    papers = Papers(
        inn=_attribute(first, "INN"),
        kpp=_attribute(first, "KPP"),
        ogrn=_attribute(first, "OGRN"),
        counterparty=_attribute(first, "name_counterparty"),
        template=_attribute(first, "template", LONGEST_TEXT),
        comment=_attribute(first, "comment", LONGEST_TEXT),
        operators=tuple(dict.fromkeys(pair for pair in operators if any(pair))),
        links=tuple(link for link in links if link),
    )
    names = tuple(xmltree.text_of(element).strip() for element in senders)
    return RegisterSenders(names, papers, tuple(number for number in ids if number))


def _attribute(element: "etree._Element", name: str, limit: int = LONGEST_FIELD) -> str:
    """Return an attribute that is written in capitals or in small letters."""
    value = (element.get(name) or element.get(name.lower()) or "").strip()
    if len(value) > limit:
        raise RequestError(Failure.BAD_FIELD, f"{name} is too long")
    return value


def _line(item: SenderRegistered) -> str:
    number = "" if item.id is None else str(item.id)
    words = xmltree.escape(REGISTRATIONS[item.outcome]).replace("&quot;", '"')  # only what XML needs: clients compare
    return f'<originator id_originator="{number}">{words}</originator>'
