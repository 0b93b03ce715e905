"""Sending: ``/xml/message.php``. One ``<message>`` of answer per message, with one line per abonent.

    <message>
    <information id_message="10" client_id_message="111" id_sms="0" id_viber="11" phone="79801234567" count_message="1">
    send</information>
    <information client_id_message="112" phone="79800000001">Нет отправителя.</information>
    </message>
    <message>
    <error>Не указан ни один канал отправки (send_viber или send_sms).</error>
    </message>

(without the line break inside ``<information>``).
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from tolmach.codecs import xmltree
from tolmach.core.commands import SendMessages
from tolmach.core.content import Channel
from tolmach.core.errors import RequestError
from tolmach.core.rejections import Rejection
from tolmach.core.results import Accepted, Rejected, SendItem, SendResult
from tolmach.dialects.contract import Call
from tolmach.dialects.document import read_root
from tolmach.dialects.engine.envelope import Refusing, answer, credentials
from tolmach.dialects.targetsms.message import Addressee, Message, read_message
from tolmach.dialects.targetsms.vocabulary import ACCEPTED, NAME, REJECTIONS
from tolmach.wire import WireRequest, WireResponse

if TYPE_CHECKING:
    from lxml import etree

_NOTHING = SendMessages((), NAME)
_REASONS: Final = {reason: xmltree.escape(words) for reason, words in REJECTIONS.items()}


class Send(Refusing):
    """Send messages; the echo of a call is, per message, the `Addressee` of each abonent."""

    dialect: str = NAME
    paths: Sequence[str] = ("/xml/message.php",)
    open_to_blocked: bool = False

    def parse(self, request: WireRequest) -> Call[SendResult]:
        """Read messages; whatever is wrong inside them is told only to an authenticated caller."""
        root = read_root(request)
        login = credentials(root, request)
        try:
            messages = _messages(root)
        except RequestError as fault:
            return Call(login, _NOTHING, fault=fault)
        command = SendMessages(tuple(draft for message in messages for draft in message.drafts), NAME)
        return Call(login, command, echo=tuple(message.addressees for message in messages))

    def render(self, call: Call[SendResult], result: SendResult) -> WireResponse:
        """Write the messages in order."""
        items = iter(result.items)
        return answer(line for addressees in call.echo for line in _message(addressees, items))


def _messages(root: "etree._Element") -> list[Message]:
    return [message for element in root.iterchildren("message") if (message := read_message(element)) is not None]


def _message(addressees: Sequence[Addressee], items: Iterator[SendItem]) -> list[str]:
    """Return the lines of one message; ``items`` is advanced by one per abonent."""
    own = [next(items) for _ in addressees]
    error = _error(own)
    if error is not None:
        return ["<message>", f"<error>{_REASONS[error]}</error>", "</message>"]
    return ["<message>", *map(_information, addressees, own), "</message>"]


def _error(items: Sequence[SendItem]) -> Rejection | None:
    """Return what is wrong with the message itself: nobody to send it to, or no channel to send it by."""
    if not items:
        return Rejection.NO_RECIPIENT
    if all(isinstance(item, Rejected) and item.reason is Rejection.NO_STEPS for item in items):
        return Rejection.NO_STEPS
    return None


def _information(addressee: Addressee, item: SendItem) -> str:
    client = xmltree.attribute(addressee.client_id)
    phone = xmltree.attribute(addressee.phone)
    if isinstance(item, Rejected):
        return f'<information client_id_message="{client}" phone="{phone}">{_REASONS[item.reason]}</information>'
    return (
        f'<information id_message="{item.id}" client_id_message="{client}" id_sms="{_first_leg(item, Channel.SMS)}" '
        f'id_viber="{_first_leg(item, Channel.VIBER)}"{_more(item)} phone="{phone}" count_message="{item.parts}">'
        f"{ACCEPTED}</information>"
    )


def _more(item: Accepted) -> str:
    """Return the ids of the channels that the manual does not have, where the message asks for them."""
    return "".join(
        f' id_{channel.value}="{_first_leg(item, channel)}"'
        for channel in (Channel.WHATSAPP, Channel.VK)
        if item.leg(channel) is not None
    )


def _first_leg(item: Accepted, channel: Channel) -> int:
    """Return the id of the message in a channel; 0 while that channel has not had its turn."""
    first = item.legs[0]
    return first.leg if first.channel is channel else 0
