"""One ``<message>`` of TargetSMS version 2, read as drafts of one to four steps.

<message>
<send_viber>1</send_viber><send_sms>2</send_sms>
<name_delivery>Рассылка</name_delivery><time_send>2017-11-23 13:00</time_send>
<sender_viber>Tolmach</sender_viber><text_viber>Текст</text_viber>
<button_text>Кнопка</button_text><button_url>Ссылка</button_url><image_url>Картинка</image_url>
<validity_period_viber>60</validity_period_viber><finale_viber_read>1</finale_viber_read>
<sender_sms>Tolmach</sender_sms><text_sms>Текст</text_sms>
<send_whatsapp>3</send_whatsapp><sender_whatsapp>Tolmach</sender_whatsapp><text_whatsapp>Текст</text_whatsapp>
<button_text_whatsapp>Кнопка</button_text_whatsapp><button_url_whatsapp>Ссылка</button_url_whatsapp>
<image_url_whatsapp>Картинка</image_url_whatsapp><validity_period_whatsapp>60</validity_period_whatsapp>
<send_vk>4</send_vk><sender_vk>Tolmach</sender_vk><text_vk>Текст</text_vk><validity_period_vk>60</validity_period_vk>
<templateId>7</templateId><templateData>{"name":"Иван"}</templateData>
<abonent phone="79801234567" client_id_message="111" />
</message>
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from tolmach.codecs import walltime, xmltree
from tolmach.core.content import Channel, SmsText, ViberCard, VkCard, WhatsAppCard
from tolmach.core.drafts import Draft, For, Step, Success
from tolmach.core.errors import Failure, RequestError
from tolmach.dialects.engine.plaintext import line_breaks
from tolmach.dialects.targetsms.vocabulary import DEFAULT_LABEL

if TYPE_CHECKING:
    from lxml import etree

LONGEST_KEY: Final = 64
SMS_VALIDITY: Final = For(timedelta(days=2))
CARD_VALIDITY: Final = For(timedelta(minutes=60))
_ORDER = re.compile(r"[0-9]?", re.ASCII)
_MINUTES = re.compile(r"0*[1-9][0-9]{0,5}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Addressee:
    """What the answer repeats of an abonent, as it was written."""

    client_id: str
    phone: str


@dataclass(frozen=True, slots=True)
class Message:
    """The drafts of a message, and the abonents they are for, in order."""

    drafts: tuple[Draft, ...]
    addressees: tuple[Addressee, ...]


def read_message(message: "etree._Element") -> Message | None:
    """Read a message; None for an empty element. BAD_FIELD or BAD_DATE where it makes no sense.

    A message that switches no channel on has drafts without steps: the error is that message's own.
    """
    fields, abonents = _children(message)
    if not fields and not abonents:
        return None
    return message_of(fields, tuple(map(_addressee, abonents)))


def message_of(fields: Mapping[str, str], addressees: tuple[Addressee, ...]) -> Message:
    """Return the message that fields describe, whatever document they come from; errors as in `read_message`."""
    steps = _steps(fields)
    due = _moment(fields.get("time_send", ""))
    label = fields.get("name_delivery") or DEFAULT_LABEL
    drafts = tuple(Draft(item.phone.strip(), steps, _client_key(item.client_id), due, label) for item in addressees)
    return Message(drafts, addressees)


def tidied(name: str, text: str) -> str:
    """Return a field as it is meant: texts with their line breaks, anything else without white space around it."""
    return line_breaks(text) if name.startswith("text_") else text.strip()


def _children(message: "etree._Element") -> "tuple[dict[str, str], list[etree._Element]]":
    """Return the texts of the children (the first of each name), and the abonents."""
    fields: dict[str, str] = {}
    abonents: list[etree._Element] = []
    for element in message:
        name = element.tag
        if name == "abonent":
            abonents.append(element)
        elif name not in fields:
            nested = name == "templateData" and len(element)
            fields[name] = _template_data(element) if nested else tidied(name, xmltree.text_of(element))
    return fields, abonents


def _steps(fields: Mapping[str, str]) -> tuple[Step, ...]:
    """Return the channels that are switched on, the smaller number first; equal ones as they stand in `_READERS`."""
    on = [(order, read(fields)) for name, read in _READERS.items() if (order := _order(fields, name))]
    return tuple(step for _, step in sorted(on, key=lambda item: item[0]))


def _viber(fields: Mapping[str, str]) -> Step:
    card = ViberCard(
        text=fields.get("text_viber", ""),
        button_text=fields.get("button_text", ""),
        button_url=fields.get("button_url", ""),
        image_url=fields.get("image_url", ""),
    )
    validity = _minutes(fields, "validity_period_viber")
    return Step(Channel.VIBER, card, fields.get("sender_viber", ""), validity, _success(fields))


def _whatsapp(fields: Mapping[str, str]) -> Step:
    card = WhatsAppCard(
        text=fields.get("text_whatsapp", ""),
        button_text=fields.get("button_text_whatsapp", ""),
        button_url=fields.get("button_url_whatsapp", ""),
        image_url=fields.get("image_url_whatsapp", ""),
        template_id=fields.get("templateId", ""),
        template_data=fields.get("templateData", ""),
    )
    validity = _minutes(fields, "validity_period_whatsapp")
    return Step(Channel.WHATSAPP, card, fields.get("sender_whatsapp", ""), validity)


def _vk(fields: Mapping[str, str]) -> Step:
    card = VkCard(fields.get("text_vk", ""), fields.get("templateId", ""), fields.get("templateData", ""))
    return Step(Channel.VK, card, fields.get("sender_vk", ""), _minutes(fields, "validity_period_vk"))


def _sms(fields: Mapping[str, str]) -> Step:
    return Step(Channel.SMS, SmsText(fields.get("text_sms", "")), fields.get("sender_sms", ""), SMS_VALIDITY)


_READERS: Final[Mapping[str, Callable[[Mapping[str, str]], Step]]] = {
    "send_viber": _viber,
    "send_whatsapp": _whatsapp,
    "send_vk": _vk,
    "send_sms": _sms,
}


def _order(fields: Mapping[str, str], name: str) -> int:
    """Return a channel's place: 1 to 9, or 0 for off."""
    text = fields.get(name, "")
    if _ORDER.fullmatch(text) is None:
        raise RequestError(Failure.BAD_FIELD, f"{name} is a digit")
    return int(text or 0)


