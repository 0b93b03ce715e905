"""ProntoSMS (and version 1 of TargetSMS) as a carrier.

    <message type="sms"><sender>Tolmach</sender><text>Текст</text>
    <abonent phone="79161234567" number_sms="1" client_id_sms="123450000000000011" validity_period="..."/></message>
    <information number_sms="1" id_sms="10" parts="2">send</information>

A repeated ``client_id_sms`` is not sent again but answered with the earlier id: a request without an answer is simply
repeated.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING, Final

from tolmach.codecs import xmltree
from tolmach.core.content import Address, Channel, FlashText, SilentPing, SmsText, VCard, ViberCard, WapPush
from tolmach.core.delivery import Lost, Outcome, Refused, Sent, Submission
from tolmach.core.money import Money
from tolmach.providers import engine
from tolmach.providers.http_contract import Access, Funds, Parcel, Repeat, Reply, Report
from tolmach.wire import WireRequest, WireResponse

if TYPE_CHECKING:
    from lxml import etree

NAME: Final = "prontosms"
ALREADY: Final = "Данное сообщение уже было отправлено"
_TYPES: Final = {FlashText: "flashsms", SilentPing: "silence", WapPush: "wappush", VCard: "vcard"}


class Prontosms:
    """An account at ProntoSMS."""

    channels = frozenset({Channel.SMS, Channel.VIBER})
    repeat = Repeat.SAFE

    def __init__(self, access: Access, batch: int = 50, poll_batch: int = 100) -> None:
        self._access = access
        self.batch = batch
        self.poll_batch = poll_batch

    def unfit(self, submission: Submission) -> Refused | None:
        """Everything on these two channels has its form."""
        return None if submission.channel in self.channels else Refused("not on this link", permanent=False)

    def request(self, parcels: Sequence[Parcel], now: datetime) -> WireRequest:
        """Write one ``<message>`` for neighbours that differ in the recipient only."""
        numbered = list(enumerate(parcels, 1))
        groups = groupby(numbered, key=lambda item: (item[1].submission.sender, item[1].submission.content))
        content = "".join(self._message([*group]) for _, group in groups)
        return engine.post(self._access, "", content)

    def replies(self, parcels: Sequence[Parcel], response: WireResponse) -> Sequence[Reply]:
        """Read one ``<information>`` each, by their numbers."""
        root = engine.read(response)
        found = {element.get("number_sms", ""): element for element in root.iterchildren("information")}
        return [_reply(found.get(str(number))) for number in range(1, len(parcels) + 1)]

    def poll(self, ids: Sequence[str]) -> WireRequest:
        """Ask ``state.php``."""
        asked = "".join(f"<id_sms>{xmltree.escape(id_)}</id_sms>" for id_ in ids)
        return engine.post(self._access, "state.php", f"<get_state>{asked}</get_state>")

    def reports(self, ids: Sequence[str], response: WireResponse) -> Sequence[Report]:
        """Read one ``<state>`` per id."""
        return self._states(engine.read(response))

    def receive(self, request: WireRequest) -> tuple[Sequence[Report], WireResponse]:
        """Read the second way of ProntoSMS to tell statuses: a POST, confirmed by naming the ids."""
        root = engine.parse(request.body)
        reports = self._states(root)
        # also what is unknown or not final: it would only be told four times more
        ids = (engine.identity(element.get("id_sms")) for element in root.iterchildren("state"))
        lines = [f"<id_sms>{xmltree.escape(id_)}</id_sms>" for id_ in ids if id_]
        body = "\n".join((engine.DECLARATION, "<response>", *lines, "</response>"))
        return reports, WireResponse(200, engine.HEADERS, body.encode())

    def balance(self) -> WireRequest:
        """Ask ``balance.php``."""
        return engine.post(self._access, "balance.php")

    def funds(self, response: WireResponse) -> Funds:
        """Read the money."""
        return engine.funds(response)

    def senders(self) -> WireRequest:
        """Ask ``originator.php``."""
        return engine.post(self._access, "originator.php")

    def sender_states(self, response: WireResponse) -> tuple[bool, Sequence[tuple[str, str]]]:
        """Return whether any sender may be used, and else the senders with their states."""
        root = engine.read(response)
        any_sender = (xmltree.child_text(root, "any_originator") or "").strip().upper() == "TRUE"
        found = [(xmltree.text_of(one).strip(), (one.get("state") or "").strip()) for one in root.iter("originator")]
        return any_sender, found

    def _message(self, group: Sequence[tuple[int, Parcel]]) -> str:
        first = group[0][1].submission
        abonents = "".join(self._abonent(number, parcel) for number, parcel in group)
        if isinstance(first.content, ViberCard):
            head = '<message type="sms" type_send_1="viber">'
            return f"{head}{_viber(first.sender, first.content)}{abonents}</message>"
        kind = _TYPES.get(type(first.content), "sms")
        return f'<message type="{kind}">{_sms(first)}{abonents}</message>'

    def _abonent(self, number: int, parcel: Parcel) -> str:
        submission = parcel.submission
        until = engine.wall(submission.expires_at, self._access.zone)
        attribute = "validity_period_viber" if submission.channel is Channel.VIBER else "validity_period"
        client = f' client_id_sms="{xmltree.attribute(parcel.key)}"' if parcel.key else ""
        phone = xmltree.attribute(submission.recipient)
        return f'<abonent phone="{phone}" number_sms="{number}"{client} {attribute}="{until}"/>'

    def _states(self, root: "etree._Element") -> list[Report]:
        return [report for one in root.iterchildren("state") if (report := self._report(one)) is not None]

    def _report(self, state: "etree._Element") -> Report | None:
        """None for a word that is no status: the message is not known, or no longer."""
        id_, word = engine.identity(state.get("id_sms")), engine.bare(xmltree.text_of(state))
        if not id_ or word not in engine.STATUSES:
            return None
        parts, part_price = engine.money(state.get("num_parts")), engine.money(state.get("price"))
        count = None if parts is None else parts // 10_000
        price = None if count is None or part_price is None or not count else Money(count * part_price)
        at = engine.moment(state.get("time"), self._access.zone)
        return Report(id_, engine.STATUSES[word], at, price, count)


def _reply(information: "etree._Element | None") -> Reply:
    if information is None:
        return Reply(Lost("the answer does not name it"))
    id_, words = engine.identity(information.get("id_sms")), xmltree.text_of(information)
    parts = information.get("parts") or ""
    count = int(parts) if parts.isascii() and parts.isdigit() and len(parts) < 6 else None
    return Reply(_outcome(id_, words), parts=count)


def _outcome(id_: str, words: str) -> Outcome:
    """What has an id was taken, whatever the words say: some brands park messages until the account is topped up."""
    if id_:
        return Sent((id_,))
    if engine.bare(words) in (ALREADY, "send"):
        return Lost("taken, but its id is not known")
    return engine.refusal(words)


def _sms(submission: Submission) -> str:
    content = submission.content
    sender = _element("sender", submission.sender)
    match content:
        case VCard():
            return sender + _vcard(content)
        case WapPush():
            return sender + _element("text", engine.line_breaks(content.text)) + _element("url", content.url)
        case SmsText() | FlashText() | SilentPing():
            return sender + _element("text", engine.line_breaks(content.text))
        case _:
            return sender


def _viber(sender: str, card: ViberCard) -> str:
    return "".join(
        (
            _element("sender_viber", sender),
            _element("text_viber", engine.line_breaks(card.text)),
            _optional(
                (
                    ("button_viber", card.button_text),
                    ("action_viber", card.button_url),
                    ("image_viber", card.image_url),
                )
            ),
        )
    )


def _vcard(card: VCard) -> str:
    phone = _attributes((("cell", card.cell), ("work", card.work), ("fax", card.fax)))
    return "".join(
        (
            _optional((("url", card.url),)),
            _element("name", card.text),
            f"<phone{phone}/>" if phone else "",
            _optional((("email", card.email), ("position", card.position), ("organization", card.organization))),
            _address(card.address),
            _optional((("additional", engine.line_breaks(card.additional)),)),
        )
    )


def _address(address: Address) -> str:
    written = _attributes(
        (
            ("post_office_box", address.post_office_box),
            ("street", address.street),
            ("city", address.city),
            ("region", address.region),
            ("postal_code", address.postal_code),
            ("country", address.country),
        )
    )
    return f"<address{written}/>" if written else ""


def _attributes(values: Iterable[tuple[str, str]]) -> str:
    return "".join(f' {name}="{xmltree.attribute(value)}"' for name, value in values if value)


def _optional(values: Iterable[tuple[str, str]]) -> str:
    return "".join(_element(name, value) for name, value in values if value)


def _element(name: str, text: str) -> str:
    return f"<{name}>{xmltree.escape(text)}</{name}>"
