"""TargetSMS, version 2 of its protocol, as a carrier: SMS, Viber, WhatsApp and VK. (Version 1 is ProntoSMS's.)

    <message><send_sms>1</send_sms><sender_sms>Tolmach</sender_sms><text_sms>Текст</text_sms>
    <abonent phone="79161234567" client_id_message="123450000000000011"/></message>
    <information id_message="10" client_id_message="..." id_sms="11" id_viber="0" phone="79161234567">send</information>

A cascade is ours: each step goes as a message of one channel. The protocol has no
validity for an SMS; that of every other channel is in minutes.
"""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING, Final

from tolmach.codecs import xmltree
from tolmach.core.content import Channel, Content, SmsText, ViberCard, VkCard, WhatsAppCard
from tolmach.core.delivery import Lost, Outcome, Refused, Sent, Submission
from tolmach.core.money import Money
from tolmach.providers import engine
from tolmach.providers.http_contract import Access, DocumentRefusedError, Funds, Parcel, Repeat, Reply, Report
from tolmach.wire import WireRequest, WireResponse

if TYPE_CHECKING:
    from lxml import etree

NAME: Final = "targetsms"
_FORMS: Final = {Channel.SMS: SmsText, Channel.VIBER: ViberCard, Channel.WHATSAPP: WhatsAppCard, Channel.VK: VkCard}
_PRICES: Final = tuple(f"price_{channel.value}" for channel in _FORMS)


class Targetsms:
    """An account at TargetSMS."""

    channels = frozenset(_FORMS)
    repeat = Repeat.SAFE

    def __init__(self, access: Access, batch: int = 50, poll_batch: int = 100) -> None:
        self._access = access
        self.batch = batch
        self.poll_batch = poll_batch

    def unfit(self, submission: Submission) -> Refused | None:
        """Flash, silent and other special messages have no form here."""
        form = _FORMS.get(submission.channel)
        fits = form is not None and isinstance(submission.content, form)
        return None if fits else Refused("this protocol has texts and cards only", permanent=False)

    def request(self, parcels: Sequence[Parcel], now: datetime) -> WireRequest:
        """Write one ``<message>`` for neighbours that differ in the recipient only."""
        groups = groupby(parcels, key=lambda parcel: _shared(parcel.submission, now))
        content = "".join(_message([*group], now) for _, group in groups)
        return engine.post(self._access, "message.php", content)

    def replies(self, parcels: Sequence[Parcel], response: WireResponse) -> Sequence[Reply]:
        """Read one ``<information>`` each; an error of a whole ``<message>`` is that of its abonents.

        They are found by our id, and without one by their place.
        """
        root = engine.read(response)
        lines = list(root.iter("information"))
        error = next((one for message in root.iterchildren("message") for one in message.iterchildren("error")), None)
        if error is not None:
            if len(parcels) > 1:
                raise DocumentRefusedError("an error of one message among several")
            return [Reply(engine.refusal(xmltree.text_of(error)))]
        by_key = {line.get("client_id_message", ""): line for line in lines}
        places = lines if len(lines) == len(parcels) else [None] * len(parcels)
        return [
            _reply(by_key.get(parcel.key) if parcel.key else line) for parcel, line in zip(parcels, places, strict=True)
        ]

    def poll(self, ids: Sequence[str]) -> WireRequest:
        """Ask ``state_message.php``."""
        asked = "".join(f"<id_message>{xmltree.escape(id_)}</id_message>" for id_ in ids)
        return engine.post(self._access, "state_message.php", f"<state>{asked}</state>")

    def reports(self, ids: Sequence[str], response: WireResponse) -> Sequence[Report]:
        """Read one ``<state>`` per id."""
        root = engine.read(response)
        return [report for one in root.iterchildren("state") if (report := self._report(one)) is not None]

    def receive(self, request: WireRequest) -> tuple[Sequence[Report], WireResponse]:
        """Nothing is posted in version 2."""
        raise DocumentRefusedError("TargetSMS posts no statuses")

    def balance(self) -> WireRequest:
        """Ask ``balance.php`` of version 1, which is the same account's."""
        return engine.post(self._access, "balance.php")

    def funds(self, response: WireResponse) -> Funds:
        """Read the money."""
        return engine.funds(response)

    def _report(self, state: "etree._Element") -> Report | None:
        id_, word = engine.identity(state.get("id_message")), engine.bare(xmltree.text_of(state))
        if not id_ or word not in engine.STATUSES:
            return None
        status = engine.STATUSES[word]
        if "read" in (state.get("state_viber"), state.get("state_whatsapp"), state.get("state_vk"), word):
            status = engine.STATUSES["read"]
        prices = [p for name in _PRICES if (p := engine.money(state.get(name))) is not None]
        price = Money(sum(prices)) if prices else None
        parts = state.get("num_parts_sms") or ""
        count = int(parts) if parts.isascii() and parts.isdigit() and 0 < len(parts) < 6 else None
        at = engine.moment(state.get("time_change_state"), self._access.zone)
        # an SMS that waits has cost nothing yet
        return Report(id_, status, at, price or None, count or None)


def _shared(submission: Submission, now: datetime) -> tuple[object, ...]:
    """Return what abonents of one message have in common."""
    minutes = 0 if submission.channel is Channel.SMS else _minutes(submission, now)
    return submission.sender, submission.content, minutes


def _minutes(submission: Submission, now: datetime) -> int:
    return max(1, int((submission.expires_at - now).total_seconds() // 60))


def _message(parcels: Sequence[Parcel], now: datetime) -> str:
    first = parcels[0].submission
    name = first.channel.value
    fields = [(f"sender_{name}", first.sender), (f"text_{name}", engine.line_breaks(first.content.text))]
    fields += _more(first.content)
    if first.channel is not Channel.SMS:
        fields.append((f"validity_period_{name}", str(_minutes(first, now))))
    written = "".join(_element(field, value) for field, value in fields if value)
    abonents = "".join(_abonent(parcel) for parcel in parcels)
    return f"<message><send_{name}>1</send_{name}>{written}{abonents}</message>"


def _more(content: Content) -> list[tuple[str, str]]:
    """Return what a card has beside its text; the names of Viber's fields do not say that they are."""
    match content:
        case ViberCard(_, caption, link, picture):
            return [("button_text", caption), ("button_url", link), ("image_url", picture)]
        case WhatsAppCard(_, caption, link, picture, template, data):
            buttons = [("button_text_whatsapp", caption), ("button_url_whatsapp", link)]
            return [*buttons, ("image_url_whatsapp", picture), ("templateId", template), ("templateData", data)]
        case VkCard(_, template, data):
            return [("templateId", template), ("templateData", data)]
        case _:
            return []


def _abonent(parcel: Parcel) -> str:
    client = f' client_id_message="{xmltree.attribute(parcel.key)}"' if parcel.key else ""
    return f'<abonent phone="{xmltree.attribute(parcel.submission.recipient)}"{client}/>'


def _reply(information: "etree._Element | None") -> Reply:
    if information is None:
        return Reply(Lost("the answer does not name it"))
    count = information.get("count_message") or ""
    parts = int(count) if count.isascii() and count.isdigit() and len(count) < 6 else None
    return Reply(_outcome(information), parts=parts)


def _outcome(information: "etree._Element") -> Outcome:
    id_ = engine.identity(information.get("id_message"))
    return Sent((id_,)) if id_ else engine.refusal(xmltree.text_of(information))


def _element(name: str, text: str) -> str:
    return f"<{name}>{xmltree.escape(text)}</{name}>"
