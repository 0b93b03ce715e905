"""The form of Compose: channels in order, what each of them says, when; and the composition that it stands for."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Final

from wtforms import BooleanField, HiddenField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import Length, ValidationError

from tolmach.codecs import walltime
from tolmach.core.bases import read_time
from tolmach.core.commands.composing import Composition
from tolmach.core.content import Channel, Content, SmsText, ViberCard, VkCard, WhatsAppCard
from tolmach.core.drafts import For, Step, Success
from tolmach.core.quiet import Quiet
from tolmach.web.forms import Form, choices, text
from tolmach.web.languages import N_
from tolmach.web.words import CHANNELS

WAYS: Final = tuple((channel.value, name) for channel, name in CHANNELS.items())
FURTHER: Final = (("", N_("none")), *WAYS)
PLACES: Final = ("way", "second", "third", "fourth")
LASTS: Final = (("60", N_("an hour")), ("1440", N_("a day")), ("4320", N_("three days")))
UNLESS: Final = (
    (Success.DELIVERED.value, N_("unless it is delivered")),
    (Success.READ.value, N_("unless it is read")),
)
WAITS: Final = (("10", N_("ten minutes")), ("60", N_("an hour")), ("360", N_("six hours")), ("1440", N_("a day")))


def _once_each(form: "ComposeForm", field: Any) -> None:
    """A channel stands in a cascade once: the form has one text for each."""
    before = [form[name].data for name in PLACES[: PLACES.index(field.name)]]
    if field.data and field.data in before:
        raise ValidationError(N_("This channel stands before already."))


def _next(label: str) -> SelectField:
    return SelectField(label, [_once_each], choices=choices(FURTHER), default="")


class ComposeForm(Form):
    """Everything that is asked; what is hidden in the browser is simply empty."""

    recipients = TextAreaField(N_("Numbers"), [Length(max=2_000_000)])
    bases = SelectMultipleField(N_("Bases"), validate_choice=False)
    sender = StringField(N_("Sender"), [Length(max=15)])
    way = SelectField(N_("Channel"), choices=choices(WAYS), default="sms")
    second = _next(N_("Followed by"))
    third = _next(N_("And then"))
    fourth = _next(N_("And at last"))
    wait = SelectField(N_("Next one after"), choices=choices(WAITS), default="60")
    unless = SelectField(N_("Go on"), choices=choices(UNLESS), default=Success.DELIVERED.value)
    text = TextAreaField(N_("Text of the SMS"), [Length(max=40_000)])
    viber_text = TextAreaField(N_("Text in Viber"), [Length(max=1_000)])
    button = StringField(N_("Caption of the button"), [Length(max=100)])
    link = StringField(N_("Link of the button"), [Length(max=2_000)])
    picture = StringField(N_("Address of the picture"), [Length(max=2_000)])
    whatsapp_text = TextAreaField(N_("Text in WhatsApp"), [Length(max=1_000)])
    whatsapp_button = StringField(N_("Caption of the button"), [Length(max=100)])
    whatsapp_link = StringField(N_("Link of the button"), [Length(max=2_000)])
    whatsapp_picture = StringField(N_("Address of the picture"), [Length(max=2_000)])
    whatsapp_template = StringField(N_("Registered template"), [Length(max=100)])
    whatsapp_data = StringField(N_("Data of the template"), [Length(max=2_000)])
    vk_text = TextAreaField(N_("Text in VK"), [Length(max=1_000)])
    vk_template = StringField(N_("Registered template"), [Length(max=100)])
    vk_data = StringField(N_("Data of the template"), [Length(max=2_000)])
    lasts = SelectField(N_("Try for"), choices=choices(LASTS), default="1440")
    due = StringField(N_("When"), [Length(max=30)])
    quiet = BooleanField(N_("Not in quiet hours, by the recipient's clock"))
    quiet_from = StringField(N_("Quiet from"), [Length(max=5)], default="21:00")
    quiet_to = StringField(N_("Quiet until"), [Length(max=5)], default="09:00")
    test_to = StringField(N_("A test to your own number"), [Length(max=30)])
    once = HiddenField()

    def channels(self) -> list[Channel]:
        """Return the channels that were chosen, in order."""
        return [Channel(self[name].data) for name in PLACES if self[name].data]

    def steps(self) -> tuple[Step, ...]:
        """Return the steps that were chosen.

        All but the last are valid for as long as the next one waits; those whose reading is reported may be asked to be
        read.
        """
        sender = text(self.sender).strip() or None
        wait = For(timedelta(minutes=int(self.wait.data)))
        steps = [
            Step(channel, _CONTENTS[channel](self), sender, wait, self._success(channel)) for channel in self.channels()
        ]
        lasts = For(timedelta(minutes=int(self.lasts.data)))
        steps[-1] = replace(steps[-1], validity=lasts, success=Success.DELIVERED)
        return tuple(steps)

    def waited(self) -> str:
        """Return how long a step is waited for, as the form offers it."""
        return dict(WAITS)[self.wait.data]

    def _success(self, channel: Channel) -> Success:
        return Success(self.unless.data) if channel.tells_reading else Success.DELIVERED

    def composition(self) -> Composition:
        """Return what was composed; ValueError for a moment that makes no sense."""
        return Composition(text(self.recipients), self.bases.data or (), self.steps(), self._due(), self._quiet())

    def _quiet(self) -> Quiet | None:
        if not self.quiet.data:
            return None
        return Quiet(read_time(text(self.quiet_from)), read_time(text(self.quiet_to)))

    def _due(self) -> datetime | None:
        written = text(self.due).strip().replace("T", " ")
        return walltime.read(written) if written else None


def _sms(form: ComposeForm) -> SmsText:
    return SmsText(text(form.text))


def _viber(form: ComposeForm) -> ViberCard:
    return ViberCard(text(form.viber_text), text(form.button), text(form.link), text(form.picture))


def _whatsapp(form: ComposeForm) -> WhatsAppCard:
    return WhatsAppCard(
        text(form.whatsapp_text),
        text(form.whatsapp_button),
        text(form.whatsapp_link),
        text(form.whatsapp_picture),
        text(form.whatsapp_template).strip(),
        text(form.whatsapp_data).strip(),
    )


def _vk(form: ComposeForm) -> VkCard:
    return VkCard(text(form.vk_text), text(form.vk_template).strip(), text(form.vk_data).strip())


_CONTENTS: Final[Mapping[Channel, Callable[[ComposeForm], Content]]] = MappingProxyType(
    {Channel.SMS: _sms, Channel.VIBER: _viber, Channel.WHATSAPP: _whatsapp, Channel.VK: _vk}
)
