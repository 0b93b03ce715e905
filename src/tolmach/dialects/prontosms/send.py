"""Sending: ``/xml/``. One line of answer per abonent, in the order of the document.

<information number_sms="1" id_sms="10" parts="2">send</information>
<information number_sms="2">Нет отправителя.</information>
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from tolmach.codecs import xmltree
from tolmach.core.commands import SendMessages
from tolmach.core.errors import RequestError
from tolmach.core.results import Rejected, SendItem, SendResult
from tolmach.dialects.contract import Call
from tolmach.dialects.document import read_root
from tolmach.dialects.engine.envelope import Refusing, answer, credentials
from tolmach.dialects.prontosms.message import Numbered, numbered_drafts
from tolmach.dialects.prontosms.vocabulary import ACCEPTED, NAME, REJECTIONS
from tolmach.wire import WireRequest, WireResponse

if TYPE_CHECKING:
    from lxml import etree

_NOTHING = SendMessages((), NAME)
_REASONS: Final = {reason: xmltree.escape(words) for reason, words in REJECTIONS.items()}


class Send(Refusing):
    """Send messages; the echo of a call is the ``number_sms`` of each abonent."""

    dialect: str = NAME
    paths: Sequence[str] = ("/xml", "/xml/", "/xml/index.php")
    open_to_blocked: bool = False

    def parse(self, request: WireRequest) -> Call[SendResult]:
        """Read messages; whatever is wrong inside them is told only to an authenticated caller."""
        root = read_root(request)
        login = credentials(root, request)
        try:
            drafts = _drafts(root)
        except RequestError as fault:
            return Call(login, _NOTHING, fault=fault)
        command = SendMessages(tuple(item.draft for item in drafts), NAME)
        return Call(login, command, echo=tuple(item.number for item in drafts))

    def render(self, call: Call[SendResult], result: SendResult) -> WireResponse:
        """Write one ``<information>`` per abonent."""
        return answer(map(_information, call.echo, result.items))


def _drafts(root: "etree._Element") -> list[Numbered]:
    return [draft for message in root.iterchildren("message") for draft in numbered_drafts(message)]


def _information(number: str, item: SendItem) -> str:
    """``parts`` stays last: clients take everything between it and ``>`` for the number."""
    head = f'<information number_sms="{xmltree.attribute(number)}"'
    if isinstance(item, Rejected):
        return f"{head}>{_REASONS[item.reason]}</information>"
    return f'{head} id_sms="{item.id}" parts="{item.parts}">{ACCEPTED}</information>'
