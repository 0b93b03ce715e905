"""What an SMS of a ProntoSMS message is, by its ``type``: text, flash, silent, link or contact.

<message type="wappush"><text>Описание ссылки</text><url>https://example.com/</url>...
<message type="vcard"><url>...</url><name>Имя</name><phone cell="7903" work="7495" fax="7495"/><email>...</email>
<position>Должность</position><organization>Организация</organization><additional>Ещё</additional>
<address post_office_box="1" street="Улица" city="Город" region="Область" postal_code="101000" country="Страна"/>...

Attributes of ``phone`` and ``address`` may stand as elements of their own as well (``<cell>``, ``<street>``): a
widespread client writes them so.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from tolmach.codecs import translit
from tolmach.core.content import Address, Content, FlashText, SilentPing, SmsText, VCard, WapPush
from tolmach.core.errors import Failure, RequestError

if TYPE_CHECKING:
    from lxml import etree

Fields = Mapping[str, str]
"""The texts of a message's elements, by name, with the attributes of ``phone`` and ``address`` among them."""

_NUMBERS: Final = ("cell", "work", "fax")
_HOME: Final = ("post_office_box", "street", "city", "region", "postal_code", "country")
_COMPOUND: Final = {"phone": _NUMBERS, "address": _HOME}


def with_attributes(fields: dict[str, str], element: "etree._Element") -> None:
    """Add the attributes of a compound element; what is there already wins."""
    for name in _COMPOUND.get(str(element.tag), ()):
        if value := element.get(name):
            fields.setdefault(name, value)


def read(kind: str, fields: Fields) -> Content:
    """Return the content of the SMS; BAD_FIELD for a type that does not exist."""
    found = _READERS.get(kind.strip().lower())
    if found is None:
        raise RequestError(Failure.BAD_FIELD, "type is sms, flashsms, silence, wappush or vcard")
    return found(fields)


def line_breaks(text: str) -> str:
    r"""Return the text with the two characters ``\n`` (the documents have no line breaks) and CRLF as LF."""
    return text.replace("\\n", "\n").replace("\r\n", "\n")


def _text(fields: Fields) -> str:
    text = line_breaks(fields.get("text", ""))
    return translit.transliterate(text) if fields.get("translite", "").strip() == "1" else text


def _link(fields: Fields) -> Content:
    return WapPush(_text(fields), _value(fields, "url"))


def _card(fields: Fields) -> Content:
    names = (*_NUMBERS, "email", "url", "position", "organization")
    plain = {name: _value(fields, name) for name in names}
    address = Address(**{name: _value(fields, name) for name in _HOME})
    additional = line_breaks(fields.get("additional", "")).strip()
    return VCard(_value(fields, "name"), **plain, additional=additional, address=address)


def _value(fields: Fields, name: str) -> str:
    return fields.get(name, "").strip()


_READERS: Final[Mapping[str, Callable[[Fields], Content]]] = {
    "": lambda fields: SmsText(_text(fields)),
    "sms": lambda fields: SmsText(_text(fields)),
    "flashsms": lambda fields: FlashText(_text(fields)),
    "flash_sms": lambda fields: FlashText(_text(fields)),  # as a widespread client spells it
    "silence": lambda fields: SilentPing(_text(fields)),
    "wappush": _link,
    "vcard": _card,
}
