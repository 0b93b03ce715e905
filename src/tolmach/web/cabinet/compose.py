"""Compose: to whom, what and when; what it costs while it is written; a look at it before it goes out."""

import secrets
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from starlette.responses import Response
from wtforms import BooleanField, HiddenField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import Length

from tolmach.codecs import walltime
from tolmach.core.bases import read_time
from tolmach.core.commands import GetTime, ListBases, ListPatterns, ListSenders
from tolmach.core.commands.composing import ComposeMessages, Composition, QuoteText
from tolmach.core.content import Channel, SmsText, ViberCard
from tolmach.core.drafts import For, Step
from tolmach.core.errors import Failure, RequestError
from tolmach.core.quiet import Quiet
from tolmach.core.results import SenderState
from tolmach.core.results.composing import ComposeResult
from tolmach.web.exchange import Exchange
from tolmach.web.forms import Form, choices, text
from tolmach.web.languages import N_
from tolmach.web.pages import Page

WAYS: Final = (
    ("sms", N_("SMS")),
    ("viber-sms", N_("Viber, then SMS")),
    ("sms-viber", N_("SMS, then Viber")),
    ("viber", N_("Viber only")),
)
LASTS: Final = (("60", N_("an hour")), ("1440", N_("a day")), ("4320", N_("three days")))
FIRST: Final = timedelta(hours=1)  # before the second is sent instead


class ComposeForm(Form):
    """Everything that is asked; what is hidden in the browser is simply empty."""

    recipients = TextAreaField(N_("Numbers"), [Length(max=2_000_000)])
    bases = SelectMultipleField(N_("Bases"), validate_choice=False)
    sender = StringField(N_("Sender"), [Length(max=15)])
    way = SelectField(N_("Channel"), choices=choices(WAYS), default="sms")
    text = TextAreaField(N_("Text of the SMS"), [Length(max=40_000)])
    viber_text = TextAreaField(N_("Text in Viber"), [Length(max=1_000)])
    button = StringField(N_("Caption of the button"), [Length(max=100)])
    link = StringField(N_("Link of the button"), [Length(max=2_000)])
    picture = StringField(N_("Address of the picture"), [Length(max=2_000)])
    lasts = SelectField(N_("Try for"), choices=choices(LASTS), default="1440")
    due = StringField(N_("When"), [Length(max=30)])
    quiet = BooleanField(N_("Not in quiet hours, by the recipient's clock"))
    quiet_from = StringField(N_("Quiet from"), [Length(max=5)], default="21:00")
    quiet_to = StringField(N_("Quiet until"), [Length(max=5)], default="09:00")
    test_to = StringField(N_("A test to your own number"), [Length(max=30)])
    once = HiddenField()

    def steps(self) -> tuple[Step, ...]:
        """Return the steps that were chosen, in order."""
        sender, lasts = text(self.sender).strip() or None, For(timedelta(minutes=int(self.lasts.data)))
        sms = Step(Channel.SMS, SmsText(text(self.text)), sender, lasts)
        card = ViberCard(text(self.viber_text), text(self.button), text(self.link), text(self.picture))
        if self.way.data == "viber":
            return (Step(Channel.VIBER, card, sender, lasts),)
        if self.way.data == "viber-sms":
            return (Step(Channel.VIBER, card, sender, For(FIRST)), sms)
        if self.way.data == "sms-viber":
            return (replace(sms, validity=For(FIRST)), Step(Channel.VIBER, card, sender, lasts))
        return (sms,)

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


async def show(ask: Exchange) -> Response:
    """Show an empty form, or one that begins with a number."""
    recipients = ask.request.query_params.get("to", "")[:20]
    return await _page(ask, ComposeForm(recipients=recipients))


async def count(ask: Exchange) -> Response:
    """Answer what the text that is being written is to a phone network, and what it would cost."""
    form = ComposeForm(ask.form)
    quote = await ask.execute(QuoteText(text(form.text))) if form.way.data != "viber" else None
    result, error = await _look(ask, form) if form.good() else (None, "")
    return ask.render(
        "cabinet/compose_count.html", quote=quote, result=result, error=error, currency=ask.visitor.currency
    )


async def review(ask: Exchange) -> Response:
    """Show what would be sent, send a test, or send it."""
    form = ComposeForm(ask.form)
    assert ask.form is not None
    action = str(ask.form.get("action", "review"))
    if not form.good() or action == "edit":
        return await _page(ask, form, 200 if action == "edit" else 422)
    if action == "test":
        return await _test(ask, form)
    result, error = await _look(ask, form)
    if result is None or not result.recipients:
        return await _page(ask, form, 422, error or ask.gettext(N_("Name at least one number or base.")))
    if action == "send" and result.accepted:
        return await _send(ask, form)
    return ask.render("cabinet/compose_review.html", form=form, result=result, fields=_kept(form))


async def _send(ask: Exchange, form: ComposeForm) -> Response:
    try:
        sent = await ask.execute(ComposeMessages(form.composition(), once=text(form.once)))
    except RequestError as error:
        if error.failure is Failure.REPEATED:
            return ask.redirect("/cabinet/messages", ask.gettext(N_("It has been sent already.")))
        raise
    formats = ask.formats()
    words = ask.gettext(N_("Accepted: %(count)s.")) % {"count": formats.number(sent.accepted)}
    if sent.campaign or sent.first is None:
        return ask.redirect("/cabinet/messages", words)
    return ask.redirect(f"/cabinet/messages/{sent.first}", words)


async def _test(ask: Exchange, form: ComposeForm) -> Response:
    """Send what is composed to one number, at once."""
    number = text(form.test_to).strip()
    if not number:
        form.test_to.errors = [N_("Write your number.")]
        return await _page(ask, form, 422)
    sent = await ask.execute(ComposeMessages(Composition(number, (), form.steps())))
    if not sent.accepted:
        reason = next(iter(sent.rejected))
        return await _page(ask, form, 422, ask.rejection(reason))
    return await _page(ask, form, said=ask.gettext(N_("The test is on its way to %(number)s.")) % {"number": number})


async def _look(ask: Exchange, form: ComposeForm) -> tuple[ComposeResult | None, str]:
    """Return what it would cost, or why that cannot be told."""
    try:
        return await ask.execute(ComposeMessages(form.composition(), dry_run=True)), ""
    except ValueError:
        return None, ask.gettext(N_("The moment of sending, or the quiet hours, make no sense."))


async def _page(ask: Exchange, form: ComposeForm, status: int = 200, error: str = "", said: str = "") -> Response:
    senders = await ask.execute(ListSenders())
    bases = (await ask.execute(ListBases())).bases
    patterns = (await ask.execute(ListPatterns())).patterns
    now = (await ask.execute(GetTime())).now
    form.once.data = text(form.once) or secrets.token_urlsafe(12)
    shown = {"said": said} if said else {}
    return ask.render(
        "cabinet/compose.html",
        status,
        form=form,
        error=error,
        names=[one.name for one in senders.senders if one.state == SenderState.COMPLETED],
        bases=bases,
        patterns=patterns,
        now=now,
        ways=WAYS,
        lasting=LASTS,
        **shown,
    )


def _kept(form: ComposeForm) -> list[tuple[str, str]]:
    """Return what the form says as hidden fields, so that it can be sent or gone back to."""
    pairs = [(name, str(field.data or "")) for name, field in form._fields.items() if name not in ("bases", "test_to")]
    return pairs + [("bases", reference) for reference in form.bases.data or ()]


PAGES = (
    Page("/cabinet/compose", show),
    Page("/cabinet/compose", review, posts=True),
    Page("/cabinet/compose/count", count, posts=True),
)
