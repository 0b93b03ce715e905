"""One ``<message>`` of a ProntoSMS document, read as drafts.

<message type="sms" type_send_1="viber" type_send_2="sms">
<sender_viber>Tolmach</sender_viber><text_viber>Текст</text_viber>
<button_viber>Текст кнопки</button_viber><action_viber>Ссылка</action_viber><image_viber>Картинка</image_viber>
<sender>Tolmach</sender><text>Текст</text><name_delivery>Рассылка</name_delivery><translite>1</translite>
<abonent phone="79033256699" number_sms="1" client_id_sms="101" time_send="2001-12-31 12:34:54"
         validity_period="2001-12-31 15:34:54" validity_period_viber="2001-12-31 15:34:54" />
</message>
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, cast

from tolmach.codecs import walltime, xmltree
from tolmach.core.content import Channel, Content, ViberCard
from tolmach.core.drafts import Draft, For, Step, Until
from tolmach.core.errors import Failure, RequestError
from tolmach.dialects.prontosms import contents
from tolmach.dialects.prontosms.vocabulary import DEFAULT_LABEL

if TYPE_CHECKING:
    from lxml import etree

LONGEST_KEY: Final = 64
DEFAULT_VALIDITY: Final[Mapping[Channel, For]] = {
    Channel.SMS: For(timedelta(days=2)),
    Channel.VIBER: For(timedelta(days=1)),
}
_Attributes = Mapping[str, str]
_VALIDITY_ATTRIBUTES = ((Channel.SMS, "validity_period"), (Channel.VIBER, "validity_period_viber"))


@dataclass(frozen=True, slots=True)
class Numbered:
    """A draft and its ``number_sms``, "" when it has none. The answer repeats the number; it need not be unique."""

    draft: Draft
    number: str


def numbered_drafts(message: "etree._Element") -> list[Numbered]:
    """Return one draft per abonent, in order; BAD_FIELD or BAD_DATE where the document makes no sense."""
    fields, abonents = _children(message)
    if not abonents:
        return []
    content = contents.read(_attribute(message, "type"), fields)
    steps = tuple(_step(channel, fields, content) for channel in _channels(message))
    label = fields.get("name_delivery", "").strip() or DEFAULT_LABEL
    return [_numbered(abonent, steps, label) for abonent in abonents]


def _children(message: "etree._Element") -> "tuple[dict[str, str], Sequence[etree._Element]]":
    """Return the texts of the children (the first of each name) with what their attributes say, and the abonents."""
    fields: dict[str, str] = {}
    abonents: list[etree._Element] = []
    for element in message:
        name = element.tag
        if name == "abonent":
            abonents.append(element)
        elif isinstance(name, str):
            contents.with_attributes(fields, element)
            fields.setdefault(name, xmltree.text_of(element))
    return fields, abonents


def _channels(message: "etree._Element") -> list[Channel]:
    """Return what to try, in order: ``type_send_1`` (default sms), then ``type_send_2`` if there is one."""
    names = [_attribute(message, "type_send_1") or "sms", _attribute(message, "type_send_2")]
    try:
        return [Channel(name.lower()) for name in names if name]
    except ValueError:
        raise RequestError(Failure.BAD_FIELD, "type_send_1 and type_send_2 are viber or sms") from None


def _step(channel: Channel, fields: Mapping[str, str], content: Content) -> Step:
    if channel is Channel.VIBER:
        card = ViberCard(
            text=contents.line_breaks(fields.get("text_viber", "")),
            button_text=fields.get("button_viber", "").strip(),
            button_url=fields.get("action_viber", "").strip(),
            image_url=fields.get("image_viber", "").strip(),
        )
        return Step(channel, card, fields.get("sender_viber", "").strip(), DEFAULT_VALIDITY[channel])
    return Step(channel, content, fields.get("sender", "").strip(), DEFAULT_VALIDITY[channel])


def _numbered(abonent: "etree._Element", steps: tuple[Step, ...], label: str) -> Numbered:
    said = cast("_Attributes", dict(abonent.items()))
    draft = Draft(
        recipient=said.get("phone", "").strip(),
        steps=_with_validity(steps, said),
        client_key=_client_key(said),
        due=_moment(said, "time_send"),
        label=label,
    )
    return Numbered(draft, said.get("number_sms", ""))


def _with_validity(steps: tuple[Step, ...], said: _Attributes) -> tuple[Step, ...]:
    """Return the message's steps with the abonent's own validity, where it has one."""
    given = {channel: Until(moment) for channel, name in _VALIDITY_ATTRIBUTES if (moment := _moment(said, name))}
    if not given:
        return steps
    return tuple(replace(step, validity=given.get(step.channel, step.validity)) for step in steps)


def _client_key(said: _Attributes) -> str | None:
    """Return ``client_id_sms``: a number by the manual, any text in the wild."""
    key = said.get("client_id_sms", "").strip()
    if len(key) > LONGEST_KEY:
        raise RequestError(Failure.BAD_FIELD, f"client_id_sms is longer than {LONGEST_KEY}")
    return key or None


def _moment(said: _Attributes, name: str) -> datetime | None:
    """Return a wall-clock time; absent and empty are None."""
    text = said.get(name, "").strip()
    if not text:
        return None
    try:
        return walltime.read(text)
    except ValueError:
        raise RequestError(Failure.BAD_DATE, name) from None


def _attribute(element: "etree._Element", name: str) -> str:
    return (element.get(name) or "").strip()