def _minutes(fields: Mapping[str, str], name: str) -> For:
    """Return a ``validity_period_...``, which counts minutes."""
    text = fields.get(name, "")
    if not text:
        return CARD_VALIDITY
    if _MINUTES.fullmatch(text) is None:
        raise RequestError(Failure.BAD_FIELD, f"{name} is a number of minutes")
    return For(timedelta(minutes=int(text)))


def _success(fields: Mapping[str, str]) -> Success:
    text = fields.get("finale_viber_read", "")
    if text not in ("", "0", "1"):
        raise RequestError(Failure.BAD_FIELD, "finale_viber_read is 0 or 1")
    return Success.READ if text == "1" else Success.DELIVERED


def _addressee(abonent: "etree._Element") -> Addressee:
    return Addressee(abonent.get("client_id_message") or "", abonent.get("phone") or "")


def _client_key(written: str) -> str | None:
    """Return the key that makes a repeat return the earlier message; clients write 0 for none."""
    key = written.strip()
    if len(key) > LONGEST_KEY:
        raise RequestError(Failure.BAD_FIELD, f"client_id_message is longer than {LONGEST_KEY}")
    return None if key in ("", "0") else key


def _moment(text: str) -> datetime | None:
    if not text:
        return None
    try:
        return walltime.read(text)
    except ValueError:
        raise RequestError(Failure.BAD_DATE, "time_send") from None


def _template_data(element: "etree._Element") -> str:
    """Return what fills a template, written as elements, as the JSON that the other interfaces have it in."""
    values = {str(child.tag): xmltree.text_of(child) for child in element}
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))
